// The receipt: what of Gmail's is here, and what is left out and why.
//
// data-testid: receipt (data-state), receipt-excluded.
import { h, icon } from '../dom.js';
import { clock, exact, known, plural, words } from '../text.js';

const reasons = {
  skipped_inbox: ['skipped the inbox', 'A Gmail filter put it away before it came to the inbox. Move it to the inbox in Gmail to bring it in, or let the filter put the label “Hire” on such mail.'],
  spam: ['in Spam', 'Mark it as “not spam” in Gmail to bring it in.'],
  trash: ['in the bin', 'Move it out of the bin in Gmail to bring it in.'],
  draft: ['draft', 'Drafts are not imported; they come in once they are sent.'],
  gone: ['deleted in Gmail', 'It was deleted before it could be read.'],
};

// receiptLine says in a few words how complete a conversation is, "14 of 14, checked 09:42". explain adds what is left out.
export function receiptLine(r, { explain = false } = {}) {
  if (!r) return null;
  const at = known(r.checked_at) && h('time', { datetime: r.checked_at, title: exact(r.checked_at) }, `checked ${sameDay(r.checked_at) ? clock(r.checked_at) : new Date(r.checked_at).toLocaleDateString('en', { day: 'numeric', month: 'short' })}`);
  const count = `${r.stored} of ${r.in_gmail}`;
  const [shape, tone, text] = {
    verified: ['check', 'ok', [count, at && ', ', at]],
    repairing: ['refresh', 'warn', [`${count}, the rest is being fetched`]],
    unchecked: ['clock', '', [`${count}, not compared yet`]],
    local: ['shield', '', ['Kept by Hire; no connected mailbox holds it']],
  }[r.state] ?? ['info', '', [words(r.state)]];
  const left = Object.entries(r.excluded ?? {}).filter(([, n]) => n > 0);
  const total = left.reduce((sum, [, n]) => sum + n, 0);
  const line = h('span', { class: `receipt ${tone}`, testid: 'receipt', data: { state: r.state } }, icon(shape), h('span', null, text, !explain && total > 0 && ` · ${total} left out`));
  if (!explain || total === 0) return line;
  return h('span', { class: 'receipt-more' }, line, h('details', { testid: 'receipt-excluded' },
    h('summary', null, `${total} left out`),
    h('ul', null, left.map(([reason, n]) => h('li', null, h('strong', null, plural(n, 'message')), ` ${reasons[reason]?.[0] ?? words(reason).toLowerCase()}. `, h('span', { class: 'muted' }, reasons[reason]?.[1] ?? ''))))));
}

function sameDay(iso) {
  return new Date(iso).toDateString() === new Date().toDateString();
}
