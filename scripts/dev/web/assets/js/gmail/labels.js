// Labels on conversations.
//
// data-testid: label-chip (data-name), label-button, label-menu, label-choice (data-name; a checkbox), label-new-name, label-create.
import { fill, h, icon } from '../dom.js';
import { busy, button, prompt, toast } from '../ui.js';
import { mailbox } from './api.js';

// labelChips are the user's own labels among ids, and "Inbox" where the list is another; remove makes each of them go at a click.
export function labelChips(ids, labels, box, remove) {
  const out = [];
  if (box !== 'inbox' && ids.includes('INBOX')) out.push(h('span', { class: 'label-chip quiet' }, 'Inbox'));
  for (const l of labels) {
    if (l.system || l.id === box || !ids.includes(l.id)) continue;
    out.push(h('span', { class: 'label-chip', testid: 'label-chip', data: { name: l.name } }, l.name, remove && h('button', { type: 'button', 'aria-label': `Take the label ${l.name} off`, on: { click: () => remove(l) } }, icon('close'))));
  }
  return out;
}

// newLabel asks for a name and makes the label; it answers with it, or null.
export async function newLabel(email) {
  const name = await prompt({ title: 'New label', label: 'Name', yes: 'Create' });
  if (!name) return null;
  try {
    const made = await mailbox.createLabel(email, name);
    toast(`The label “${made.name}” was made.`);
    return made;
  } catch (err) {
    toast(err.detail || err.title, 'error');
    return null;
  }
}

// labelMenu is the button that opens a list of labels to tick. It answers {el, draw(ids, labels)}; put(label, on) puts one on or takes it off.
export function labelMenu({ email, put, changed }) {
  const list = h('div', { class: 'menu-list' });
  const name = h('input', { type: 'text', testid: 'label-new-name', placeholder: 'New label', 'aria-label': 'Name of a new label', maxlength: 200 });
  const create = h('button', { type: 'submit', class: 'button small', testid: 'label-create' }, 'Create');
  const menu = h('form', { class: 'menu', hidden: true, testid: 'label-menu', 'aria-label': 'Labels', on: { submit: (e) => { e.preventDefault(); busy(create, make); } } }, list, h('div', { class: 'menu-new' }, name, create));
  const open = button('Label', 'tag', () => toggle(menu.hidden), { kind: 'small', testid: 'label-button' });
  open.setAttribute('aria-expanded', 'false');
  const el = h('div', { class: 'menu-box', on: {
    keydown: (e) => { if (e.key === 'Escape' && !menu.hidden) { toggle(false); open.focus(); } },
    focusout: (e) => { if (e.relatedTarget && !el.contains(e.relatedTarget)) toggle(false); },
  } }, open, menu);
  document.addEventListener('click', (e) => { if (el.isConnected && !el.contains(e.target)) toggle(false); });
  return { el, draw };

  function toggle(show) {
    menu.hidden = !show;
    open.setAttribute('aria-expanded', String(show));
    if (show) (list.querySelector('input') ?? name).focus();
  }

  function draw(ids, labels) {
    const focused = list.contains(document.activeElement) ? document.activeElement.dataset.name : null;
    const own = labels.filter((l) => !l.system);
    fill(list, own.length === 0 && h('p', { class: 'muted small' }, 'No labels yet.'),
      own.map((l) => h('label', { class: 'menu-item' }, h('input', { type: 'checkbox', testid: 'label-choice', data: { name: l.name }, checked: ids.includes(l.id), on: { change: (e) => put(l, e.target.checked) } }), h('span', { class: 'clip' }, l.name))));
    if (focused) [...list.querySelectorAll('input')].find((i) => i.dataset.name === focused)?.focus();
  }

  async function make() {
    const wanted = name.value.trim();
    if (!wanted) return name.focus();
    try {
      const made = await mailbox.createLabel(email, wanted);
      name.value = '';
      await put(made, true);
    } catch (err) {
      toast(err.detail || err.title, 'error');
    }
    return changed();
  }
}
