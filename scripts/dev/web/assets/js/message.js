// One message of a conversation, as Hire and the simulated Gmail show it.
//
// data-testid: message (data-id, and what the caller adds), message-from, message-body, quoted-text, attachment (data-filename).
import { h, icon } from './dom.js';
import { mailFrame } from './mailframe.js';
import { full, linked, list, person, plural, size, time } from './text.js';
import { avatar, busy, toast } from './ui.js';

// messageItem makes the list item of a message: {id, from, to, cc, bcc, subject, date, text, quoted, html, attachments}. Options:
// open tells whether its body shows, fresh that it has just come; onToggle(id, open) is called when its body is shown or hidden; badges
// and notes are elements beside the name and above the body; details are more lines [term, value]; data are data attributes;
// attachment(a) and inline(content id) answer with blobs; images tells whether images from elsewhere are loaded; foot is what stands under the body.
export function messageItem(m, { open, fresh, onToggle, badges = [], notes = [], details = [], data = {}, attachment, inline, images, foot }) {
  const id = `m-${m.id}`;
  const name = person(m.from) || 'Unknown sender';
  const head = h('button', { type: 'button', class: 'message-head', 'aria-expanded': String(open), 'aria-controls': id, on: { click: () => toggle(head.getAttribute('aria-expanded') !== 'true') } },
    avatar(name, m.from?.email),
    h('span', { class: 'message-who' },
      h('span', { class: 'message-name' }, h('span', { class: 'strong clip', testid: 'message-from' }, name), badges),
      h('span', { class: 'muted small clip when-open' }, recipients(m)),
      h('span', { class: 'muted small clip when-closed' }, (m.text || '').slice(0, 160))),
    h('span', { class: 'message-when muted small' }, m.attachments?.length > 0 && icon('clip'), time(m.date)));
  const box = h('div', { id, class: 'message-box', hidden: !open });
  const item = h('li', { class: `message ${fresh ? 'fresh' : ''} ${open ? 'open' : ''}`, testid: 'message', data: { id: m.id, ...data } }, head, box);
  if (open) box.append(...body());
  return item;

  function toggle(want) {
    head.setAttribute('aria-expanded', String(want));
    item.classList.toggle('open', want);
    box.hidden = !want;
    if (want && box.childElementCount === 0) box.append(...body());
    onToggle(m.id, want);
  }

  function body() {
    const files = (m.attachments ?? []).filter((a) => !hasPlace(m, a));
    return [
      h('details', { class: 'message-details small muted' }, h('summary', null, 'Details'), h('dl', null,
        [['From', m.from && full(m.from)], ['To', all(m.to)], ['Cc', all(m.cc)], ['Bcc', all(m.bcc)], ['Subject', m.subject], ...details]
          .map(([term, value]) => value && h('div', null, h('dt', null, term), h('dd', null, value))))),
      ...notes,
      h('div', { class: 'message-body', testid: 'message-body' }, content()),
      files.length > 0 && h('div', { class: 'attachments', role: 'group', 'aria-label': plural(files.length, 'attachment') }, files.map(file)),
      foot,
    ].filter(Boolean);
  }

  function content() {
    if (m.html) return mailFrame(m.html, { title: `Message from ${name}`, images, fetchInline: inline });
    return [
      m.text ? h('div', { class: 'prose' }, linked(m.text)) : !m.quoted && h('p', { class: 'muted' }, 'This message has no text.'),
      m.quoted && h('details', { class: 'quoted', testid: 'quoted-text' }, h('summary', null, 'Quoted text'), h('div', { class: 'prose muted' }, linked(m.quoted))),
    ];
  }

  function file(a) {
    const label = a.filename || 'attachment';
    const el = h('button', { type: 'button', class: 'attachment', testid: 'attachment', data: { filename: a.filename }, title: `Download ${label}`, on: { click: () => busy(el, get) } },
      icon('clip'), h('span', { class: 'clip' }, label), h('span', { class: 'muted nowrap' }, size(a.size)), icon('download'));
    return el;

    async function get() {
      try {
        const url = URL.createObjectURL(await attachment(a));
        h('a', { href: url, download: label }).click();
        setTimeout(() => URL.revokeObjectURL(url), 60000);
      } catch (err) {
        toast(`${label} could not be downloaded. ${err.detail ?? ''}`, 'error');
      }
    }
  }
}

// hasPlace tells whether the mail's HTML shows the attachment where it belongs.
function hasPlace(m, a) {
  const cid = a.content_id?.replaceAll(/[<>]/g, '');
  return a.inline && cid && [`cid:${cid}`, `data-content-id="${cid}"`].some((s) => (m.html ?? '').includes(s));
}

function all(people) {
  return (people ?? []).map(full).join(', ');
}

function recipients(m) {
  const to = list((m.to ?? []).map(person));
  const cc = list((m.cc ?? []).map(person));
  return [to && `to ${to}`, cc && `cc ${cc}`].filter(Boolean).join(', ');
}
