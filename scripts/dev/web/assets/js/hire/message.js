// A message of a candidate's conversation.
//
// data-testid: delivery-state (data-state), may-be-forged (data-claims), show-images; and those of ../message.js; its message says direction and via in its data too.
import { h, icon } from '../dom.js';
import { full, time } from '../text.js';
import { messageItem as item } from '../message.js';
import { busy, button } from '../ui.js';
import { threads } from './api.js';

const kinds = { user: ['Team', 'accent'], candidate: ['Candidate', ''], other: ['Outside', ''] };

// messageItem makes the list item of an api.Message. open, fresh and onToggle are those of ../message.js; images tells that images from elsewhere are in its HTML, since
// onImages was called.
export function messageItem(m, { open, fresh, onToggle, images, onImages }) {
  const claims = m.authentication?.claims;
  const [kind, tone] = claims ? ['Sender not verified', 'error'] : kinds[m.from?.kind] ?? kinds.other;
  return item({ ...m, date: m.date || m.received_at, quoted: m.quoted_text }, {
    open, fresh, onToggle, images,
    data: { direction: m.direction, via: m.via },
    badges: [h('span', { class: `badge ${tone}` }, kind), m.delivery && h('span', { class: `badge ${m.delivery.state === 'failed' ? 'error' : 'warn'}` }, m.delivery.state === 'failed' ? 'Not delivered' : 'Delayed'), m.auto_reply && h('span', { class: 'badge' }, 'Automatic reply'), m.bounce && h('span', { class: 'badge warn' }, 'Delivery report')],
    details: [['Source', m.via === 'hire' ? 'Sent from Hire' : m.direction === 'outbound' ? 'Sent in Gmail' : 'Received in Gmail']],
    notes: [
      claims && forged(claims),
      m.delivery && delivery(m),
      m.defects?.length > 0 && h('p', { class: 'small muted defect' }, icon('alert'), ` This mail was not well-formed: ${m.defects.join('; ')}.`),
      m.has_remote_images && !images && h('div', { class: 'small muted held' }, h('span', null, 'Images are not loaded, so that the sender cannot see that you read this.'), button('Show images', 'download', (e) => busy(e.currentTarget, () => onImages(m)), { kind: 'small', testid: 'show-images' })),
    ],
    attachment: (a) => threads.attachment(m.thread_id, m.id, a.part_id),
    inline: async (cid) => {
      const part = (m.attachments ?? []).find((a) => a.content_id?.replaceAll(/[<>]/g, '') === cid);
      return part && threads.attachment(m.thread_id, m.id, part.part_id);
    },
  });
}

// forged warns of a mail that names somebody as its sender whose domain says that it does not come from there. It may still: some mailing lists change mail on its way.
function forged(who) {
  const name = who.name || who.email;
  return h('div', { class: 'delivery small failed', testid: 'may-be-forged', data: { claims: who.kind } },
    icon('alert'),
    h('div', null,
      h('p', null, h('strong', null, `This mail may not be from ${name}.`), ` It gives ${who.email} as its sender, but Gmail found that it did not come from that address’s mail service. Someone else may have written it.`),
      h('p', { class: 'muted' }, `Before you act on it, ask ${name} in another way, by phone for example.`)));
}

// delivery says whom a mail has not reached, and why.
function delivery(m) {
  const d = m.delivery;
  const whom = (d.recipients ?? []).map(full).join(', ') || 'its recipient';
  return h('div', { class: `delivery small ${d.state}`, testid: 'delivery-state', data: { state: d.state } },
    icon('alert'),
    h('div', null,
      h('p', null, h('strong', null, d.state === 'failed' ? `This did not reach ${whom}.` : `This has not reached ${whom} yet; the mail server goes on trying.`), ' ', time(d.at)),
      d.reason && h('p', { class: 'muted wrap' }, `The mail server says: ${d.reason}${d.status ? ` (${d.status})` : ''}`)));
}
