// A conversation, with the reply under it.
//
// data-testid: thread-view (data-id), thread-subject, message-list, older-messages, privacy-button (aria-pressed), privacy-state,
// reply-button, may-not-reply, sent-left-out; and those of message.js, receipt.js and composer.js.
import { fill, h, icon, keyed } from '../dom.js';
import { announce, busy, button, loading, notice, problemNotice, toast } from '../ui.js';
import { full, moment, person } from '../text.js';
import { visible } from '../live.js';
import { threads } from './api.js';
import { composer } from './composer.js';
import { load as loadDraft } from './drafts.js';
import { messageItem } from './message.js';
import { receiptLine } from './receipt.js';
import { isSuperAdmin, personKey, session } from './session.js';

// threadView shows a conversation in box, with the message wanted open, if one is. It answers with {reload, show}: reload is to be called when something has changed, show(id) opens a message; onChange is called
// when it has changed something itself.
export function threadView(box, { threadID, wanted, candidate, signal, back, onChange }) {
  const seen = new Map(); // messages by id, of all pages fetched so far
  const pictured = new Map(); // messages with images from elsewhere, by id: those whose images the user has asked for
  const choice = new Map(); // id of a message: whether the user has it open
  let older; // token of the page before the oldest one here
  let thread = null;
  let first = true;
  const head = h('div', { class: 'thread-head' });
  const more = h('div', { class: 'older' });
  const items = h('ol', { class: 'messages', testid: 'message-list' });
  const said = h('div', { class: 'said' }); // what there is to tell of the reply that was sent last
  const foot = h('div', { class: 'thread-foot' });
  let write = null; // the composer, once there is one
  fill(box, loading(7, 'Loading the conversation'));
  reload();
  return { reload, show };

  async function reload() {
    try {
      const answer = await threads.get(threadID, { signal });
      const fresh = (answer.message_list ?? []).filter((m) => !seen.has(m.id));
      if (!first && fresh.length > 0) fill(said);
      for (const m of answer.message_list ?? []) seen.set(m.id, m);
      if (first) older = answer.next_page_token;
      const focused = document.activeElement;
      thread = answer;
      draw(first ? new Set() : new Set(fresh.map((m) => m.id)));
      if (!first && fresh.length > 0) announce(`New message from ${person(fresh.at(-1).from)}`);
      if (first && focused === document.body) box.focus({ preventScroll: true });
      if (first && wanted) show(wanted);
      first = false;
      if (thread.unread) seenIt();
    } catch (err) {
      if (err.name === 'AbortError') return;
      if (first) fill(box, back(), problemNotice(err, { actions: [button('Try again', 'refresh', reload)] }));
    }
  }

  // show opens a message and leads to it.
  function show(id) {
    const head = items.querySelector(`[data-id="${CSS.escape(id)}"] .message-head`);
    if (!head) return; // on a page that has not been loaded
    if (head.getAttribute('aria-expanded') !== 'true') head.click();
    head.scrollIntoView({ block: 'start' });
    head.focus({ preventScroll: true });
  }

  // seenIt tells that the user has the conversation before them, with the mail that it had when it was loaded.
  async function seenIt() {
    const upTo = thread.inbound_at;
    await visible(signal);
    if (signal.aborted) return;
    await threads.setSeen(threadID, upTo).then(onChange).catch(() => {}); // it stays unread, and is told the next time
  }

  function draw(fresh) {
    const all = [...seen.values()].sort((a, b) => new Date(a.received_at || a.date) - new Date(b.received_at || b.date));
    if (first) fill(box, h('article', { class: 'thread', testid: 'thread-view', data: { id: threadID }, 'aria-label': thread.subject }, head, more, items, said, foot));
    drawHead();
    fill(more, older && button('Show earlier messages', 'clock', (e) => busy(e.currentTarget, earlier), { kind: 'ghost small', testid: 'older-messages' }));
    keyed(items, all.map((m, i) => ({
      key: m.id,
      version: `${pictured.has(m.id)}${m.attachments?.length ?? 0}${m.bounce}${m.from?.name}${JSON.stringify(m.delivery ?? '')}`,
      make: () => messageItem(pictured.get(m.id) ?? m, { images: pictured.has(m.id), onImages: showImages, open: choice.get(m.id) ?? (i >= all.length - 2 || all.length <= 3), fresh: fresh.has(m.id), onToggle: (id, open) => choice.set(id, open) }),
    })));
    drawFoot();
    if (fresh.size > 0) items.lastElementChild?.scrollIntoView({ block: 'nearest', behavior: 'smooth' });
  }

  function drawHead() {
    const label = thread.private ? 'Private' : 'Visible to the team';
    const mayChange = isSuperAdmin() || (thread.user_ids ?? []).includes(session.user.id);
    const lock = !mayChange ? h('span', { class: 'badge', testid: 'privacy-state' }, icon(thread.private ? 'lock' : 'unlock'), label) : button(label, thread.private ? 'lock' : 'unlock', (e) => busy(e.currentTarget, setPrivacy), { kind: 'small', testid: 'privacy-button', title: thread.private ? 'Only the people on this conversation and Super Admins see it. Click to share it with the team.' : 'Everyone on the hiring team sees it. Click to make it private.' });
    if (mayChange) lock.setAttribute('aria-pressed', String(thread.private));
    const focused = head.contains(document.activeElement) ? document.activeElement.dataset.testid : '';
    fill(head, back(),
      h('div', { class: 'thread-title' }, h('h2', { testid: 'thread-subject' }, thread.subject || '(no subject)'), lock),
      h('div', { class: 'thread-facts small' }, receiptLine(thread.receipt, { explain: true }), thread.also_matches && h('span', { class: 'badge warn', title: 'Another profile has the same address; this one was updated last.' }, 'Another profile has this address too')));
    if (focused) head.querySelector(`[data-testid="${focused}"]`)?.focus();
  }

  // drawFoot leaves alone what is there already: somebody may have the focus on it.
  function drawFoot() {
    if (!thread.may_reply) {
      write = null;
      fill(foot, h('p', { class: 'muted small', testid: 'may-not-reply' }, icon('lock'), session.user.role === 'external_agency' ? ' External Agency users cannot send email to candidates.' : ' You can reply only to conversations that include you.'));
      return;
    }
    if (write) {
      write.update(thread);
      return;
    }
    const kept = loadDraft(personKey(session.user), candidate.id, threadID);
    if (kept?.text) openReply(false);
    else if (!foot.querySelector('[data-testid="reply-button"]')) fill(foot, button('Reply', 'reply', () => openReply(true), { kind: 'primary', testid: 'reply-button' }));
  }

  function openReply(focus) {
    write = composer({ candidate, thread, signal, onSent, onQueued, onClose: closeReply });
    fill(foot, write.el);
    if (focus) write.focus();
  }

  function closeReply() {
    write = null;
    drawFoot();
    foot.querySelector('button')?.focus();
  }

  async function onSent(result) {
    closeReply();
    const left = result.left_out ?? [];
    fill(said, left.length > 0 && notice({ kind: 'info', title: 'Your reply was sent', detail: `It went to ${[...(result.to ?? []), ...(result.cc ?? [])].map(full).join(', ')}. Left out: ${left.map(full).join(', ')}.`, testid: 'sent-left-out' }));
    toast('Your reply was sent.');
    await onChange();
  }

  async function onQueued(result) {
    closeReply();
    toast(`Your reply leaves ${moment(result.send_at)}.`);
    await onChange();
  }

  async function earlier() {
    try {
      const answer = await threads.get(threadID, { pageToken: older, signal });
      for (const m of answer.message_list ?? []) if (!seen.has(m.id)) seen.set(m.id, m);
      older = answer.next_page_token;
      draw(new Set());
    } catch (err) {
      if (err.name !== 'AbortError') toast(err.detail || 'The earlier messages could not be loaded.', 'error');
    }
  }

  // showImages asks for the page that has the message, with its images on other servers.
  async function showImages(m) {
    try {
      for (let pageToken; ;) {
        const page = await threads.get(threadID, { pageToken, images: 'remote', signal });
        const found = (page.message_list ?? []).find((x) => x.id === m.id);
        if (found) pictured.set(m.id, found);
        pageToken = page.next_page_token;
        if (found || !pageToken) break;
      }
      choice.set(m.id, true);
      draw(new Set());
    } catch (err) {
      if (err.name !== 'AbortError') toast(err.detail || 'The images could not be loaded.', 'error');
    }
  }

  async function setPrivacy() {
    try {
      await threads.setPrivacy(threadID, !thread.private);
      toast(thread.private ? 'The team can see this conversation again.' : 'This conversation is private now.');
      await onChange();
    } catch (err) {
      toast(err.detail || err.title, 'error');
    }
  }
}
