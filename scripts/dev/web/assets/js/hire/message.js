// A message of a candidate's conversation.
//
// data-testid: those of ../message.js; its message says direction and via in its data too.
import { h, icon } from '../dom.js';
import { messageItem as item } from '../message.js';
import { threads } from './api.js';

const kinds = { user: ['Team', 'accent'], candidate: ['Candidate', ''], other: ['Outside', ''] };

// messageItem makes the list item of an api.Message. open, fresh and onToggle are those of ../message.js.
export function messageItem(m, { open, fresh, onToggle }) {
  const [kind, tone] = kinds[m.from?.kind] ?? kinds.other;
  return item({ ...m, date: m.date || m.received_at, quoted: m.quoted_text }, {
    open, fresh, onToggle,
    data: { direction: m.direction, via: m.via },
    badges: [h('span', { class: `badge ${tone}` }, kind), m.auto_reply && h('span', { class: 'badge' }, 'Automatic reply'), m.bounce && h('span', { class: 'badge error' }, 'Not delivered')],
    details: [['Source', m.via === 'hire' ? 'Sent from Hire' : m.direction === 'outbound' ? 'Sent in Gmail' : 'Received in Gmail']],
    notes: [
      m.defects?.length > 0 && h('p', { class: 'small muted defect' }, icon('alert'), ` This mail was not well-formed: ${m.defects.join('; ')}.`),
      m.has_remote_images && h('p', { class: 'small muted' }, 'Images are not loaded, so that the sender cannot see that you read this.'),
    ],
    attachment: (a) => threads.attachment(m.thread_id, m.id, a.part_id),
    inline: async (cid) => {
      const part = (m.attachments ?? []).find((a) => a.content_id?.replaceAll(/[<>]/g, '') === cid);
      return part && threads.attachment(m.thread_id, m.id, part.part_id);
    },
  });
}
