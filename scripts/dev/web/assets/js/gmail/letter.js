// Writing a mail, in a mailbox or as someone outside.
//
// data-testid: letter, letter-to, letter-cc-toggle, letter-cc, letter-bcc, letter-subject, letter-text, letter-attach (the file input),
// letter-file (data-filename), letter-forged, letter-send, letter-save, letter-discard, letter-problem, field-error (data-field).
import { fill, h, icon } from '../dom.js';
import { addresses, clock, full, size } from '../text.js';
import { busy, button, confirm, problemNotice } from '../ui.js';

const kept = new Map(); // what was typed, by place, until the page is left

// letter makes the form. start is {to, cc, bcc, subject, text, quote} with lists of addresses; quote is added under the text when it is sent. place names it, so that what was typed is there again when
// one comes back. reply makes it a small form under a conversation. contacts are addresses to offer; outside offers to send it as somebody who only
// pretends to be the writer. onSend(message, files) and onSave do the
// work, onDone(saved) comes after them, onDiscard after it was thrown away. It answers {el, focus}.
export function letter({ place, title, reply = false, start, contacts = [], outside = false, onSend, onSave, onDone, onDiscard }) {
  const state = kept.get(place) ?? { to: (start.to ?? []).map(full).join(', '), cc: (start.cc ?? []).map(full).join(', '), bcc: (start.bcc ?? []).map(full).join(', '), subject: start.subject ?? '', text: start.text ?? '', files: [] };
  const fields = {};
  const problem = h('div', { class: 'composer-problem' });
  const to = row('to', 'To');
  const cc = row('cc', 'Cc');
  const bcc = row('bcc', 'Bcc');
  const subject = row('subject', 'Subject');
  const text = row('text', reply ? 'Your reply' : 'Message', true);
  const copies = button('Cc and Bcc', null, () => { showCopies(true); cc.control.focus(); }, { kind: 'ghost small', testid: 'letter-cc-toggle' });
  const list = h('div', { class: 'attachments composer-files', 'aria-label': 'Attachments' });
  const chooser = h('input', { type: 'file', multiple: true, class: 'sr-only', tabindex: -1, testid: 'letter-attach', 'aria-label': 'Attach files', on: { change: () => { state.files.push(...chooser.files); chooser.value = ''; keep(); drawFiles(); } } });
  const send = button('Send', 'send', () => submit(onSend, send, false), { kind: 'primary', testid: 'letter-send', title: 'Send (Ctrl+Enter)' });
  const save = onSave && button('Save draft', null, () => submit(onSave, save, true), { kind: 'ghost', testid: 'letter-save' });
  const el = h('form', {
    class: `composer card ${reply ? 'reply' : 'new'}`, testid: 'letter', novalidate: true, 'aria-label': title,
    on: { submit: (e) => { e.preventDefault(); submit(onSend, send, false); }, keydown: (e) => { if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) { e.preventDefault(); submit(onSend, send, false); } } },
  },
  h('datalist', { id: 'letter-contacts' }, contacts.map((c) => h('option', { value: full(c) }))),
  h('div', { class: 'composer-title' }, h('h2', null, title), copies),
  to.row, cc.row, bcc.row, subject.row, text.row,
  start.quote && h('details', { class: 'quoted letter-quote' }, h('summary', null, 'Quoted text'), h('div', { class: 'prose muted' }, start.quote)),
  outside && h('label', { class: 'check small' }, h('input', { type: 'checkbox', checked: state.forged, testid: 'letter-forged', on: { change: (e) => { state.forged = e.target.checked; keep(); } } }), h('span', null, 'Forge it: someone else sends this under the address, and Gmail notices')),
  list, problem,
  h('div', { class: 'composer-bar' }, send, h('span', null, chooser, button('Attach', 'clip', () => chooser.click(), { kind: 'ghost' })), save, h('span', { class: 'grow' }), button('Discard', 'trash', discard, { kind: 'ghost', testid: 'letter-discard' })));
  showCopies(Boolean(state.cc || state.bcc));
  subject.row.hidden = reply;
  drawFiles();
  return { el, focus: () => (reply || (state.to && state.subject) ? text : state.to ? subject : to).control.focus() };

  function row(name, label, area = false) {
    const id = `letter-${name}`;
    const error = h('span', { class: 'field-error', id: `${id}-error`, testid: 'field-error', data: { field: name }, hidden: true });
    const person = name === 'to' || name === 'cc' || name === 'bcc';
    const props = { id, testid: id, value: state[name], 'aria-describedby': `${id}-error`, on: { input: () => { state[name] = control.value; wrong(name, ''); keep(); } } };
    const control = area ? h('textarea', { ...props, rows: reply ? 5 : 10 }) : h('input', { ...props, type: 'text', autocomplete: 'off', list: person ? 'letter-contacts' : undefined, placeholder: person ? 'Name <address>, separated by commas' : '' });
    fields[name] = { control, error };
    return { control, row: h('div', { class: `composer-row ${name}` }, h('label', { for: id, class: area ? 'sr-only' : '' }, label), h('div', { class: 'grow' }, control, error)) };
  }

  function wrong(name, sentence) {
    const { control, error } = fields[name];
    error.hidden = !sentence;
    error.textContent = sentence;
    if (sentence) control.setAttribute('aria-invalid', 'true');
    else control.removeAttribute('aria-invalid');
  }

  function showCopies(show) {
    cc.row.hidden = bcc.row.hidden = !show;
    copies.hidden = show;
  }

  function keep() {
    kept.set(place, state);
  }

  function drawFiles() {
    list.hidden = state.files.length === 0;
    fill(list, state.files.map((file) => h('span', { class: 'attachment', testid: 'letter-file', data: { filename: file.name } },
      icon('clip'), h('span', { class: 'clip' }, file.name), h('span', { class: 'muted nowrap' }, size(file.size)),
      button(`Remove ${file.name}`, 'close', () => { state.files = state.files.filter((f) => f !== file); keep(); drawFiles(); }, { kind: 'ghost', iconOnly: true }))));
  }

  // message is what was written, or undefined where a field is wrong; a draft may be incomplete.
  function message(draft) {
    const out = { subject: state.subject.trim(), text: start.quote ? `${state.text.trimEnd()}\n\n${start.quote}\n` : state.text };
    if (state.forged) out.forged = true;
    for (const name of ['to', 'cc', 'bcc']) {
      wrong(name, '');
      const read = addresses(state[name]);
      if (read.wrong.length > 0) wrong(name, `${read.wrong.join(', ')} is not an address.`);
      out[name] = read.list;
    }
    if (!draft && out.to.length + out.cc.length + out.bcc.length === 0 && !fields.to.control.hasAttribute('aria-invalid')) wrong('to', 'Add a recipient.');
    const bad = Object.values(fields).find((f) => f.control.hasAttribute('aria-invalid'));
    bad?.control.focus();
    return bad ? undefined : out;
  }

  async function submit(work, pressed, draft) {
    if (pressed.disabled) return;
    const m = message(draft);
    if (!m) return;
    await busy(pressed, async () => {
      fill(problem);
      try {
        await work(m, state.files);
        kept.delete(place);
        onDone(draft);
      } catch (err) {
        fill(problem, problemNotice(err, { testid: 'letter-problem' }));
      }
    });
  }

  async function discard() {
    if ((state.text !== (start.text ?? '') || state.files.length > 0) && !(await confirm({ title: 'Discard this message?', detail: 'What you wrote is thrown away.', yes: 'Discard', danger: true }))) return;
    kept.delete(place);
    onDiscard();
  }
}

