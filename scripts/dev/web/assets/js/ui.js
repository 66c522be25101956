// Parts that both Hire and Gmail are made of.
//
// data-testid: toast, confirm-dialog, confirm-yes, confirm-no, prompt-input, notice, empty, error, devbar.
import { fill, h, icon } from './dom.js';
import { linked } from './text.js';

// toast says something in a corner for a few seconds. kind: ok, error.
export function toast(text, kind = 'ok') {
  const el = h('div', { class: `toast ${kind}`, testid: 'toast', role: kind === 'error' ? 'alert' : undefined }, icon(kind === 'error' ? 'alert' : 'check'), h('span', null, text));
  const close = h('button', { class: 'ghost icon-only', type: 'button', 'aria-label': 'Close', on: { click: () => el.remove() } }, icon('close'));
  el.append(close);
  document.getElementById('toasts').append(el);
  setTimeout(() => el.remove(), kind === 'error' ? 9000 : 5000);
}

// announce tells a screen reader what has changed by itself.
export function announce(text) {
  document.getElementById('announcer').textContent = text;
}

// notice is a note in the page. kind: info, ok, warn, error. actions: elements.
export function notice({ kind = 'info', title, detail, code, actions = [], testid = 'notice' }) {
  const shape = { info: 'info', ok: 'check', warn: 'alert', error: 'alert' }[kind];
  return h('div', { class: `notice ${kind}`, testid, data: { code }, role: kind === 'error' ? 'alert' : 'status' },
    icon(shape),
    h('div', { class: 'notice-text' },
      title && h('strong', null, title),
      detail && h('p', null, detail),
      actions.length > 0 && h('div', { class: 'actions' }, actions)));
}

// problemNotice is the note of a Problem.
export function problemNotice(err, extra = {}) {
  return notice({ kind: 'error', title: err.title ?? 'Something went wrong', detail: err.detail || err.message, code: err.code, testid: 'error', ...extra });
}

// empty says that there is nothing yet, and what to do next.
export function empty({ shape = 'inbox', title, detail, actions = [] }) {
  return h('div', { class: 'empty', testid: 'empty' }, h('div', { class: 'empty-icon' }, icon(shape)), h('h2', null, title), detail && h('p', null, detail), actions.length > 0 && h('div', { class: 'actions center' }, actions));
}

// loading is a placeholder of grey lines.
export function loading(lines = 4, label = 'Loading') {
  return h('div', { class: 'skeleton', role: 'status', 'aria-label': label }, Array.from({ length: lines }, () => h('div', { class: 'bone' })));
}

// avatar is a round badge with initials, in a colour that belongs to the address.
export function avatar(name, seed = name) {
  const initials = (name || '?').split(/[\s@._-]+/).filter(Boolean).slice(0, 2).map((w) => w[0].toUpperCase()).join('') || '?';
  let sum = 0;
  for (const c of String(seed)) sum = (sum * 31 + c.codePointAt(0)) % 997;
  return h('span', { class: `avatar tone-${sum % 7}`, 'aria-hidden': 'true' }, initials);
}

// button makes a button with an icon. options: kind (primary, danger, ghost), testid, title, disabled.
export function button(label, shape, onClick, { kind = '', testid, title, disabled, iconOnly = false, data } = {}) {
  return h('button', { type: 'button', class: `button ${kind} ${iconOnly ? 'icon-only' : ''}`.trim(), testid, title: title ?? (iconOnly ? label : undefined), 'aria-label': iconOnly ? label : undefined, disabled, data, on: { click: onClick } },
    shape && icon(shape), iconOnly ? null : h('span', null, label));
}

// busy disables a button while the work is under way.
export async function busy(el, work) {
  if (el.disabled) return undefined;
  el.disabled = true;
  el.setAttribute('aria-busy', 'true');
  try {
    return await work();
  } finally {
    el.disabled = false;
    el.removeAttribute('aria-busy');
  }
}

// confirm asks before something that cannot be undone; it answers true or false.
export function confirm({ title, detail, yes, danger = false }) {
  return ask({ title, detail, yes, danger, result: () => true, none: false });
}

// prompt asks for one line of text; it answers with it, or null.
export function prompt({ title, detail, label, value = '', yes }) {
  const input = h('input', { type: 'text', testid: 'prompt-input', value, 'aria-label': label, maxlength: 200 });
  return ask({ title, detail, yes, body: h('label', { class: 'field' }, h('span', null, label), input), focus: input, result: () => input.value.trim() || null, none: null });
}

function ask({ title, detail, yes, danger, body, focus, result, none }) {
  return new Promise((resolve) => {
    const ok = h('button', { class: `button ${danger ? 'danger' : 'primary'}`, type: 'submit', value: 'yes', testid: 'confirm-yes' }, yes);
    const no = h('button', { class: 'button', type: 'button', testid: 'confirm-no', on: { click: () => dialog.close() } }, 'Cancel');
    const form = h('form', { method: 'dialog' }, h('h2', { id: 'dialog-title' }, title), detail && h('p', null, detail), body, h('div', { class: 'actions end' }, no, ok));
    const dialog = h('dialog', { class: 'dialog', testid: 'confirm-dialog', 'aria-labelledby': 'dialog-title' }, form);
    dialog.addEventListener('close', () => {
      resolve(dialog.returnValue === 'yes' ? result() : none);
      dialog.remove();
    });
    document.body.append(dialog);
    dialog.showModal();
    (focus ?? (danger ? no : ok)).focus();
    focus?.select();
  });
}

// paragraphs turns a text into paragraphs with its line breaks and links.
export function paragraphs(text, props) {
  return h('div', { class: 'prose', ...props }, linked(text));
}

// devbar fills the thin bar that leads between the two worlds of the dev program. at: home, hire, gmail, candidate, figures, api.
// info: {gmail: sim or real, alone: there is no Hire beside it}.
export function devbar(at, info) {
  const link = (key, href, label) => h('a', { href, 'aria-current': key === at ? 'page' : undefined }, label);
  const bar = document.getElementById('devbar');
  bar.className = 'devbar';
  fill(bar, h('nav', { 'aria-label': 'Dev program', testid: 'devbar' },
    !info.alone && link('home', '/', 'Welcome'),
    !info.alone && link('hire', '/hire/', 'Hire'),
    info.gmail === 'sim' && link('gmail', '/gmail/', 'Gmail (simulated)'),
    info.gmail === 'sim' && link('candidate', '/gmail/candidate', 'Be the candidate'),
    info.gmail && !info.alone && link('figures', '/figures/', 'Figures'),
    info.gmail && !info.alone && link('api', '/api/', 'API'),
    info.gmail === 'real' && h('a', { href: 'https://mail.google.com/', target: '_blank', rel: 'noopener noreferrer' }, 'Open your real Gmail ↗')));
  bar.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}
