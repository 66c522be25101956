// Choosing when a message leaves.
//
// data-testid: later-dialog, later-choice (data-name), later-time, later-confirm.
import { h } from '../dom.js';
import { moment } from '../text.js';

const farthest = 30 * 24 * 3600 * 1000; // ms ahead, as the server takes it

// chooseTime asks when to send; it answers with a Date, or null.
export function chooseTime() {
  return new Promise((resolve) => {
    let chosen = null;
    const error = h('p', { class: 'field-error', id: 'later-error', role: 'alert' });
    const input = h('input', { type: 'datetime-local', testid: 'later-time', id: 'later-time', value: local(choices()[1][1]), 'aria-describedby': 'later-error' });
    const form = h('form', { method: 'dialog', novalidate: true, on: { submit: (e) => { e.preventDefault(); take(new Date(input.value)); } } },
      h('h2', { id: 'later-title' }, 'Send later'),
      h('div', { class: 'later-choices' }, choices().map(([name, at]) => h('button', { type: 'button', class: 'button', testid: 'later-choice', data: { name }, on: { click: () => take(at) } }, h('span', null, name), h('span', { class: 'muted small' }, moment(at))))),
      h('label', { class: 'field', for: 'later-time' }, h('span', null, 'Or at'), input), error,
      h('div', { class: 'actions end' }, h('button', { class: 'button', type: 'button', on: { click: () => dialog.close() } }, 'Cancel'), h('button', { class: 'button primary', type: 'submit', testid: 'later-confirm' }, 'Send then')));
    const dialog = h('dialog', { class: 'dialog', testid: 'later-dialog', 'aria-labelledby': 'later-title' }, form);
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(chosen);
    });
    document.body.append(dialog);
    dialog.showModal();

    function take(at) {
      const ahead = at - Date.now();
      if (Number.isNaN(ahead)) error.textContent = 'Choose a day and a time.';
      else if (ahead <= 0) error.textContent = 'That is in the past.';
      else if (ahead > farthest) error.textContent = 'At most 30 days ahead.';
      else {
        chosen = at;
        dialog.close();
        return;
      }
      input.setAttribute('aria-invalid', 'true');
      input.focus();
    }
  });
}

function choices() {
  const morning = (days) => {
    const at = new Date();
    at.setDate(at.getDate() + days);
    at.setHours(9, 0, 0, 0);
    return at;
  };
  const toMonday = ((8 - new Date().getDay()) % 7) || 7;
  const out = [['In an hour', new Date(Date.now() + 3600000)], ['Tomorrow morning', morning(1)]];
  if (toMonday > 1) out.push(['Monday morning', morning(toMonday)]);
  return out;
}

// local is a time as an input of type datetime-local has it.
function local(at) {
  return new Date(at - at.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}
