// A mailbox: its folders and labels at the side, and beside them a list, a conversation, a new mail, the filters or the trouble.
//
// data-testid: box-link (data-box inbox|sent|drafts|all|spam|trash or a label's id, data-name), compose-button, filters-link, trouble-link, mail-list,
// mail-row (data-id, data-unread), mail-count, back-to-list, label-new, label-rename, label-delete; and those of labels.js.
import { fill, h, icon, keyed } from '../dom.js';
import { follow } from '../live.js';
import { place } from '../router.js';
import { person, plural, time } from '../text.js';
import { button, confirm, empty, loading, problemNotice, prompt, toast } from '../ui.js';
import { mailbox } from './api.js';
import { conversationView } from './conversation.js';
import { filtersView } from './filters.js';
import { labelChips, newLabel } from './labels.js';
import { letter } from './letter.js';
import { troubleView } from './trouble.js';

// boxes are Gmail's own places: what the path calls them, the label's id ("" is everything), the name, the picture.
const boxes = [
  ['inbox', 'INBOX', 'Inbox', 'inbox'], ['sent', 'SENT', 'Sent', 'send'], ['drafts', 'DRAFT', 'Drafts', 'pen'],
  ['all', '', 'All mail', 'mails'], ['spam', 'SPAM', 'Spam', 'spam'], ['trash', 'TRASH', 'Trash', 'trash'],
];

const pollEvery = 1500; // ms

