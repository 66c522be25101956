// The messages to a candidate that wait for their time, and taking one back.
//
// data-testid: scheduled-list, scheduled-row (data-key, data-state), scheduled-undo, scheduled-dismiss, scheduled-problem.
import { fill, h, icon } from '../dom.js';
import { announce, busy, button, toast } from '../ui.js';
import { follow } from '../live.js';
import { exact, known, moment } from '../text.js';
import { messages } from './api.js';
import * as drafts from './drafts.js';
import { forget, waiting } from './queue.js';
import { personKey, session } from './session.js';

const lookEvery = 5000; // ms

// scheduledPart answers with {el, refresh}. onLeft is called when one has been sent, reopen(entry) when one was taken back.
export function scheduledPart({ candidate, signal, onLeft, reopen }) {
  const who = personKey(session.user);
  const el = h('section', { class: 'scheduled', 'aria-label': 'Waiting to be sent', testid: 'scheduled-list', hidden: true });
  const results = new Map(); // key: SendResult, as last heard
  let shown = '';
  follow(async () => {
    await refresh();
    return lookEvery;
  }, signal);
  return { el, refresh };

  // refresh asks what has become of each.
  async function refresh() {
    for (const entry of waiting(who, candidate.id)) {
      const result = await messages.outcome(entry.key, signal).catch((err) => {
        if (err.status !== 404) throw err;
        return null; // nothing is known of it any more
      });
      if (result?.state === 'sent') {
        forget(who, candidate.id, entry.key);
        announce(`Your message “${subjectOf(entry)}” was sent.`);
        onLeft(result);
      } else if (!result) {
        forget(who, candidate.id, entry.key);
      } else {
        results.set(entry.key, result);
      }
    }
    draw();
  }

  function draw() {
    const list = waiting(who, candidate.id);
    const now = JSON.stringify(list.map((e) => [e.key, results.get(e.key)]));
    if (now === shown) return;
    shown = now;
    el.hidden = list.length === 0;
    fill(el, h('h2', null, 'Waiting to be sent'), h('ul', null, list.map((entry) => row(entry, results.get(entry.key)))));
  }

  function row(entry, result) {
    const state = result?.state ?? 'queued';
    const at = known(result?.leaves_at) ? result.leaves_at : entry.sendAt;
    const problem = result?.problem;
    return h('li', { testid: 'scheduled-row', data: { key: entry.key, state } },
      icon(state === 'failed' || state === 'unknown' ? 'alert' : 'clock'),
      h('div', { class: 'grow' },
        h('span', { class: 'strong wrap block' }, subjectOf(entry)),
        state === 'queued' && h('span', { class: 'muted small block' }, 'Leaves ', h('time', { datetime: at, title: exact(at) }, moment(at))),
        state === 'sending' && h('span', { class: 'muted small block' }, 'Is being sent…'),
        problem && h('span', { class: 'small block', testid: 'scheduled-problem', data: { code: problem.code } }, `${problem.title}: ${problem.detail}`)),
      state === 'queued' && button('Undo', 'reply', (e) => busy(e.currentTarget, () => takeBack(entry)), { kind: 'small', testid: 'scheduled-undo', title: 'Take it back before it leaves; it becomes a draft again' }),
      state === 'failed' && button('Write again', 'pen', () => back(entry), { kind: 'small', testid: 'scheduled-undo' }),
      (state === 'failed' || state === 'unknown') && button('Dismiss', 'close', () => { forget(who, candidate.id, entry.key); draw(); }, { kind: 'ghost', iconOnly: true, testid: 'scheduled-dismiss' }));
  }

  async function takeBack(entry) {
    try {
      await messages.cancel(entry.key);
    } catch (err) {
      toast(err.detail || err.title, 'error');
      return void refresh().catch(() => {}); // it has left meanwhile
    }
    back(entry);
    toast('Taken back. It is a draft again.');
    return undefined;
  }

  function back(entry) {
    forget(who, candidate.id, entry.key);
    drafts.save(who, candidate.id, entry.threadID, candidate.name, entry.draft);
    draw();
    reopen(entry);
  }
}

function subjectOf(entry) {
  return entry.draft.subject || entry.subject || 'Reply';
}
