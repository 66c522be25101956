// One message of a conversation.
//
// data-testid: message (data-id, data-direction, data-via), message-from, message-body, quoted-text, attachment (data-filename).
import { h, icon } from '../dom.js';
import { avatar, busy, toast } from '../ui.js';
import { full, linked, list, person, plural, size, time } from '../text.js';
import { threads } from './api.js';
import { mailFrame } from './mailframe.js';

const kinds = { user: ['Team', 'accent'], candidate: ['Candidate', ''], other: ['Outside', ''] };

// messageItem makes the list item of a message. open tells whether its body shows; onToggle is called when that changes.
export function messageItem(m, { open, fresh, onToggle }) {
  const id = `m-${m.id}`;
  const name = person(m.from);
  const [kind, tone] = kinds[m.from?.kind] ?? kinds.other;
  const head = h('button', { type: 'button', class: 'message-head', 'aria-expanded': String(open), 'aria-controls': id, on: { click: () => toggle(head.getAttribute('aria-expanded') !== 'true') } },
    avatar(name, m.from?.email),
    h('span', { class: 'message-who' },
      h('span', { class: 'message-name' }, h('span', { class: 'strong clip', testid: 'message-from' }, name), h('span', { class: `badge ${tone}` }, kind), m.auto_reply && h('span', { class: 'badge' }, 'Automatic reply'), m.bounce && h('span', { class: 'badge error' }, 'Not delivered')),
      h('span', { class: 'muted small clip when-open' }, recipients(m)),
      h('span', { class: 'muted small clip when-closed' }, (m.text || '').slice(0, 160))),
    h('span', { class: 'message-when muted small' }, m.attachments?.length > 0 && icon('clip'), time(m.date || m.received_at)));
  const box = h('div', { id, class: 'message-box', hidden: !open });
  const item = h('li', { class: `message ${m.direction} ${fresh ? 'fresh' : ''} ${open ? 'open' : ''}`, testid: 'message', data: { id: m.id, direction: m.direction, via: m.via } }, head, box);
  if (open) box.append(...body(m));
  return item;

  function toggle(want) {
    head.setAttribute('aria-expanded', String(want));
    item.classList.toggle('open', want);
    box.hidden = !want;
    if (want && box.childElementCount === 0) box.append(...body(m));
    onToggle(m.id, want);
  }
}

function recipients(m) {
  const to = list((m.to ?? []).map(person));
  const cc = list((m.cc ?? []).map(person));
  return [to && `to ${to}`, cc && `cc ${cc}`].filter(Boolean).join(', ');
}

function body(m) {
  const files = (m.attachments ?? []).filter((a) => !a.inline || !m.html);
  return [
    h('details', { class: 'message-details small muted' }, h('summary', null, 'Details'), h('dl', null,
      line('From', full(m.from)), line('To', (m.to ?? []).map(full).join(', ')), line('Cc', (m.cc ?? []).map(full).join(', ')), line('Subject', m.subject),
      line('Source', m.via === 'hire' ? 'Sent from Hire' : m.direction === 'outbound' ? 'Sent in Gmail' : 'Received in Gmail'))),
    m.defects?.length > 0 && h('p', { class: 'small muted defect' }, icon('alert'), ` This mail was not well-formed: ${m.defects.join('; ')}.`),
    h('div', { class: 'message-body', testid: 'message-body' }, content(m)),
    m.has_remote_images && h('p', { class: 'small muted' }, 'Images from the web are not loaded, so that the sender cannot see that you read this.'),
    files.length > 0 && h('div', { class: 'attachments', role: 'group', 'aria-label': plural(files.length, 'attachment') }, files.map((a) => attachment(m, a))),
  ].filter(Boolean);
}

function line(term, value) {
  return value && h('div', null, h('dt', null, term), h('dd', null, value));
}

function content(m) {
  if (m.html) {
    return mailFrame(m.html, { title: `Message from ${person(m.from)}`, fetchInline: async (cid) => {
      const part = (m.attachments ?? []).find((a) => a.content_id?.replaceAll(/[<>]/g, '') === cid);
      return part && threads.attachment(m.thread_id, m.id, part.part_id);
    } });
  }
  return [
    m.text ? h('div', { class: 'prose' }, linked(m.text)) : !m.quoted_text && h('p', { class: 'muted' }, 'This message has no text.'),
    m.quoted_text && h('details', { class: 'quoted', testid: 'quoted-text' }, h('summary', null, 'Quoted text'), h('div', { class: 'prose muted' }, linked(m.quoted_text))),
  ];
}

function attachment(m, a) {
  const el = h('button', { type: 'button', class: 'attachment', testid: 'attachment', data: { filename: a.filename }, title: `Download ${a.filename || 'the file'}`, on: { click: () => busy(el, get) } },
    icon('clip'), h('span', { class: 'clip' }, a.filename || 'attachment'), h('span', { class: 'muted nowrap' }, size(a.size)), icon('download'));
  return el;

  async function get() {
    try {
      const url = URL.createObjectURL(await threads.attachment(m.thread_id, m.id, a.part_id));
      h('a', { href: url, download: a.filename || 'attachment' }).click();
      setTimeout(() => URL.revokeObjectURL(url), 60000);
    } catch (err) {
      toast(`${a.filename || 'The attachment'} could not be downloaded. ${err.detail ?? ''}`, 'error');
    }
  }
}
