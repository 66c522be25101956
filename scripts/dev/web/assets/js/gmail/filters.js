// A mailbox's filters: what Gmail does with mail as it arrives. The simulator does not tell which there are.
//
// data-testid: filter-form, filter-from, filter-label, filter-skip, filter-create, filters-clear.
import { fill, h, icon } from '../dom.js';
import { busy, button, confirm, problemNotice, toast } from '../ui.js';
import { mailbox } from './api.js';

// filtersView shows the form in content; changed looks at the mailbox again. It answers {draw(state)}.
export function filtersView({ content, email, changed }) {
  const from = h('input', { type: 'text', id: 'filter-from', testid: 'filter-from', autocomplete: 'off', placeholder: 'name@company.example', required: true });
  const label = h('select', { id: 'filter-label', testid: 'filter-label' });
  const skip = h('input', { type: 'checkbox', testid: 'filter-skip' });
  const create = h('button', { type: 'submit', class: 'button primary', testid: 'filter-create' }, icon('plus'), h('span', null, 'Create filter'));
  const problem = h('div');
  document.title = `Filters · ${email}`;
  fill(content,
    h('div', { class: 'list-head' }, h('h1', null, 'Filters'), h('span', { class: 'head-actions' }, button('Remove all filters', null, (e) => busy(e.currentTarget, clear), { kind: 'small', testid: 'filters-clear' }))),
    h('form', { class: 'filter-form', testid: 'filter-form', on: { submit: (e) => { e.preventDefault(); busy(create, make); } } },
      h('p', { class: 'muted' }, 'What happens to new mail as it arrives. Mail that skips the inbox is archived at once; Hire leaves it out unless it carries the label “Hire”.'),
      h('label', { class: 'field', for: 'filter-from' }, h('span', null, 'When the mail is from'), from),
      h('label', { class: 'field', for: 'filter-label' }, h('span', null, 'Put a label on'), label),
      h('label', { class: 'check' }, skip, h('span', null, 'Skip the inbox (archive it)')),
      problem, h('div', { class: 'actions' }, create)));
  return { draw };

  function draw(state) {
    const names = state.labels.filter((l) => !l.system).map((l) => l.name);
    if (label.dataset.shown === names.join()) return;
    const chosen = label.value;
    label.dataset.shown = names.join();
    fill(label, h('option', { value: '' }, 'None'), names.map((name) => h('option', { value: name }, name)));
    label.value = names.includes(chosen) ? chosen : '';
  }

  async function make() {
    fill(problem);
    try {
      await mailbox.createFilter(email, { from: from.value.trim(), label: label.value, skip_inbox: skip.checked });
      toast('The filter works for mail that arrives from now on.');
      from.value = '';
      skip.checked = false;
      label.value = '';
    } catch (err) {
      fill(problem, problemNotice(err));
    }
    await changed();
  }

  async function clear() {
    if (!(await confirm({ title: 'Remove all filters?', detail: 'Mail then arrives in the inbox as before.', yes: 'Remove', danger: true }))) return;
    try {
      await mailbox.clearFilters(email);
      toast('There are no filters any more.');
    } catch (err) {
      toast(err.detail || err.title, 'error');
    }
  }
}
