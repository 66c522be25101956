// Writing a message: a new one, or a reply.
//
// data-testid: composer (data-mode new|reply), composer-to, composer-cc-toggle, composer-cc, composer-bcc, composer-subject,
// composer-text, composer-from, composer-signature, composer-send, composer-later, composer-discard, composer-recipients, composer-left-out, composer-problem (data-code),
// composer-send-afresh, connect-link, field-error (data-field); and those of attachments.js.
import { fill, h, icon } from '../dom.js';
import { announce, busy, button, confirm, notice } from '../ui.js';
import { addresses, full, known, time } from '../text.js';
import { settings } from './api.js';
import { attachmentsPart } from './attachments.js';
import * as drafts from './drafts.js';
import { afresh, deliver } from './delivery.js';
import { chooseTime } from './later.js';
import { remember } from './queue.js';
import { isSuperAdmin, personKey, session } from './session.js';

// composer makes a composer for a new message to the candidate, or, given a thread, for a reply in it. It answers with
// {el, focus, update(thread)}. onSent gets the SendResult, onQueued that of a message which leaves later.
export function composer({ candidate, thread, signal, onSent, onQueued, onClose }) {
  const person = personKey(session.user);
  const threadID = thread?.id;
  const primary = candidate.emails?.[0];
  const draft = drafts.load(person, candidate.id, threadID) ?? { to: primary ? full({ name: candidate.name, email: primary }) : '', cc: '', bcc: '', subject: '', text: '', attachments: [] };
  const problem = h('div', { class: 'composer-problem' });
  const status = h('p', { class: 'muted small', role: 'status' });
  const recipients = h('div', { class: 'composer-recipients small' });
  const fields = {};

  const to = input('to', 'To', 'text');
  const cc = input('cc', 'Cc', 'text');
  const bcc = input('bcc', 'Bcc', 'text');
  const subject = input('subject', 'Subject', 'text');
  const text = input('text', thread ? 'Your reply' : 'Message', 'area');
  const from = fromPart();
  const signature = h('input', { type: 'checkbox', testid: 'composer-signature', checked: Boolean(draft.signature), on: { change: () => { draft.signature = signature.checked; keep(); } } });
  const files = attachmentsPart({ draft, signal, onChange: keep });
  const copies = button('Cc and Bcc', null, () => showCopies(true), { kind: 'ghost small', testid: 'composer-cc-toggle' });
  const send = button('Send', 'send', () => submit(), { kind: 'primary', testid: 'composer-send', title: 'Send (Ctrl+Enter)' });
  const later = button('Send later', 'clock', () => submitLater(), { kind: 'ghost', testid: 'composer-later' });
  const discard = button('Discard', 'trash', () => throwAway(), { kind: 'ghost', testid: 'composer-discard' });

  const el = h('form', {
    class: `composer card ${thread ? 'reply' : 'new'}`, testid: 'composer', data: { mode: thread ? 'reply' : 'new' }, novalidate: true, 'aria-label': thread ? 'Reply' : `New message to ${candidate.name}`,
    on: { submit: (e) => { e.preventDefault(); submit(); }, keydown: (e) => { if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) { e.preventDefault(); submit(); } else if (e.key === 'Escape' && thread && !draft.text && draft.attachments.length === 0) throwAway(); } },
  },
  !thread && h('div', { class: 'composer-title' }, h('h2', null, 'New message'), copies),
  from.row,
  thread ? recipients : [to.row, cc.row, bcc.row, subject.row],
  text.row, files.list, problem,
  h('div', { class: 'composer-bar' }, send, later, files.button, h('label', { class: 'check small' }, signature, 'Add my Gmail signature'), h('span', { class: 'grow' }, status), discard));
  files.acceptDrops(el);
  showCopies(Boolean(draft.cc || draft.bcc));
  if (thread) update(thread);
  if (draft.lost?.length > 0) status.textContent = `Attach again: ${draft.lost.join(', ')}.`;
  checkConnection();
  return { el, update, focus: () => (thread || draft.subject ? text : subject).control.focus() };

  function input(name, label, kind) {
    const id = `composer-${name}`;
    const error = h('span', { class: 'field-error', id: `${id}-error`, testid: 'field-error', data: { field: name }, hidden: true });
    const props = { id, testid: id, value: draft[name] ?? '', 'aria-describedby': `${id}-error`, on: { input: () => { draft[name] = control.value; wrong(name, ''); grow(control); keep(); } } };
    const control = kind === 'area'
      ? h('textarea', { ...props, rows: thread ? 4 : 9, placeholder: thread ? 'Write your reply…' : `Hello ${candidate.name.split(' ')[0]}, …` })
      : h('input', { ...props, type: 'text', autocomplete: 'off', placeholder: name === 'to' || name === 'cc' || name === 'bcc' ? 'Name <address>, separated by commas' : '' });
    const row = h('div', { class: `composer-row ${name}` }, h('label', { for: id, class: kind === 'area' ? 'sr-only' : '' }, label), h('div', { class: 'grow' }, control, error));
    fields[name] = { control, error };
    return { row, control };
  }

  // fromPart is the choice of an address to send as; it is there only where there is a choice.
  function fromPart() {
    const control = h('select', { id: 'composer-from', testid: 'composer-from', on: { change: () => { draft.from = control.value; keep(); } } });
    const row = h('div', { class: 'composer-row from', hidden: true }, h('label', { for: 'composer-from' }, 'From'), h('div', { class: 'grow' }, control));
    return { row, offer };

    async function offer() {
      const list = (await settings.addresses(signal)).addresses.filter((a) => a.may_use);
      if (!list.some((a) => a.email === draft.from)) draft.from = '';
      fill(control, list.map((a) => h('option', { value: a.own ? '' : a.email, selected: a.own ? !draft.from : a.email === draft.from }, full(a))));
      row.hidden = list.length < 2;
    }
  }

  function grow(control) {
    if (control.tagName !== 'TEXTAREA') return;
    control.style.height = 'auto';
    control.style.height = `${Math.min(520, Math.max(control.scrollHeight + 2, thread ? 110 : 210))}px`;
  }

  function wrong(name, sentence) {
    const f = fields[name];
    if (!f) return;
    f.error.hidden = !sentence;
    f.error.textContent = sentence;
    if (sentence) f.control.setAttribute('aria-invalid', 'true');
    else f.control.removeAttribute('aria-invalid');
  }

  function showCopies(show) {
    cc.row.hidden = bcc.row.hidden = !show;
    copies.hidden = show;
    if (show && document.activeElement === document.body) cc.control.focus();
  }

  function keep() {
    drafts.save(person, candidate.id, threadID, candidate.name, draft);
  }

  // update shows who receives a reply; the server decides that, by Hire's rule.
  function update(t) {
    const left = t.left_out ?? [];
    fill(recipients,
      h('p', { testid: 'composer-recipients' }, h('span', { class: 'muted' }, 'Goes to '), h('strong', null, (t.reply_to ?? []).map(full).join(', ') || 'no one'), (t.reply_cc ?? []).length > 0 && [h('span', { class: 'muted' }, ', cc '), h('strong', null, t.reply_cc.map(full).join(', '))]),
      left.length > 0 && h('p', { class: 'left-out', testid: 'composer-left-out' }, icon('info'), h('span', null, 'Left out: ', h('strong', null, left.map(full).join(', ')), '. Replies from Hire go to the candidate and your colleagues only.')));
  }

  async function checkConnection() {
    try {
      const s = await settings.get(undefined, signal);
      if (!s.account.aliases_allowed) draft.from = '';
      if (s.connection.state === 'needs_reconnect') show(s.connection.problem?.code ?? 'reconnect_required', s.connection.problem?.title ?? 'Reconnect your email', `${s.connection.problem?.detail ?? 'Gmail no longer accepts our access.'} You can write already; your draft is kept.`);
      else if (s.connection.state === 'connected' && s.account.aliases_allowed) await from.offer();
      else if (s.account.enabled && s.connection.state === 'not_connected' && s.connection.may_connect) show('connect_required', 'Connect your email first', `Connect your Gmail account to send from ${s.connection.login_email}. You can write already; your draft is kept.`, 'info');
    } catch { /* sending will tell */ }
  }

  // show puts a note above the buttons, with what to do about the code.
  function show(code, title, detail, kind = 'error', more = []) {
    const link = (href, label) => h('a', { class: 'button small primary', href, testid: 'connect-link' }, label);
    const actions = [...more];
    if (code === 'connect_required') actions.push(link('/hire/settings/email', 'Connect Email Account'));
    if (['reconnect_required', 'permission_missing', 'gmail_not_enabled'].includes(code)) actions.push(link('/hire/settings/email', 'Reconnect'));
    if (code === 'integration_off' && isSuperAdmin()) actions.push(link('/hire/settings/integrations', 'Switch it on'));
    fill(problem, notice({ kind, code, title, detail, actions, testid: 'composer-problem' }));
  }

  function message(sendAt) {
    const attachments = draft.attachments.map((a) => ({ upload_id: a.upload_id }));
    const base = { candidate_id: candidate.id, text: draft.text, ...(attachments.length > 0 && { attachments }), ...(draft.from && { from: draft.from }), ...(draft.signature && { signature: true }), ...(sendAt && { send_at: sendAt.toISOString() }) };
    if (thread) return { ...base, thread_id: threadID };
    const out = { ...base, subject: draft.subject.trim() };
    for (const name of ['to', 'cc', 'bcc']) {
      const read = addresses(draft[name] ?? '');
      if (read.wrong.length > 0) wrong(name, `${read.wrong.join(', ')} is not an address.`);
      if (read.list.length > 0) out[name] = read.list;
    }
    if (!out.to) wrong('to', fields.to.error.textContent || 'Add a recipient.');
    if (!out.subject) wrong('subject', 'Write a subject.');
    return out;
  }

  async function submitLater() {
    if (!complete()) return;
    const at = await chooseTime();
    if (at) await submit(at);
  }

  // complete tells whether the message can be sent as it stands, and shows what is missing.
  function complete() {
    for (const name of Object.keys(fields)) wrong(name, '');
    message();
    if (!draft.text.trim() && draft.attachments.length === 0) wrong('text', 'Write something or attach a file.');
    const bad = Object.values(fields).find((f) => f.control.getAttribute('aria-invalid') === 'true');
    if (bad) {
      bad.control.focus();
      return false;
    }
    if (files.uploading()) {
      status.textContent = 'Wait until the attachments are uploaded.';
      return false;
    }
    return true;
  }

  async function submit(sendAt) {
    if (send.disabled || !complete()) return;
    const m = message(sendAt);
    await busy(send, async () => {
      fill(problem);
      status.textContent = sendAt ? 'Queueing…' : 'Sending…';
      const outcome = await deliver(m, draft, keep, signal);
      status.textContent = '';
      if (outcome.sent) {
        drafts.drop(person, candidate.id, threadID);
        announce('Sent');
        onSent(outcome.sent);
      } else if (outcome.queued) {
        drafts.drop(person, candidate.id, threadID);
        const { key, keyFor, open, ...written } = draft;
        remember(person, candidate.id, { key: outcome.queued.idempotency_key, threadID, subject: thread?.subject, sendAt: outcome.queued.send_at, draft: written });
        announce('Queued');
        onQueued(outcome.queued);
      } else if (outcome.problem) {
        failed(outcome.problem);
      }
    });
  }

  function failed(p) {
    let placed = false;
    for (const [field, sentence] of Object.entries(p.fields ?? {})) {
      const name = field.split(/[.[/]/)[0];
      if (!fields[name] || fields[name].control.closest('[hidden]')) continue;
      wrong(name, sentence);
      placed = true;
    }
    if (p.code === 'unknown_upload') files.reset();
    const again = known(p.retryAfter) && p.retryAfter > new Date() ? [h('span', { class: 'small' }, 'Try again ', time(p.retryAfter.toISOString()))] : [];
    if (p.code === 'send_outcome_unknown') again.push(button('It is not in Sent: send it again', 'send', sendAfresh, { kind: 'small', testid: 'composer-send-afresh' }));
    if (p.code === 'sent_before_change') again.push(button('Send as another message', 'send', sendAfresh, { kind: 'small', testid: 'composer-send-afresh' }));
    const kept = ['daily_gmail_limit', 'gmail_unavailable', 'temporarily_unavailable', 'network', 'rate_limited', 'internal'].includes(p.code) ? ' Your message is kept here; pressing Send again will not send it twice.' : '';
    show(p.code, p.title, `${p.detail || p.message}${kept}`, p.code === 'connect_required' ? 'info' : 'error', again);
    if (placed) el.querySelector('[aria-invalid="true"]')?.focus();
    else problem.scrollIntoView({ block: 'nearest' });
  }

  function sendAfresh() {
    afresh(draft);
    submit();
  }

  async function throwAway() {
    if ((draft.text || draft.subject || draft.attachments.length > 0) && !(await confirm({ title: 'Discard this message?', detail: 'What you wrote is thrown away.', yes: 'Discard', danger: true }))) return;
    drafts.drop(person, candidate.id, threadID);
    onClose();
  }
}
