// How far a message to several candidates is, and stopping what has not left.
//
// data-testid: batch-progress (data-done), batch-counts, batch-row (data-id, data-state), batch-cancel, batch-problem.
import { fill, h, icon, keyed } from '../dom.js';
import { announce, busy, button, confirm, loading, notice, problemNotice, toast } from '../ui.js';
import { follow } from '../live.js';
import { known, plural, time } from '../text.js';
import { batches } from './api.js';
import { candidateOf } from './session.js';

const states = {
  queued: ['Waiting', '', 'clock'], sending: ['Being sent', 'accent', 'send'], sent: ['Sent', 'ok', 'check'], failed: ['Not sent', 'error', 'alert'], unknown: ['Outcome unknown', 'warn', 'alert'],
};

export function batchView({ main, params, signal }) {
  const [id] = params;
  document.title = 'Message to several candidates · Hire';
  main.className = 'page narrow';
  const trouble = h('div');
  const bar = h('progress', { value: 0, max: 1, 'aria-label': 'Messages that are done' });
  const counts = h('p', { class: 'muted', testid: 'batch-counts', role: 'status' });
  const stop = button('Cancel what has not left', null, () => cancel(), { kind: 'danger', testid: 'batch-cancel' });
  const rows = h('ul', { class: 'rows' });
  const progress = h('section', { class: 'card card-body batch', testid: 'batch-progress' }, h('div', { class: 'split center' }, bar, stop), counts);
  let drawn = false;
  fill(main, h('div', { class: 'page-head' }, h('div', null, h('h1', null, 'Message to several candidates'), h('p', { class: 'muted' }, 'You can leave this page; the messages go on leaving.'))), trouble, h('div', { class: 'stack' }, loading(4)));

  follow(async () => {
    try {
      const batch = await look();
      return batch.done ? 60000 : 1500;
    } catch (err) {
      if (err.name !== 'AbortError' && !drawn) fill(trouble, problemNotice(err));
      throw err;
    }
  }, signal, (works) => fill(trouble, !works && notice({ kind: 'warn', title: 'No connection', detail: 'Trying again…' })));

  // look reads all pages, of which there are at most five.
  async function look() {
    const batch = await batches.get(id, { signal });
    for (let next = batch.next_page_token; next;) {
      const page = await batches.get(id, { pageToken: next, signal });
      batch.messages.push(...page.messages);
      next = page.next_page_token;
    }
    draw(batch);
    return batch;
  }

  function draw(batch) {
    if (!drawn) fill(main.lastElementChild, progress, h('section', { class: 'card', 'aria-label': 'Messages' }, rows));
    drawn = true;
    const c = batch.counts;
    const finished = c.sent + c.failed + c.unknown;
    bar.max = batch.total;
    bar.value = finished;
    const words = [plural(c.sent, 'message').replace(/ messages?$/, ' sent'), c.sending > 0 && `${c.sending} being sent`, c.queued > 0 && `${c.queued} waiting`, c.failed > 0 && `${c.failed} not sent`, c.unknown > 0 && `${c.unknown} of unknown outcome`].filter(Boolean).join(', ');
    const sentence = `${words}, of ${batch.total}.`;
    if (counts.textContent !== sentence) counts.textContent = sentence;
    if (batch.done && progress.dataset.done === 'false') announce(`Done: ${sentence}`);
    progress.dataset.done = String(batch.done);
    stop.hidden = batch.done || known(batch.cancelled_at);
    keyed(rows, batch.messages.map((m) => ({ key: String(m.index), version: JSON.stringify(m), make: () => row(m) })));
  }

  function row(m) {
    const [label, tone, shape] = states[m.state] ?? [m.state, '', 'info'];
    const who = candidateOf(m.candidate_id);
    const path = `/hire/candidates/${encodeURIComponent(m.candidate_id)}${m.thread_id ? `/threads/${encodeURIComponent(m.thread_id)}` : ''}`;
    return h('li', { class: 'row', testid: 'batch-row', data: { id: m.candidate_id, state: m.state } },
      h('span', { class: 'row-text' }, h('a', { class: 'strong clip row-link', href: path }, who?.name ?? m.candidate_id), m.problem && h('span', { class: 'small wrap', testid: 'batch-problem', data: { code: m.problem.code } }, `${m.problem.title}: ${m.problem.detail}`)),
      h('span', { class: 'row-end' }, h('span', { class: `badge ${m.problem?.code === 'cancelled' ? '' : tone}` }, icon(shape), m.problem?.code === 'cancelled' ? 'Cancelled' : label),
        m.state === 'queued' && known(m.leaves_at) && h('span', { class: 'muted small' }, new Date(m.leaves_at) - Date.now() < 60000 ? 'in a moment' : time(m.leaves_at)), m.state === 'sent' && h('span', { class: 'muted small' }, time(m.sent_at))));
  }

  async function cancel() {
    if (!(await confirm({ title: 'Cancel what has not left?', detail: 'What is being sent at this moment, or was sent, stays as it is.', yes: 'Cancel the rest', danger: true }))) return;
    await busy(stop, async () => {
      try {
        await batches.cancel(id);
        toast('What had not left is cancelled.');
        await look();
      } catch (err) {
        toast(err.detail || err.title, 'error');
      }
    });
  }
}
