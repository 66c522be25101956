// The public functions, as the frontend of Hire calls them. Types: package shared/api.
import { request, requestJSON, upload } from '../http.js';
import { session, token } from './session.js';

const seg = encodeURIComponent;

async function withToken(user, call) {
  const headers = { Authorization: `Bearer ${await token(user)}` };
  try {
    return await call(headers);
  } catch (err) {
    if (err.status !== 401) throw err;
    return call({ Authorization: `Bearer ${await token(user, true)}` });
  }
}

function json(path, { user = session.user, headers: more, ...options } = {}) {
  return withToken(user, (headers) => requestJSON(path, { ...options, headers: { ...headers, ...more } }));
}

function query(params) {
  const q = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) if (value !== undefined && value !== '') q.set(name, value);
  const s = q.toString();
  return s ? `?${s}` : '';
}

export const settings = {
  get: (user, signal) => json('/settings/v1/settings', { user, signal }),
  switchIntegration: (enabled) => json('/settings/v1/integration', { method: 'PUT', json: { enabled } }),
  allowAliases: (allowed) => json('/settings/v1/aliases', { method: 'PUT', json: { allowed } }),
  addresses: (signal) => json('/settings/v1/connection/addresses', { signal }),
  disconnect: () => json('/settings/v1/connection', { method: 'DELETE' }),
  connections: (pageToken) => json(`/settings/v1/connections${query({ page_token: pageToken })}`),
  policy: (kind, signal) => json(`/settings/v1/sending-policy${query({ kind })}`, { signal }), // kind: personal, automatic, bulk
  audit: (pageToken) => json(`/settings/v1/audit${query({ page_token: pageToken })}`),
};

export const connect = {
  start: (returnTo) => json('/connect/v1/connect', { method: 'POST', json: { return_to: returnTo } }),
};

export const threads = {
  list: (candidateID, { pageToken, user, signal } = {}) => json(`/threads/v1/candidates/${seg(candidateID)}/threads${query({ page_token: pageToken })}`, { user, signal }),
  importable: (candidateID, { pageToken, signal } = {}) => json(`/threads/v1/candidates/${seg(candidateID)}/importable${query({ page_token: pageToken })}`, { signal }),
  imports: (candidateID, { signal } = {}) => json(`/threads/v1/candidates/${seg(candidateID)}/imports`, { signal }),
  startImports: (candidateID, ids) => json(`/threads/v1/candidates/${seg(candidateID)}/imports`, { method: 'POST', json: { gmail_thread_ids: ids } }),
  search: (candidateID, q, pageToken, signal) => json(`/threads/v1/candidates/${seg(candidateID)}/search`, { method: 'POST', json: { q, ...(pageToken && { page_token: pageToken }) }, signal }),
  changes: (candidateID, since, wait, signal) => json(`/threads/v1/candidates/${seg(candidateID)}/changes${query({ since: String(since), wait: String(wait) })}`, { signal }),
  get: (threadID, { pageToken, images, user, signal } = {}) => json(`/threads/v1/threads/${seg(threadID)}${query({ page_token: pageToken, images })}`, { user, signal }),
  attachment: (threadID, messageID, partID) => withToken(session.user, async (headers) => {
    const res = await request(`/threads/v1/threads/${seg(threadID)}/messages/${seg(messageID)}/attachments/${seg(partID)}`, { headers: { ...headers, Accept: '*/*' } });
    return res.blob();
  }),
  setSeen: (threadID, upTo) => json(`/threads/v1/threads/${seg(threadID)}/seen`, { method: 'PUT', json: { up_to: upTo } }),
  setPrivacy: (threadID, isPrivate) => json(`/threads/v1/threads/${seg(threadID)}/privacy`, { method: 'PUT', json: { private: isPrivate } }),
  unmatched: (pageToken, signal) => json(`/threads/v1/unmatched${query({ page_token: pageToken })}`, { signal }),
};

export const messages = {
  send: (key, message) => json('/sendmessage/v1/messages', { method: 'POST', json: message, headers: { 'Idempotency-Key': key } }),
  outcome: (key, signal) => json(`/sendmessage/v1/messages/${seg(key)}`, { signal }),
  cancel: (key) => json(`/sendmessage/v1/messages/${seg(key)}`, { method: 'DELETE' }),
  upload: (file, options) => withToken(session.user, (headers) => upload(`/sendmessage/v1/uploads${query({ filename: file.name })}`, file, { ...options, headers })),
};

export const batches = {
  send: (key, batch) => json('/sendmessage/v1/batches', { method: 'POST', json: batch, headers: { 'Idempotency-Key': key } }),
  get: (id, { pageToken, signal } = {}) => json(`/sendmessage/v1/batches/${seg(id)}${query({ page_token: pageToken })}`, { signal }),
  cancel: (id) => json(`/sendmessage/v1/batches/${seg(id)}`, { method: 'DELETE' }),
};
