// Being someone outside: what a candidate's mail program shows.
//
// data-testid: outside-name, outside-write, outside-row (data-id), outside-conversation (data-id), back-to-list, reply-button,
// reply-all-button, message-list; the messages of ../message.js and the fields of letter.js.
import { fill, h, icon, keyed } from '../dom.js';
import { follow } from '../live.js';
import { place } from '../router.js';
import { person, plural, time } from '../text.js';
import { announce, button, empty, loading, problemNotice, toast } from '../ui.js';
import { outside } from './api.js';
import { answerTo, letter } from './letter.js';
import { messageItem } from './message.js';

const pollEvery = 1500; // ms

export function candidateView({ main, params, people, signal }) {
  const [email] = params;
  const base = `/gmail/candidate/${encodeURIComponent(email)}`;
  const me = people.outside.find((p) => p.email === email) ?? { email, name: '' };
  const content = h('section', { class: 'card mail-content', tabindex: -1 });
  const live = h('p', { class: 'live small muted', role: 'status' });
  const write = h('a', { class: 'button primary', href: `${base}/new`, testid: 'outside-write' }, icon('pen'), h('span', null, 'Write a mail'));
  const choice = new Map();
  let at = null; // what the path says: undefined, "new", or the id of a conversation
  let conversations = null;
  let form = null;
  let tag = '';
  main.className = 'page narrow';
  fill(main, h('div', { class: 'page-head' }, h('div', null, h('h1', { testid: 'outside-name' }, me.name || email), h('p', { class: 'muted' }, `What ${me.name?.split(' ')[0] || 'this person'} sees, at ${email}. Not a mailbox that Hire can read.`)), write), live, content);
  update(params);
  follow(step, signal, (ok) => fill(live, ok ? '' : [icon('alert'), 'No connection, trying again…']));
  return { update };

  async function step() {
    try {
      const got = await outside.get(email, tag, signal);
      if (got) {
        tag = got.tag;
        const had = conversations?.reduce((n, c) => n + c.messages.length, 0);
        conversations = got.body.conversations;
        draw();
        if (had !== undefined && conversations.reduce((n, c) => n + c.messages.length, 0) > had) announce('New mail');
      }
    } catch (err) {
      if (err.name !== 'AbortError' && conversations === null) fill(content, problemNotice(err));
      throw err;
    }
    return pollEvery;
  }

  function update([, where]) {
    if (where === at && content.childElementCount > 0) return;
    at = where;
    form = null;
    choice.clear();
    write.hidden = at === 'new';
    window.scrollTo(0, 0);
    fill(content, loading(5));
    draw();
  }

  function draw() {
    document.title = `${me.name || email} · Candidate`;
    if (at === 'new') return void (form || compose());
    if (conversations === null) return;
    const open = at && conversations.find((c) => c.id === at);
    if (at && !open) fill(content, h('div', { class: 'card-body' }, back()), empty({ title: 'This conversation is not here', detail: 'It may belong to someone else.' }));
    else if (open) conversation(open);
    else list();
  }

  function list() {
    if (conversations.length === 0) {
      fill(content, empty({ shape: 'inbox', title: 'No mail yet', detail: `What recruiters send to ${email} appears here by itself.`, actions: [h('a', { class: 'button', href: `${base}/new` }, 'Write to a recruiter')] }));
      return;
    }
    const rows = content.querySelector('.mails') ?? h('ul', { class: 'mails' });
    if (!rows.isConnected) fill(content, rows);
    keyed(rows, conversations.map((c) => ({
      key: c.id, version: `${c.messages.length}`,
      make: (old) => {
        const last = c.messages.at(-1);
        const names = [...new Set(c.messages.map((m) => (m.sent ? 'me' : person(m.from))))].join(', ');
        return h('li', { class: old ? 'fresh' : '' }, h('a', { class: 'mail-row', href: `${base}/${encodeURIComponent(c.id)}`, testid: 'outside-row', data: { id: c.id } },
          h('span', { class: 'mail-who clip' }, names, c.messages.length > 1 && h('span', { class: 'muted' }, ` ${c.messages.length}`)),
          h('span', { class: 'mail-what clip' }, h('span', { class: 'mail-subject' }, c.subject || '(no subject)'), h('span', { class: 'muted' }, ` — ${(last.text ?? '').trim().slice(0, 140)}`)),
          h('span', { class: 'mail-when small nowrap' }, c.messages.some((m) => m.attachments.length > 0) && icon('clip'), time(last.date))));
      },
    })));
  }

  function back() {
    return h('a', { class: 'button ghost small', href: base, testid: 'back-to-list' }, icon('back'), h('span', null, 'All mail'));
  }

  function conversation(c) {
    let box = content.querySelector('article');
    if (box?.dataset.id !== c.id) {
      box = h('article', { class: 'thread', testid: 'outside-conversation', data: { id: c.id }, 'aria-label': c.subject },
        h('div', { class: 'thread-head' }, h('div', { class: 'thread-title' }, h('h2', null, c.subject || '(no subject)')), h('p', { class: 'muted small' })), h('ol', { class: 'messages', testid: 'message-list' }), h('div', { class: 'thread-foot' }));
      fill(content, h('div', { class: 'mail-bar' }, back()), box);
    }
    box.querySelector('.thread-head p').textContent = plural(c.messages.length, 'message');
    keyed(box.querySelector('.messages'), c.messages.map((m, i) => ({
      key: m.id, version: '',
      make: () => messageItem(m, { open: choice.get(m.id) ?? (i >= c.messages.length - 2), fresh: false, onToggle: (id, open) => choice.set(id, open), badges: [m.sent && h('span', { class: 'badge accent' }, 'Me')], fetchPart: (part) => outside.attachment(email, m.id, part) }),
    })));
    if (!form) foot(c);
  }

  function foot(c) {
    const { others } = answerTo(c.messages.at(-1), email, true);
    const box = content.querySelector('.thread-foot');
    const focused = box.contains(document.activeElement) ? document.activeElement.dataset.testid : null;
    fill(box, h('div', { class: 'actions' }, button('Reply', 'reply', () => reply(c, false), { kind: 'primary', testid: 'reply-button' }), others && button('Reply to all', 'reply', () => reply(c, true), { testid: 'reply-all-button' })));
    if (focused) box.querySelector(`[data-testid="${focused}"]`)?.focus();
  }

  function reply(c, all) {
    const m = c.messages.at(-1);
    const close = () => { form = null; foot(conversations.find((x) => x.id === c.id) ?? c); content.querySelector('.thread-foot button')?.focus(); };
    form = letter({
      place: `${email} ${c.id}`, title: all ? 'Reply to all' : 'Reply', reply: true, start: answerTo(m, email, all), contacts: people.mailboxes, outside: true,
      onSend: (out, files) => outside.send(email, { ...out, name: me.name, reply_to: m.id }, files),
      onDone: () => { toast('Sent.'); close(); step().catch(() => {}); },
      onDiscard: close,
    });
    fill(content.querySelector('.thread-foot'), form.el);
    form.focus();
    form.el.scrollIntoView({ block: 'nearest' });
  }

  function compose() {
    form = letter({
      place: `${email} new`, title: 'New message', start: {}, contacts: people.mailboxes, outside: true,
      onSend: (out, files) => outside.send(email, { ...out, name: me.name }, files),
      onDone: () => { toast('Sent.'); place(base); },
      onDiscard: () => place(base),
    });
    fill(content, form.el);
    form.focus();
  }
}
