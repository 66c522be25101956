// The endpoints under /gmail/api/, by which the owner of a mailbox, or someone outside, does what they do.
import { request, requestChanged, requestJSON } from '../http.js';

const seg = encodeURIComponent;
const boxOf = (email) => `/gmail/api/mailboxes/${seg(email)}`;
const placeOf = (email) => `/gmail/api/outside/${seg(email)}`;

// letterBody is a written message {to, cc, bcc, subject, text, reply_to, draft; name outside} with its files.
function letterBody(message, files) {
  const form = new FormData();
  form.append('message', JSON.stringify(message));
  for (const file of files) form.append('file', file, file.name);
  return form;
}

const post = (url, json) => requestJSON(url, { method: 'POST', json });

export const world = () => requestJSON('/gmail/api/world');

export const mailbox = {
  get: (email, label, tag, signal) => requestChanged(`${boxOf(email)}?label=${seg(label)}`, tag, { signal }),
  thread: (email, id, tag, signal) => requestChanged(`${boxOf(email)}/threads/${seg(id)}`, tag, { signal }),
  // act does archive, inbox, spam, not-spam, trash, untrash, read or unread.
  act: (email, id, action) => post(`${boxOf(email)}/threads/${seg(id)}/${action}`),
  putLabel: (email, id, label) => requestJSON(`${boxOf(email)}/threads/${seg(id)}/labels/${seg(label)}`, { method: 'PUT' }),
  takeLabel: (email, id, label) => requestJSON(`${boxOf(email)}/threads/${seg(id)}/labels/${seg(label)}`, { method: 'DELETE' }),
  createLabel: (email, name) => post(`${boxOf(email)}/labels`, { name }),
  renameLabel: (email, id, name) => requestJSON(`${boxOf(email)}/labels/${seg(id)}`, { method: 'PUT', json: { name } }),
  deleteLabel: (email, id) => requestJSON(`${boxOf(email)}/labels/${seg(id)}`, { method: 'DELETE' }),
  createFilter: (email, filter) => post(`${boxOf(email)}/filters`, filter),
  clearFilters: (email) => requestJSON(`${boxOf(email)}/filters`, { method: 'DELETE' }),
  beginTrouble: (email, kind) => requestJSON(`${boxOf(email)}/trouble/${seg(kind)}`, { method: 'PUT' }),
  endTrouble: (email, kind) => requestJSON(`${boxOf(email)}/trouble/${seg(kind)}`, { method: 'DELETE' }),
  send: (email, message, files) => requestJSON(`${boxOf(email)}/messages`, { method: 'POST', body: letterBody(message, files) }),
  save: (email, message, files) => requestJSON(`${boxOf(email)}/drafts`, { method: 'POST', body: letterBody(message, files) }),
  discard: (email, draft) => requestJSON(`${boxOf(email)}/drafts/${seg(draft)}`, { method: 'DELETE' }),
  attachment: (email, message, part) => blob(`${boxOf(email)}/messages/${seg(message)}/attachments/${seg(part)}`),
};

export const outside = {
  bounce: (email, on) => requestJSON(`${placeOf(email)}/bounce`, { method: on ? 'PUT' : 'DELETE' }),
  get: (email, tag, signal) => requestChanged(placeOf(email), tag, { signal }),
  send: (email, message, files) => requestJSON(`${placeOf(email)}/messages`, { method: 'POST', body: letterBody(message, files) }),
  attachment: (email, message, part) => blob(`${placeOf(email)}/messages/${seg(message)}/attachments/${seg(part)}`),
};

async function blob(url) {
  return (await request(url, { headers: { Accept: '*/*' } })).blob();
}