export function mailboxView({ main, params, people, signal }) {
  const [email] = params;
  const base = `/gmail/m/${encodeURIComponent(email)}`;
  const side = h('nav', { class: 'side', 'aria-label': 'Folders and labels' });
  const content = h('section', { class: 'card mail-content', tabindex: -1 });
  const live = h('p', { class: 'live small muted', role: 'status' });
  let at = null; // {box, thread, controller, view}
  let state = null; // the last answer about the mailbox
  main.className = 'mailbox-view';
  fill(main, side, h('div', { class: 'mail-main' }, live, content));
  update(params);
  return { update };

  // update shows what the path says.
  function update([, box = 'inbox', thread]) {
    if (at && at.box === box && at.thread === thread) return;
    at?.controller.abort();
    const controller = new AbortController();
    signal.addEventListener('abort', () => controller.abort(), { once: true });
    at = { box, thread, controller, view: null, tag: '' };
    window.scrollTo(0, 0);
    fill(content, loading(6));
    if (box === 'compose') compose();
    else if (box === 'filters') at.view = filtersView({ content, email, signal: controller.signal, changed });
    else if (box === 'trouble') at.view = troubleView({ content, email, people: people.outside });
    else if (thread) at.view = conversationView({ content, email, threadID: thread, signal: controller.signal, back, leave: () => place(`${base}/${encodeURIComponent(box)}`), changed, contacts: contacts() });
    else at.view = listView();
    const here = at;
    follow(() => step(here), controller.signal, (ok) => fill(live, ok ? '' : [icon('alert'), 'No connection, trying again…']));
  }

  async function step(here) {
    try {
      const got = await mailbox.get(email, labelOf(here.box), here.tag, here.controller.signal);
      if (got && here === at) {
        here.tag = got.tag;
        state = got.body;
        drawSide();
        here.view?.draw?.(state);
      }
      await here.view?.poll?.();
    } catch (err) {
      if (err.name !== 'AbortError' && (err.final || !here.tag)) fill(content, problemNotice(err, { actions: [h('a', { class: 'button', href: `${base}/inbox` }, 'To the inbox')] }));
      throw err;
    }
    return pollEvery;
  }

  // changed looks at once, after something was done here.
  async function changed() {
    const here = at;
    await step(here).catch(() => {}); // the next look tells
  }

  function labelOf(box) {
    if (box === 'compose' || box === 'filters' || box === 'trouble') return 'INBOX';
    return boxes.find(([path]) => path === box)?.[1] ?? box;
  }

  function nameOf(box) {
    return boxes.find(([path]) => path === box)?.[2] ?? state?.labels.find((l) => l.id === box)?.name ?? '';
  }

  function contacts() {
    return [...people.outside, ...people.mailboxes.filter((m) => m.email !== email)];
  }

  function back() {
    return h('a', { class: 'button ghost small', href: `${base}/${encodeURIComponent(at.box)}`, testid: 'back-to-list' }, icon('back'), h('span', null, nameOf(at.box) || 'Back'));
  }

  function drawSide() {
    const link = (path, shape, name, count) => h('a', { class: 'box-link', href: `${base}/${encodeURIComponent(path)}`, testid: 'box-link', data: { box: path, name }, 'aria-current': at.box === path ? 'page' : undefined },
      icon(shape), h('span', { class: 'clip grow' }, name), count > 0 && h('span', { class: 'box-count' }, String(count), h('span', { class: 'sr-only' }, path === 'drafts' ? ' drafts' : ' unread')));
    const focused = side.contains(document.activeElement) ? document.activeElement.getAttribute('href') : null;
    const byID = new Map(state.labels.map((l) => [l.id, l]));
    fill(side,
      h('a', { class: 'button primary compose', href: `${base}/compose`, testid: 'compose-button' }, icon('pen'), h('span', null, 'Compose')),
      h('div', { class: 'side-links' }, boxes.map(([path, id, name, shape]) => link(path, shape, name, path === 'drafts' ? byID.get(id)?.messages : path === 'inbox' || path === 'spam' ? byID.get(id)?.unread : 0)),
        h('h2', null, 'Labels', button('New label', 'plus', createLabel, { kind: 'ghost', iconOnly: true, testid: 'label-new' })),
        state.labels.filter((l) => !l.system).map((l) => link(l.id, 'tag', l.name, l.unread)),
        state.labels.every((l) => l.system) && h('p', { class: 'muted small side-note' }, 'No labels yet'),
        h('a', { class: 'box-link filters-link', href: `${base}/filters`, testid: 'filters-link', 'aria-current': at.box === 'filters' ? 'page' : undefined }, icon('settings'), h('span', { class: 'grow' }, 'Filters')),
        h('a', { class: 'box-link filters-link', href: `${base}/trouble`, testid: 'trouble-link', 'aria-current': at.box === 'trouble' ? 'page' : undefined }, icon('alert'), h('span', { class: 'grow' }, 'Trouble'))));
    if (focused) side.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
  }

  async function createLabel() {
    const made = await newLabel(email);
    if (made) await changed();
  }

  function listView() {
    const rows = h('ul', { class: 'mails', testid: 'mail-list' });
    return { draw };

    function draw(s) {
      const name = nameOf(at.box);
      const own = s.labels.find((l) => l.id === at.box && !l.system);
      document.title = `${name || 'Gmail'} · ${s.email}`;
      if (!rows.isConnected || !content.contains(rows)) fill(content, h('div', { class: 'list-head' }), rows, h('div', { class: 'list-foot' }));
      fill(content.firstElementChild, h('h1', null, name || 'Label'), h('span', { class: 'muted small', testid: 'mail-count' }, s.threads.length > 0 && (s.more ? `${s.threads.length} newest conversations` : plural(s.threads.length, 'conversation'))),
        own && h('span', { class: 'head-actions' },
          button('Rename', null, () => renameLabel(own), { kind: 'small', testid: 'label-rename' }),
          button('Delete label', null, () => deleteLabel(own), { kind: 'small', testid: 'label-delete' })));
      keyed(rows, s.threads.map((t) => ({ key: t.id, version: JSON.stringify(t) + JSON.stringify(s.labels.map((l) => [l.id, l.name])), make: (old) => row(t, s, old) })));
      fill(content.lastElementChild, s.threads.length === 0
        ? empty({ shape: boxes.find(([path]) => path === at.box)?.[3] ?? 'tag', title: at.box === 'inbox' ? 'Your inbox is empty' : 'Nothing here', detail: own ? `Conversations with the label “${own.name}” are listed here.` : 'New mail appears by itself.' })
        : s.more && h('p', { class: 'muted small list-note' }, 'Older conversations are not shown here.'));
    }
  }

  function row(t, s, old) {
    const shown = at.box === 'sent' || at.box === 'drafts' ? t.to : t.people;
    const names = (shown ?? []).map((p) => (p.email === email ? 'me' : person(p).split(' ')[0])).filter((n, i, all) => all.indexOf(n) === i).join(', ') || '(nobody)';
    return h('li', { class: t.unread && old ? 'fresh' : '' },
      h('a', { class: `mail-row ${t.unread ? 'unread' : ''}`, href: `${base}/${encodeURIComponent(at.box)}/${encodeURIComponent(t.id)}`, testid: 'mail-row', data: { id: t.id, unread: String(t.unread) } },
        h('span', { class: 'mail-who clip' }, (at.box === 'sent' || at.box === 'drafts') && h('span', { class: 'muted' }, 'To '), shown?.length === 1 ? person(shown[0]) : names, t.messages > 1 && h('span', { class: 'muted' }, ` ${t.messages}`), t.draft && h('span', { class: 'draft-mark' }, ' Draft'), t.unread && h('span', { class: 'sr-only' }, ' unread')),
        h('span', { class: 'mail-what clip' }, labelChips(t.labels, s.labels, at.box), h('span', { class: 'mail-subject' }, t.subject || '(no subject)'), h('span', { class: 'muted' }, ` — ${t.snippet}`)),
        h('span', { class: 'mail-when small nowrap' }, t.attachments && icon('clip'), time(t.date))));
  }

  async function renameLabel(l) {
    const name = await prompt({ title: 'Rename the label', label: 'Name', value: l.name, yes: 'Rename' });
    if (name && name !== l.name) await attempt(() => mailbox.renameLabel(email, l.id, name), `The label is “${name}” now.`);
  }

  async function deleteLabel(l) {
    if (!(await confirm({ title: `Delete the label “${l.name}”?`, detail: 'It comes off all its conversations; the conversations stay.', yes: 'Delete', danger: true }))) return;
    if (await attempt(() => mailbox.deleteLabel(email, l.id), `The label “${l.name}” is gone.`)) place(`${base}/inbox`);
  }

  async function attempt(work, done) {
    try {
      await work();
      toast(done);
    } catch (err) {
      toast(err.detail || err.title, 'error');
      return false;
    }
    await changed();
    return true;
  }

  function compose() {
    document.title = `New message · ${email}`;
    const write = letter({
      place: `${email} new`, title: 'New message', start: {}, contacts: contacts(),
      onSend: (m, files) => mailbox.send(email, m, files), onSave: (m, files) => mailbox.save(email, m, files),
      onDone: (saved) => { toast(saved ? 'Saved in Drafts.' : 'Sent.'); place(`${base}/${saved ? 'drafts' : 'sent'}`); },
      onDiscard: () => place(`${base}/inbox`),
    });
    fill(content, write.el);
    write.focus();
  }
}
