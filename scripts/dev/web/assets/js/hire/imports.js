// Bringing in conversations of one's own mailbox that are not in the profile: shown when asked for, and read only when they are chosen.
//
// data-testid: import-view, import-choose (data-id, data-state), import-start, import-older, import-row (data-id, data-state, data-reason), import-problem (data-code).
import { fill, h, icon } from '../dom.js';
import { announce, busy, button, empty, loading, notice } from '../ui.js';
import { wait } from '../live.js';
import { full, plural, time } from '../text.js';
import { threads } from './api.js';

const lookEvery = 1500; // ms, while something is being imported

// importView shows the choice in box; onImported is called when a conversation has come into the profile.
export function importView(box, { candidate, base, signal, back, onImported }) {
  const chosen = new Set();
  const subjects = new Map(); // of what has been shown, by Gmail's id
  let shown = [];
  let next;
  const list = h('ul', { class: 'importables' });
  const older = h('div', { class: 'actions center' });
  const problem = h('div');
  const status = h('div');
  const start = button('Import', 'download', () => busy(start, begin), { kind: 'primary', testid: 'import-start' });
  const body = h('div', null, loading(4, 'Looking into your Gmail'));
  fill(box, back(), h('section', { class: 'thread import', testid: 'import-view', 'aria-labelledby': 'import-title' },
    h('h2', { id: 'import-title' }, 'Import from your Gmail'),
    h('p', { class: 'muted' }, `Conversations of your mailbox with ${(candidate.emails ?? []).join(' or ')} that are not in the profile. They are read from Gmail now and kept nowhere; what you import is read whole, and followed from then on.`),
    problem, body, status));
  look();
  follow();

  async function look(pageToken) {
    try {
      const page = await threads.importable(candidate.id, { pageToken, signal });
      if (!pageToken) shown = [];
      shown.push(...(page.conversations ?? []));
      for (const c of page.conversations ?? []) subjects.set(c.gmail_thread_id, c.subject);
      next = page.next_page_token;
      draw();
    } catch (err) {
      if (err.name !== 'AbortError') failed(err);
    }
  }

  function draw() {
    if (shown.length === 0 && !next) {
      fill(body, empty({ shape: 'check', title: 'There is nothing to import', detail: `Every conversation of your mailbox with ${candidate.name} is in the profile already.` }));
      return;
    }
    fill(list, shown.map(item));
    fill(older, next && button('Look for older ones', 'clock', (e) => busy(e.currentTarget, () => look(next)), { kind: 'small', testid: 'import-older' }));
    fill(body, h('fieldset', { class: 'plain' }, h('legend', { class: 'sr-only' }, 'Conversations to import'), list), older, h('div', { class: 'actions' }, start));
    count();
  }

  function item(c) {
    const waiting = c.state === 'waiting';
    const tick = h('input', { type: 'checkbox', testid: 'import-choose', data: { id: c.gmail_thread_id, state: c.state }, checked: chosen.has(c.gmail_thread_id) || waiting, disabled: waiting, on: { change: () => { if (tick.checked) chosen.add(c.gmail_thread_id); else chosen.delete(c.gmail_thread_id); count(); } } });
    return h('li', null, h('label', { class: 'importable' }, tick,
      h('span', { class: 'row-text' },
        h('span', { class: 'strong wrap' }, c.subject || '(no subject)', waiting && h('span', { class: 'badge' }, 'Being imported'), c.state === 'stopped' && h('span', { class: 'badge' }, 'Followed no more')),
        h('span', { class: 'muted small wrap' }, 'With ', (c.participants ?? []).map(full).join(', ') || 'no one'),
        h('span', { class: 'muted small' }, `${plural(c.messages, 'message')}, the last one `, time(c.last_at)))));
  }

  function count() {
    start.disabled = chosen.size === 0;
    fill(start, icon('download'), h('span', null, chosen.size > 0 ? `Import ${plural(chosen.size, 'conversation')}` : 'Import'));
  }

  async function begin() {
    try {
      const answer = await threads.startImports(candidate.id, [...chosen].slice(0, 20)); // as many as one request takes
      for (const i of answer.imports ?? []) chosen.delete(i.gmail_thread_id);
      fill(problem);
      report(answer.imports ?? []);
      asked = true;
      await look();
      follow();
    } catch (err) {
      if (err.name !== 'AbortError') failed(err);
    }
  }

  let following = false;
  let asked = false; // something was asked for that follow has not looked for yet; it may have ended before anybody has looked

  // follow looks until nothing waits any more.
  async function follow() {
    if (following) return;
    following = true;
    try {
      for (let waited = false; !signal.aborted;) {
        waited ||= asked;
        asked = false;
        const { imports = [] } = await threads.imports(candidate.id, { signal });
        report(imports);
        if (imports.some((i) => i.state === 'waiting')) {
          waited = true;
          await wait(lookEvery, signal);
          continue;
        }
        if (waited && !asked) {
          waited = false;
          announce('The import has ended');
          await Promise.all([onImported(), look()]);
        }
        if (!asked) break;
      }
    } catch (err) {
      if (err.name !== 'AbortError' && err.code !== 'connect_required') failed(err);
    }
    following = false;
  }

  // report says what has become of what was asked for.
  function report(imports) {
    const states = { waiting: ['Being imported', 'accent', 'clock'], imported: ['Imported', 'ok', 'check'], not_imported: ['Not imported', 'warn', 'alert'] };
    fill(status, imports.length > 0 && [h('h3', null, 'What you have imported'), h('ul', { class: 'rows', role: 'list' }, imports.map((i) => {
      const [label, tone, shape] = states[i.state] ?? [i.state, '', 'info'];
      const name = subjects.get(i.gmail_thread_id) || 'A conversation';
      return h('li', { class: 'row', testid: 'import-row', data: { id: i.gmail_thread_id, state: i.state, reason: i.reason } },
        h('span', { class: 'row-text' }, i.thread_id ? h('a', { class: 'strong wrap row-link', href: `${base}/threads/${encodeURIComponent(i.thread_id)}` }, name) : h('span', { class: 'strong wrap' }, name), i.detail && h('span', { class: 'small wrap' }, i.detail)),
        h('span', { class: 'row-end' }, h('span', { class: `badge ${tone}` }, icon(shape), label), h('span', { class: 'muted small' }, time(i.ended_at || i.asked_at))));
    }))]);
  }

  function failed(err) {
    const link = { connect_required: 'Connect Email Account', reconnect_required: 'Reconnect' }[err.code];
    if (shown.length === 0) fill(body);
    fill(problem, notice({ kind: link ? 'info' : 'error', code: err.code, title: err.title ?? 'Something went wrong', detail: err.detail || err.message, testid: 'import-problem', actions: [link ? h('a', { class: 'button small primary', href: '/hire/settings/email' }, link) : button('Try again', 'refresh', () => { fill(problem); look(); follow(); }, { kind: 'small' })] }));
  }
}
