// The list of candidates.
//
// data-testid: candidate-search, candidate-row (data-id).
import { fill, h, icon } from '../dom.js';
import { avatar, empty } from '../ui.js';
import { plural } from '../text.js';
import { candidates, session } from './session.js';

export function candidatesView({ main }) {
  document.title = 'Candidates · Hire';
  const all = candidates();
  const rows = h('ul', { class: 'card rows' });
  const search = h('input', { type: 'search', testid: 'candidate-search', placeholder: 'Search by name, title or address', 'aria-label': 'Search candidates', on: { input: show } });
  main.className = 'page narrow';
  fill(main,
    h('div', { class: 'page-head' }, h('div', null, h('h1', null, 'Candidates'), h('p', { class: 'muted' }, `${session.account?.name ?? ''} · ${plural(all.length, 'candidate')}`)), all.length > 5 && search),
    all.length === 0 ? h('div', { class: 'card' }, empty({ shape: 'users', title: 'No candidates in this account', detail: 'Sign in as someone of another account with the switcher at the top.' })) : rows);
  show();

  function show() {
    const q = search.value.trim().toLowerCase();
    const found = all.filter((c) => [c.name, c.title, ...(c.emails ?? [])].some((s) => s?.toLowerCase().includes(q)));
    fill(rows, found.map(row), found.length === 0 && h('li', { class: 'muted card-body' }, 'No candidate fits that search.'));
  }
}

function row(c) {
  return h('li', null, h('a', { class: 'row', href: `/hire/candidates/${encodeURIComponent(c.id)}`, testid: 'candidate-row', data: { id: c.id } },
    avatar(c.name, c.emails?.[0]),
    h('span', { class: 'row-text' },
      h('span', { class: 'strong clip' }, c.name),
      h('span', { class: 'muted small clip' }, [c.title, (c.emails ?? []).join(', ')].filter(Boolean).join(' · '))),
    icon('down', 'turn')));
}