// answerTo is what an answer to a message starts with. own is the address of the one who answers; all takes in everybody else on it.
export function answerTo(m, own, all) {
  const mine = (a) => a.email.toLowerCase() === own.toLowerCase();
  const asked = m.reply_to?.length > 0 ? m.reply_to : [m.from];
  const to = mine(m.from) ? m.to : asked;
  const taken = new Set(to.map((a) => a.email.toLowerCase()));
  const rest = [...(mine(m.from) ? [] : m.to), ...m.cc].filter((a) => !mine(a) && !taken.has(a.email.toLowerCase()));
  return { to, cc: all ? rest : [], others: rest.length > 0, subject: /^re:/i.test(m.subject) ? m.subject : `Re: ${m.subject}`, quote: quoteOf(m) };
}

// quoteOf is a message as the answer to it repeats it, the way Gmail does: "On Mon, 2 Nov 2026 at 09:42, Ada Bell <ada@acme.test> wrote:".
function quoteOf(m) {
  if (!m.text?.trim()) return '';
  const at = new Date(m.date);
  const day = at.toLocaleDateString('en-GB', { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' });
  return `On ${day} at ${clock(at)}, ${full(m.from)} wrote:\n\n${m.text.trimEnd().split(/\r?\n/).map((line) => (line.startsWith('>') ? `>${line}` : `> ${line}`.trimEnd())).join('\n')}`;
}
