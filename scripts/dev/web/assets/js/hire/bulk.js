// One text to several candidates: each gets a message of their own.
//
// data-testid: bulk-form, bulk-recipient (data-id), bulk-subject, bulk-text, bulk-signature, bulk-send, bulk-problem (data-code), bulk-refused (data-id),
// bulk-preview.
import { fill, h } from '../dom.js';
import { busy, button, notice } from '../ui.js';
import { plural } from '../text.js';
import { batches } from './api.js';
import { newKey } from './delivery.js';
import { place } from '../router.js';
import { candidateOf, personKey, session } from './session.js';

const placeholder = '{first name}';
const kept = () => `hire.bulk:${personKey(session.user)}`;

export function bulkView({ main, query }) {
  document.title = 'Write to several candidates · Hire';
  main.className = 'page narrow';
  const draft = load(query);
  const problem = h('div');
  const preview = h('p', { class: 'muted small wrap', testid: 'bulk-preview' });
  const recipients = h('ul', { class: 'chips', 'aria-label': 'Candidates' });
  const send = h('button', { type: 'submit', class: 'button primary', testid: 'bulk-send' });
  const subject = h('input', { type: 'text', id: 'bulk-subject', testid: 'bulk-subject', value: draft.subject, required: true, maxlength: 300, on: { input: () => { draft.subject = subject.value; keep(); } } });
  const text = h('textarea', { id: 'bulk-text', testid: 'bulk-text', rows: 9, value: draft.text, required: true, 'aria-describedby': 'bulk-help', on: { input: () => { draft.text = text.value; keep(); } } });
  const signature = h('input', { type: 'checkbox', testid: 'bulk-signature', checked: draft.signature, on: { change: () => { draft.signature = signature.checked; keep(); } } });
  fill(main,
    h('div', { class: 'page-head' }, h('div', null, h('h1', null, 'Write to several candidates'), h('p', { class: 'muted' }, 'Each of them gets a message of their own, from your address; they do not see each other. One leaves every few seconds.'))),
    h('form', { class: 'card card-body stack', testid: 'bulk-form', on: { submit: (e) => { e.preventDefault(); busy(send, submit); } } },
      recipients,
      h('label', { class: 'field', for: 'bulk-subject' }, h('span', null, 'Subject'), subject),
      h('label', { class: 'field', for: 'bulk-text' }, h('span', null, 'Message'), text),
      h('p', { class: 'muted small', id: 'bulk-help' }, `Where you write ${placeholder}, each candidate’s own stands.`),
      preview,
      h('label', { class: 'check' }, signature, 'Add my Gmail signature'),
      problem,
      h('div', { class: 'actions' }, send, h('a', { class: 'button ghost', href: '/hire/candidates' }, 'Back to the candidates'))));
  draw();

  function draw() {
    const chosen = draft.ids.map(candidateOf).filter(Boolean);
    fill(recipients, chosen.map((c) => h('li', { class: 'badge', testid: 'bulk-recipient', data: { id: c.id } }, c.name, button(`Leave ${c.name} out`, 'close', () => { draft.ids = draft.ids.filter((id) => id !== c.id); keep(); draw(); }, { kind: 'ghost', iconOnly: true }))),
      chosen.length === 0 && h('li', { class: 'muted' }, 'No candidate is chosen.'));
    fill(send, h('span', null, `Send to ${plural(chosen.length, 'candidate')}`));
    send.disabled = chosen.length === 0;
    show();
  }

  // show is what the first candidate will read, where that differs from what stands in the form.
  function show() {
    const first = candidateOf(draft.ids[0]);
    fill(preview, first && [draft.subject, draft.text].some((s) => s.includes(placeholder)) && `${first.name} will read: “${[draft.subject, draft.text].map((s) => written(s, first)).filter(Boolean).join(' — ').slice(0, 240)}”`);
  }

  function keep() {
    sessionStorage.setItem(kept(), JSON.stringify(draft));
    show();
  }

  async function submit() {
    fill(problem);
    const body = { messages: draft.ids.map(candidateOf).filter(Boolean).map((c) => ({ candidate_id: c.id, subject: written(draft.subject, c).trim(), text: written(draft.text, c), ...(draft.signature && { signature: true }) })) };
    const content = JSON.stringify(body);
    if (draft.keyFor !== content) { // a batch that may have been taken keeps its key for as long as it is the same
      draft.key = newKey();
      draft.keyFor = content;
      keep();
    }
    try {
      const batch = await batches.send(draft.key, body);
      sessionStorage.removeItem(kept());
      place(`/hire/batches/${encodeURIComponent(batch.batch_id)}`);
    } catch (err) {
      const refused = (err.body?.messages ?? []).map((m) => ({ ...m, candidate: candidateOf(body.messages[m.index]?.candidate_id) }));
      fill(problem, notice({
        kind: 'error', code: err.code, testid: 'bulk-problem', title: err.title ?? 'Not sent', detail: `${err.detail || err.message}${err.mayHaveHappened ? ' Pressing Send again will not send anything twice.' : ''}`,
        actions: [...refused.map((m) => h('span', { class: 'small', testid: 'bulk-refused', data: { id: m.candidate?.id } }, `${m.candidate?.name ?? `Message ${m.index + 1}`}: ${m.detail}`)),
          ['connect_required', 'reconnect_required'].includes(err.code) && h('a', { class: 'button small primary', href: '/hire/settings/email' }, err.code === 'connect_required' ? 'Connect Email Account' : 'Reconnect')],
      }));
      problem.scrollIntoView({ block: 'nearest' });
    }
  }
}

function load(query) {
  const ids = (query.get('to') ?? '').split(',').filter(Boolean);
  try {
    const d = JSON.parse(sessionStorage.getItem(kept()));
    if (d) return { ...d, ids: ids.length > 0 ? ids : d.ids };
  } catch { /* none is kept */ }
  return { ids, subject: '', text: '', signature: false };
}

function written(text, candidate) {
  return text.replaceAll(placeholder, candidate.name.split(' ')[0]);
}

// bulkLink is the way from a choice of candidates to the form.
export function bulkLink(chosen) {
  return `/hire/write?to=${chosen.map((c) => encodeURIComponent(c.id)).join(',')}`;
}
