// Searching in a candidate's mail.
//
// data-testid: mail-search, search-results (data-done), search-row (data-id, data-thread), search-further, search-problem.
import { fill, h, icon } from '../dom.js';
import { busy, button } from '../ui.js';
import { person, plural, time } from '../text.js';
import { threads } from './api.js';

const pause = 250; // ms after the last key
const pagesAtOnce = 3; // that are looked through without finding anything before the user is asked

// searchPart answers with {form, el}: the field, and what it finds, which takes the place of the list for as long as something is looked for. onChange(active) says
// whether that is so; onChoose(id) is called when a message is chosen.
export function searchPart({ candidate, base, signal, onChange, onChoose }) {
  const input = h('input', { type: 'search', testid: 'mail-search', placeholder: 'Search in this mail', 'aria-label': `Search in the mail with ${candidate.name}`, maxlength: 200, on: { input: typed, keydown: (e) => { if (e.key === 'Escape' && input.value) { e.preventDefault(); input.value = ''; typed(); } } } });
  const form = h('form', { class: 'mail-search', role: 'search', on: { submit: (e) => { e.preventDefault(); typed(); } } }, icon('search'), input);
  const said = h('p', { class: 'muted small said-found', role: 'status' });
  const rows = h('ul', { class: 'threads' });
  const more = h('div', { class: 'actions center' });
  const el = h('div', { testid: 'search-results', hidden: true }, said, rows, more);
  let timer;
  let controller;
  let found = [];
  let searched = 0;
  return { form, el };

  function typed() {
    clearTimeout(timer);
    controller?.abort();
    const q = input.value.trim();
    el.hidden = q === '';
    onChange(q !== '');
    if (q === '') return;
    controller = new AbortController();
    signal.addEventListener('abort', () => controller.abort(), { once: true });
    found = [];
    searched = 0;
    el.dataset.done = 'false';
    timer = setTimeout(() => look(q, undefined, controller.signal), pause);
  }

  async function look(q, pageToken, own) {
    try {
      let next = pageToken;
      for (let n = 0; n < pagesAtOnce; n++) {
        const page = await threads.search(candidate.id, q, next, own);
        found.push(...(page.messages ?? []));
        searched += page.searched;
        next = page.next_page_token;
        if (!next || page.messages?.length > 0) break;
      }
      draw(q, next, own);
    } catch (err) {
      if (err.name === 'AbortError') return;
      fill(rows);
      fill(more);
      fill(said, h('span', { testid: 'search-problem', data: { code: err.code } }, Object.values(err.fields ?? {})[0] && err.detail ? err.detail : err.detail || err.message));
    }
  }

  function draw(q, next, own) {
    said.textContent = `${found.length === 0 ? 'Nothing found' : plural(found.length, 'message')} in ${plural(searched, 'message')}${next ? ', there are older ones' : ''}.`;
    fill(rows, found.map((m) => h('li', null, h('a', { class: 'thread-row', href: `${base}/threads/${encodeURIComponent(m.thread_id)}`, testid: 'search-row', data: { id: m.id, thread: m.thread_id }, on: { click: () => onChoose(m.id) } },
      h('span', { class: 'split' }, h('span', { class: 'strong clip' }, m.subject || '(no subject)'), h('span', { class: 'muted small nowrap' }, time(m.received_at))),
      h('span', { class: 'small clip' }, h('span', { class: 'strong' }, person(m.from)), ': ', h('span', { class: 'muted' }, m.snippet))))));
    fill(more, next && button('Search older mail', 'clock', (e) => busy(e.currentTarget, () => look(q, next, own)), { kind: 'small', testid: 'search-further' }));
    el.dataset.done = 'true';
  }
}
