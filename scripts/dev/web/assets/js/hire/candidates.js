// The list of candidates, and the choice of several to write to.
//
// data-testid: candidate-search, candidate-row (data-id), candidate-choose (data-id), write-to-several.
import { fill, h, icon } from '../dom.js';
import { avatar, empty } from '../ui.js';
import { plural } from '../text.js';
import { bulkLink } from './bulk.js';
import { candidates, session } from './session.js';

export function candidatesView({ main }) {
  document.title = 'Candidates · Hire';
  const all = candidates();
  const chosen = new Set();
  const mayWrite = session.user.role !== 'external_agency' && all.length > 1;
  const rows = h('ul', { class: 'card rows' });
  const search = h('input', { type: 'search', testid: 'candidate-search', placeholder: 'Search by name, title or address', 'aria-label': 'Search candidates', on: { input: show } });
  const write = h('a', { class: 'button primary', testid: 'write-to-several', hidden: true });
  const said = h('span', { class: 'sr-only', role: 'status' });
  main.className = 'page narrow';
  fill(main,
    h('div', { class: 'page-head' }, h('div', null, h('h1', null, 'Candidates'), h('p', { class: 'muted' }, `${session.account?.name ?? ''} · ${plural(all.length, 'candidate')}`)), all.length > 5 && search, write, said),
    all.length === 0 ? h('div', { class: 'card' }, empty({ shape: 'users', title: 'No candidates in this account', detail: 'Sign in as someone of another account with the switcher at the top.' })) : rows);
  show();

  function show() {
    const q = search.value.trim().toLowerCase();
    const found = all.filter((c) => [c.name, c.title, ...(c.emails ?? [])].some((s) => s?.toLowerCase().includes(q)));
    fill(rows, found.map(row), found.length === 0 && h('li', { class: 'muted card-body' }, 'No candidate fits that search.'));
  }

  function row(c) {
    const box = h('input', { type: 'checkbox', testid: 'candidate-choose', data: { id: c.id }, 'aria-label': `Choose ${c.name}`, checked: chosen.has(c.id), on: { change: () => choose(c.id, box.checked) } });
    return h('li', { class: 'choice-row' },
      mayWrite && h('label', { class: 'choice' }, box),
      h('a', { class: 'row grow', href: `/hire/candidates/${encodeURIComponent(c.id)}`, testid: 'candidate-row', data: { id: c.id } },
        avatar(c.name, c.emails?.[0]),
        h('span', { class: 'row-text' },
          h('span', { class: 'strong clip' }, c.name),
          h('span', { class: 'muted small clip' }, [c.title, (c.emails ?? []).join(', ')].filter(Boolean).join(' · '))),
        icon('down', 'turn')));
  }

  function choose(id, on) {
    if (on) chosen.add(id);
    else chosen.delete(id);
    const picked = all.filter((c) => chosen.has(c.id));
    write.hidden = picked.length === 0;
    write.href = bulkLink(picked);
    fill(write, icon('pen'), h('span', null, `Write to ${plural(picked.length, 'candidate')}`));
    said.textContent = `${plural(picked.length, 'candidate')} chosen`;
  }
}
