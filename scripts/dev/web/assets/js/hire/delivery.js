// Sending at most once. A message keeps its idempotency key for as long as it may have been sent: through retries, errors and
// reloads. Only when it is certain that it was not sent does a changed message get a key of its own.
import { Problem } from '../http.js';
import { wait } from '../live.js';
import { clock, known } from '../text.js';
import { messages } from './api.js';

const patience = 60000; // ms that a queued message is waited for

// deliver sends a message and answers {sent: SendResult}, {queued: SendResult} for one that leaves later, or {problem}. draft carries key (the idempotency key), keyFor (the
// message it stands for) and open (whether it may have been sent); keep stores the draft.
export async function deliver(message, draft, keep, signal) {
  const content = JSON.stringify(message);
  try {
    if (draft.key && draft.keyFor !== content) {
      const before = draft.open ? await outcome(draft.key, signal) : null;
      if (before?.state === 'sent') return { problem: earlier(before) };
      if (before && before.state !== 'failed' && !(later(before) && await takenBack(draft.key))) return { problem: notYet() };
      draft.key = undefined;
    }
    if (!draft.key) {
      draft.key = newKey();
      draft.keyFor = content;
    }
    draft.open = true;
    keep();
    return settle(await settled(await messages.send(draft.key, message), signal), draft, keep);
  } catch (err) {
    if (err.name === 'AbortError') return {};
    if (!(err instanceof Problem)) throw err;
    if (err.code === 'send_in_progress') return whileInProgress(draft, keep, signal);
    draft.open = err.mayHaveHappened || err.code === 'send_outcome_unknown';
    if (!draft.open) draft.key = undefined; // refused, so certainly not sent
    keep();
    return { problem: err };
  }
}

// takenBack cancels a message that was queued before it was changed; false where it is too late for that.
async function takenBack(key) {
  try {
    await messages.cancel(key);
    return true;
  } catch (err) {
    if (err.code === 'too_late_to_cancel') return false;
    throw err;
  }
}

async function whileInProgress(draft, keep, signal) {
  try {
    return settle(await settled({ state: 'sending', idempotency_key: draft.key }, signal), draft, keep);
  } catch (err) {
    return err.name === 'AbortError' ? {} : { problem: err };
  }
}

// outcome asks what became of a key; null if the server does not know it.
async function outcome(key, signal) {
  try {
    return await messages.outcome(key, signal);
  } catch (err) {
    if (err.status === 404) return null;
    throw err;
  }
}

// settled waits until a message is neither queued nor being sent.
async function settled(result, signal) {
  const until = Date.now() + patience;
  let pause = 400;
  while (['queued', 'sending'].includes(result.state) && !later(result) && Date.now() < until) {
    await wait(pause, signal);
    if (signal.aborted) throw new DOMException('aborted', 'AbortError');
    pause = Math.min(4000, pause * 1.5);
    result = (await outcome(result.idempotency_key, signal)) ?? result;
  }
  return result;
}

// later tells whether a message waits for a time that its writer has chosen.
function later(result) {
  return result.state === 'queued' && known(result.send_at);
}

function settle(result, draft, keep) {
  if (result.state === 'sent') return { sent: result };
  if (later(result)) return { queued: result };
  draft.open = result.state !== 'failed';
  if (result.state === 'failed') draft.key = undefined;
  keep();
  return { problem: result.state === 'failed' || result.state === 'unknown' ? explained(result) : notYet() };
}

function explained(result) {
  const p = result.problem ?? {};
  return new Problem(409, { code: p.code ?? (result.state === 'unknown' ? 'send_outcome_unknown' : 'internal'), title: p.title ?? 'Not sent', detail: p.detail ?? 'Look into Gmail’s Sent folder before you send it again.' });
}

function notYet() {
  return new Problem(409, { code: 'send_in_progress', title: 'Still being sent', detail: 'The message is on its way but its outcome is not known yet. Press Send again in a moment to see it; it will not be sent twice.' });
}

function earlier(result) {
  return new Problem(409, { code: 'sent_before_change', title: 'An earlier version was sent', detail: `The message left before you changed it${result.sent_at ? `, at ${clock(result.sent_at)}` : ''}. Discard this one, or send it as a new message.` });
}

// afresh makes the next try a message of its own, once the user has said so.
export function afresh(draft) {
  draft.key = undefined;
  draft.open = false;
}

// newKey makes an idempotency key.
export function newKey() {
  return crypto.randomUUID?.() ?? [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, '0')).join('');
}
