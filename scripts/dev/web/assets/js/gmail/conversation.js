// A conversation of a mailbox, and what its owner can do with it.
//
// data-testid: conversation (data-id), conversation-subject, archive-button, to-inbox-button, spam-button, not-spam-button,
// trash-button, restore-button, unread-button, reply-button, reply-all-button, draft-edit, draft-send, draft-discard, message-list; the labels
// of labels.js, the messages of ../message.js and the fields of letter.js.
import { fill, h, keyed } from '../dom.js';
import { announce, busy, button, confirm, toast } from '../ui.js';
import { person } from '../text.js';
import { mailbox } from './api.js';
import { labelChips, labelMenu } from './labels.js';
import { answerTo, letter } from './letter.js';
import { messageItem } from './message.js';

// conversationView shows a conversation in content. back makes the link to the list, leave goes there, changed looks at the mailbox again. It
// answers {draw(state), poll}.
export function conversationView({ content, email, threadID, signal, back, leave, changed, contacts }) {
  const choice = new Map(); // id of a message: whether the user has it open
  const bar = h('div', { class: 'mail-bar' });
  const head = h('div', { class: 'thread-head' });
  const items = h('ol', { class: 'messages', testid: 'message-list' });
  const foot = h('div', { class: 'thread-foot' });
  const menu = labelMenu({ email, put, changed: () => changed() });
  let tag = '';
  let thread = null;
  let labels = [];
  let write = null;
  let leaving = false;
  return { draw, poll };

  function draw(state) {
    labels = state.labels;
    if (thread) drawHead();
  }

  async function poll() {
    const got = await mailbox.thread(email, threadID, tag, signal);
    if (!got || leaving) return;
    const first = thread === null;
    const before = new Set((thread?.messages ?? []).map((m) => m.id));
    tag = got.tag;
    thread = got.body;
    document.title = `${thread.subject || '(no subject)'} · ${email}`;
    if (first) fill(content, bar, h('article', { class: 'thread', testid: 'conversation', data: { id: threadID }, 'aria-label': thread.subject }, head, items, foot));
    drawHead();
    const all = thread.messages;
    keyed(items, all.map((m, i) => ({
      key: m.id, version: JSON.stringify(m.labels) + (m.draft_id ?? ''),
      make: () => messageItem(m, {
        open: choice.get(m.id) ?? (i >= all.length - 2), fresh: !first && !before.has(m.id), onToggle: (id, open) => choice.set(id, open),
        badges: [m.draft_id && h('span', { class: 'badge error' }, 'Draft'), m.labels.includes('TRASH') && h('span', { class: 'badge' }, 'In the trash'), m.labels.includes('SPAM') && h('span', { class: 'badge warn' }, 'Spam')],
        fetchPart: (part) => mailbox.attachment(email, m.id, part), foot: m.draft_id && draftBar(m),
      }),
    })));
    if (!write) drawFoot();
    const fresh = all.filter((m) => !before.has(m.id));
    if (!first && fresh.length > 0) announce(`New message from ${person(fresh.at(-1).from)}`);
    if (first && document.activeElement === document.body) content.focus({ preventScroll: true });
    if (thread.labels.includes('UNREAD')) {
      await mailbox.act(email, threadID, 'read');
      await changed();
    }
  }

  function drawHead() {
    const has = (id) => thread.labels.includes(id);
    const act = (label, shape, action, done, testid, go = true) => button(label, shape, (e) => busy(e.currentTarget, () => perform(action, done, go)), { kind: 'small', testid });
    const focused = bar.contains(document.activeElement) ? document.activeElement.dataset.testid : null;
    const menuOpen = bar.contains(menu.el) && menu.el.contains(document.activeElement);
    const written = thread.messages.some((m) => !m.draft_id); // of drafts alone there is nothing to archive
    const buttons = !written ? [back()] : [
      back(),
      has('INBOX') ? act('Archive', 'archive', 'archive', 'Archived.', 'archive-button') : !has('SPAM') && !has('TRASH') && act('Move to inbox', 'inbox', 'inbox', 'Back in the inbox.', 'to-inbox-button', false),
      has('SPAM') ? act('Not spam', 'check', 'not-spam', 'Marked as not spam.', 'not-spam-button', false) : !has('TRASH') && act('Spam', 'spam', 'spam', 'Marked as spam.', 'spam-button'),
      has('TRASH') ? act('Restore', 'refresh', 'untrash', 'Taken out of the trash.', 'restore-button', false) : act('Delete', 'trash', 'trash', 'In the trash.', 'trash-button'),
      act('Mark unread', 'mail', 'unread', 'Marked as unread.', 'unread-button'),
    ].filter(Boolean);
    if (bar.contains(menu.el)) { // the open menu stays where it is
      for (const el of [...bar.children]) if (el !== menu.el) el.remove();
      bar.prepend(...buttons);
    } else {
      fill(bar, buttons, menu.el);
    }
    menu.draw(thread.labels, labels);
    if (focused && !menuOpen) bar.querySelector(`[data-testid="${focused}"]`)?.focus();
    fill(head, h('div', { class: 'thread-title' }, h('h1', { testid: 'conversation-subject' }, thread.subject || '(no subject)')), h('div', { class: 'chips' }, labelChips(thread.labels, labels, '', (l) => put(l, false))));
  }

  async function perform(action, done, go) {
    leaving = go;
    try {
      await mailbox.act(email, threadID, action);
      toast(done);
      if (go) return leave();
      tag = '';
      return await changed();
    } catch (err) {
      leaving = false;
      return toast(err.detail || err.title, 'error');
    }
  }

  async function put(label, on) {
    try {
      await (on ? mailbox.putLabel : mailbox.takeLabel)(email, threadID, label.id);
      toast(on ? `“${label.name}” put on.` : `“${label.name}” taken off.`);
    } catch (err) {
      toast(err.detail || err.title, 'error');
    }
    tag = '';
    await changed();
  }

  function last() {
    return thread.messages.filter((m) => !m.draft_id && !m.labels.includes('TRASH')).at(-1);
  }

  function drawFoot() {
    const m = last();
    if (!m) return void fill(foot);
    const { others } = answerTo(m, email, true);
    const focused = foot.contains(document.activeElement) ? document.activeElement.dataset.testid : null;
    fill(foot, h('div', { class: 'actions' }, button('Reply', 'reply', () => reply(false), { kind: 'primary', testid: 'reply-button' }), others && button('Reply to all', 'reply', () => reply(true), { testid: 'reply-all-button' })));
    if (focused) foot.querySelector(`[data-testid="${focused}"]`)?.focus();
  }

  function reply(all) {
    const m = last();
    const start = answerTo(m, email, all);
    open(letter({
      place: `${email} ${threadID} reply`, title: all ? 'Reply to all' : 'Reply', reply: true, start, contacts,
      onSend: (out, files) => mailbox.send(email, { ...out, reply_to: m.id }, files), onSave: (out, files) => mailbox.save(email, { ...out, reply_to: m.id }, files), onDone: done, onDiscard: close,
    }));
  }

  function open(l) {
    write = l;
    fill(foot, l.el);
    l.focus();
    l.el.scrollIntoView({ block: 'nearest' });
  }

  function close() {
    write = null;
    drawFoot();
    foot.querySelector('button')?.focus();
  }

  async function done(saved) {
    toast(saved ? 'Saved as a draft.' : 'Sent.');
    close();
    tag = '';
    await changed();
  }

  function draftBar(m) {
    return h('div', { class: 'actions' },
      button('Edit', 'pen', () => edit(m), { kind: 'small', testid: 'draft-edit' }),
      button('Send', 'send', (e) => busy(e.currentTarget, () => sendDraft(m)), { kind: 'small primary', testid: 'draft-send' }),
      button('Discard draft', 'trash', () => discard(m), { kind: 'small ghost', testid: 'draft-discard' }));
  }

  // edit opens a draft in the form; files that it has already stay with it on the server.
  function edit(m) {
    open(letter({
      place: `${email} ${m.draft_id}`, title: 'Draft', start: m, contacts,
      onSend: (out, files) => mailbox.send(email, { ...out, draft: m.draft_id }, files), onSave: (out, files) => mailbox.save(email, { ...out, draft: m.draft_id }, files), onDone: done, onDiscard: close,
    }));
  }

  async function sendDraft(m) {
    try {
      await mailbox.send(email, { draft: m.draft_id }, []);
      await done(false);
    } catch (err) {
      toast(err.detail || err.title, 'error');
    }
  }

  async function discard(m) {
    if (!(await confirm({ title: 'Discard this draft?', detail: 'It is deleted for good.', yes: 'Discard', danger: true }))) return;
    try {
      await mailbox.discard(email, m.draft_id);
      toast('The draft is gone.');
      if (thread.messages.length === 1) leave();
      tag = '';
      await changed();
    } catch (err) {
      toast(err.detail || err.title, 'error');
    }
  }
}
