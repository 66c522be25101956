// A candidate's profile with its Emails tab: the conversations, and beside them the one that is open or a new message.
//
// data-testid: profile-name, emails-tab, new-message-button, import-button, thread-row (data-id, data-unread), unread-count, thread-list, live-state; and those of
// thread.js, composer.js, imports.js, scheduled.js and search.js.
import { fill, h, icon, keyed } from '../dom.js';
import { announce, avatar, busy, button, empty, loading, problemNotice, toast } from '../ui.js';
import { follow, wait } from '../live.js';
import { moment, person, plural, time } from '../text.js';
import { threads } from './api.js';
import { composer } from './composer.js';
import { importView } from './imports.js';
import { receiptLine } from './receipt.js';
import { place } from '../router.js';
import { scheduledPart } from './scheduled.js';
import { candidateOf, session } from './session.js';
import { searchPart } from './search.js';
import { threadView } from './thread.js';

export function profileView({ main, params, signal }) {
  const [id] = params;
  const candidate = candidateOf(id) ?? { id, name: 'Candidate', emails: [], title: '' };
  const base = `/hire/candidates/${encodeURIComponent(id)}`;
  document.title = `${candidate.name} · Hire`;
  const rows = h('ul', { class: 'threads', testid: 'thread-list' });
  const side = h('section', { class: 'pane list-pane', 'aria-label': 'Conversations' });
  const detail = h('section', { class: 'pane detail-pane', tabindex: -1, 'aria-label': 'Conversation' });
  const count = h('span', { class: 'badge' });
  const unread = h('span', { class: 'badge accent', testid: 'unread-count' });
  const total = h('div', { class: 'small' });
  const live = h('span', { class: 'live small muted', testid: 'live-state', role: 'status' });
  const problem = h('div');
  const moreBox = h('div', { class: 'actions center' });
  const split = h('div', { class: 'split-view' }, side, detail);
  let loaded = []; // the rows shown
  let next;
  let revision = null;
  let receipt = null; // of the first page
  let open = null; // {kind, id, view, controller}
  const known = new Map(); // thread id: messages, to tell what is new

  let wanted; // the message that was chosen among those found
  const search = searchPart({ candidate, base, signal, onChange: (active) => { rows.hidden = moreBox.hidden = active; }, onChoose: (message) => { wanted = message; if (open?.kind === 'thread') open.view.show(message); } });
  const scheduled = scheduledPart({ candidate, signal, onLeft: () => loadThreads().catch(() => {}), reopen });
  main.className = 'page profile';
  const newMessage = h('a', { class: 'button primary', href: `${base}/new`, testid: 'new-message-button' }, icon('pen'), h('span', null, 'New message'));
  const importButton = h('a', { class: 'button', href: `${base}/import`, testid: 'import-button' }, icon('download'), h('span', null, 'Import from Gmail'));
  fill(main,
    h('div', { class: 'profile-head' }, avatar(candidate.name, candidate.emails?.[0]),
      h('div', { class: 'profile-who' }, h('h1', { testid: 'profile-name' }, candidate.name), h('p', { class: 'muted' }, [candidate.title, (candidate.emails ?? []).join(', ')].filter(Boolean).join(' · '))),
      session.user.role !== 'external_agency' && h('div', { class: 'profile-actions' }, importButton, newMessage)),
    h('nav', { class: 'tabs', 'aria-label': 'Profile' }, h('a', { class: 'tab', href: base, 'aria-current': 'page', testid: 'emails-tab' }, 'Emails ', count, unread), live),
    problem, scheduled.el, split);
  fill(side, loading(5, 'Loading the conversations'));

  follow(step, signal, (ok) => fill(live, ok ? '' : [icon('alert'), ' No connection, trying again…']));
  update(params);
  return { update };

  // step waits for a change, then loads what has changed.
  async function step() {
    if (revision !== null) {
      const began = Date.now();
      const answer = await threads.changes(id, revision, 20, signal);
      if (answer.revision <= revision) {
        if (Date.now() - began < 1000) await wait(1500, signal); // a server that does not wait is not asked in a loop
        return;
      }
    }
    await loadThreads();
  }

  async function loadThreads() {
    try {
      const answer = await threads.list(id, { signal });
      const again = revision !== null;
      revision = answer.revision;
      const firstPage = answer.threads ?? [];
      const ids = new Set(firstPage.map((t) => t.id));
      const beyond = loaded.filter((t) => !ids.has(t.id) && loaded.length > firstPage.length && next !== undefined);
      loaded = [...firstPage, ...beyond];
      if (beyond.length === 0) next = answer.next_page_token;
      fill(problem);
      split.hidden = false;
      receipt = answer.receipt;
      draw();
      const changed = loaded.filter((t) => again && t.messages > (known.get(t.id) ?? 0));
      for (const t of loaded) known.set(t.id, t.messages);
      for (const t of changed) if (t.last_direction === 'inbound') announce(`New mail from ${person(t.last_from)}: ${t.subject}`);
      if (again && open?.kind === 'thread') open.view.reload();
    } catch (err) {
      if (err.name !== 'AbortError' && revision === null) {
        fill(problem, problemNotice(err));
        split.hidden = true;
      }
      throw err;
    }
  }

  function draw() {
    count.textContent = String(loaded.length);
    const news = loaded.filter((t) => t.unread).length;
    unread.textContent = news > 0 ? `${news} unread` : '';
    split.classList.toggle('nothing', loaded.length === 0);
    if (loaded.length === 0) {
      fill(side, empty({ shape: 'mails', title: 'No conversations yet', detail: `Write to ${candidate.name}, or put the label “Hire” on a conversation with them in Gmail.`, actions: session.user.role === 'external_agency' ? [] : [h('a', { class: 'button', href: `${base}/new` }, 'Write the first message')] }));
      return;
    }
    fill(total, receiptLine(receipt));
    if (!rows.isConnected) fill(side, h('div', { class: 'list-head' }, h('h2', null, 'Conversations'), total), search.form, search.el, rows, moreBox);
    keyed(rows, loaded.map((t) => ({
      key: t.id,
      version: JSON.stringify(t) + (open?.id === t.id),
      make: (old) => threadRow(t, old),
    })));
    fill(moreBox, next && button('Show more', null, (e) => busy(e.currentTarget, showMore), { kind: 'small' }));
  }

  async function showMore() {
    try {
      const answer = await threads.list(id, { pageToken: next, signal });
      const have = new Set(loaded.map((t) => t.id));
      loaded = [...loaded, ...(answer.threads ?? []).filter((t) => !have.has(t.id))];
      for (const t of loaded) known.set(t.id, t.messages);
      next = answer.next_page_token;
      draw();
    } catch (err) {
      if (err.name !== 'AbortError') toast(err.detail || 'The conversations could not be loaded.', 'error');
    }
  }

  function threadRow(t, old) {
    const fresh = old && t.messages > Number(old.dataset.messages) && t.last_direction === 'inbound';
    return h('li', { class: fresh ? 'fresh' : '', data: { messages: t.messages } },
      h('a', { class: 'thread-row', href: `${base}/threads/${encodeURIComponent(t.id)}`, testid: 'thread-row', data: { id: t.id, unread: String(Boolean(t.unread)) }, 'aria-current': open?.id === t.id ? 'true' : undefined },
        h('span', { class: 'split' }, h('span', { class: `clip ${t.unread ? 'unread' : 'strong'}` }, t.unread && h('span', { class: 'dot' }, h('span', { class: 'sr-only' }, 'Unread: ')), t.subject || '(no subject)'), h('span', { class: 'muted small nowrap' }, time(t.last_at))),
        h('span', { class: 'small clip' }, h('span', { class: 'strong' }, t.last_from?.kind === 'user' && t.last_from.id === session.user.id ? 'You' : person(t.last_from)), ': ', h('span', { class: 'muted' }, t.snippet)),
        h('span', { class: 'split small' }, receiptLine(t.receipt), h('span', { class: 'row-badges' }, t.private && h('span', { title: 'Private: only the people on it and Super Admins see it' }, icon('lock'), h('span', { class: 'sr-only' }, 'Private')), h('span', { class: 'muted nowrap' }, plural(t.messages, 'message'))))));
  }

  // update shows what the path says: a conversation, a new message, what can be imported, or none of them.
  function update([, page, threadID]) {
    const kind = page ?? (threadID ? 'thread' : 'none');
    if (open && open.kind === kind && open.id === threadID) return;
    open?.controller.abort();
    const controller = new AbortController();
    signal.addEventListener('abort', () => controller.abort(), { once: true });
    open = { kind, id: threadID, controller, view: null };
    split.dataset.open = kind;
    newMessage.hidden = kind === 'new';
    importButton.hidden = kind === 'import';
    if (kind === 'thread') {
      open.view = threadView(detail, { threadID, wanted, candidate, signal: controller.signal, back, onChange: () => { scheduled.refresh().catch(() => {}); return loadThreads().catch(() => {}); } }); // loads the conversation again too
      wanted = undefined;
    } else if (kind === 'new') {
      const write = composer({ candidate, signal: controller.signal, onClose: () => place(base), onSent: sent, onQueued: queued });
      fill(detail, back(), write.el);
      write.focus();
    } else if (kind === 'import') {
      importView(detail, { candidate, base, signal: controller.signal, back, onImported: () => loadThreads().catch(() => {}) });
    } else {
      fill(detail, empty({ shape: 'mail', title: 'Choose a conversation', detail: 'Replies appear here by themselves, within seconds.' }));
    }
    if (revision !== null) draw();
  }

  async function sent(result) {
    toast(`Your message to ${candidate.name} was sent.`);
    await loadThreads().catch(() => {});
    place(result.thread_id ? `${base}/threads/${encodeURIComponent(result.thread_id)}` : base, { replace: true });
  }

  async function queued(result) {
    toast(`Your message leaves ${moment(result.send_at)}.`);
    await scheduled.refresh().catch(() => {});
    place(base, { replace: true });
    scheduled.el.querySelector('button')?.focus();
  }

  // reopen shows the draft that a message has become again.
  function reopen({ threadID }) {
    const path = threadID ? `${base}/threads/${encodeURIComponent(threadID)}` : `${base}/new`;
    if (location.pathname === path) { // drawn anew, since the draft is read at the beginning
      open?.controller.abort();
      open = null;
    }
    place(path);
  }

  function back() {
    return h('a', { class: 'button ghost small back', href: base }, icon('back'), h('span', null, 'All conversations'));
  }
}
