// Requests and the errors they end in. Every failure is a Problem with a stable code and a sentence for a person.

// Problem is an error answer (RFC 9457), or the lack of any answer (code "network").
export class Problem extends Error {
  constructor(status, body, retryAfter) {
    super(body.detail || body.title || `The server answered with status ${status}.`);
    this.name = 'Problem';
    this.status = status;
    this.code = body.code || 'internal';
    this.title = body.title || 'Something went wrong';
    this.detail = body.detail || '';
    this.fields = fieldErrors(body.errors);
    this.retryAfter = retryAfter;
    this.body = body;
  }

  // final tells whether the same request would end the same way again.
  get final() {
    return [400, 403, 404].includes(this.status);
  }

  // mayHaveHappened tells whether the request may have taken effect although it was not answered as it should.
  get mayHaveHappened() {
    return this.status === 0 || this.status >= 500;
  }
}

// fieldErrors reads the member "errors": an object by field, or a list of {field|pointer, detail|message}.
function fieldErrors(errors) {
  const out = {};
  if (Array.isArray(errors)) {
    for (const e of errors) out[(e.field ?? e.name ?? e.pointer ?? '').replace(/^#?\//, '')] = e.detail ?? e.message ?? e.reason ?? '';
  } else if (errors && typeof errors === 'object') {
    for (const [field, text] of Object.entries(errors)) out[field] = typeof text === 'string' ? text : (text?.detail ?? '');
  }
  return out;
}

const offline = { code: 'network', title: 'No connection', detail: 'The server cannot be reached. Check that the dev program is still running, then try again.' };

// request sends a request and answers with the Response if it is a success, and throws a Problem otherwise. json is the body;
// an AbortError passes through.
export async function request(url, { method = 'GET', json, body, headers = {}, signal } = {}) {
  const init = { method, headers: { Accept: 'application/json', ...headers }, signal, cache: 'no-store' };
  if (json !== undefined) {
    init.body = JSON.stringify(json);
    init.headers['Content-Type'] = 'application/json';
  } else if (body !== undefined) {
    init.body = body;
  }
  let res;
  try {
    res = await fetch(url, init);
  } catch (err) {
    if (err.name === 'AbortError') throw err;
    throw new Problem(0, offline);
  }
  if (!res.ok && res.status !== 304) throw await problemOf(res);
  return res;
}

async function problemOf(res) {
  let body = {};
  try {
    body = await res.json();
  } catch {
    body = { title: 'Something went wrong', detail: `The server answered with status ${res.status} and no explanation. Please try again.` };
  }
  const after = res.headers.get('Retry-After');
  const seconds = Number(after);
  const at = after === null ? undefined : Number.isFinite(seconds) ? new Date(Date.now() + seconds * 1000) : new Date(after);
  return new Problem(res.status, body ?? {}, at);
}

// requestJSON is request with the body of the answer; undefined where there is none.
export async function requestJSON(url, options) {
  const res = await request(url, options);
  if (res.status === 204) return undefined;
  const text = await res.text();
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem(res.status, { title: 'Unreadable answer', detail: 'The server sent something that is not JSON.' });
  }
}

// requestChanged asks for what has changed since the answer with an ETag ("" the first time). It answers {body, tag}, or null while nothing has.
export async function requestChanged(url, tag, options = {}) {
  const res = await request(url, { ...options, headers: tag ? { 'If-None-Match': tag } : {} });
  return res.status === 304 ? null : { body: await res.json(), tag: res.headers.get('ETag') ?? '' };
}

// upload sends a file and reports its progress (0 to 1), which fetch cannot.
export function upload(url, file, { headers = {}, onProgress = () => {}, signal } = {}) {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    xhr.open('POST', url);
    for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value);
    xhr.setRequestHeader('Content-Type', file.type || 'application/octet-stream');
    xhr.upload.addEventListener('progress', (e) => e.lengthComputable && onProgress(e.loaded / e.total));
    xhr.addEventListener('load', () => {
      let body = {};
      try { body = JSON.parse(xhr.responseText); } catch { /* described by the status below */ }
      if (xhr.status >= 200 && xhr.status < 300) resolve(body);
      else reject(new Problem(xhr.status, body));
    });
    xhr.addEventListener('error', () => reject(new Problem(0, offline)));
    xhr.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
    signal?.addEventListener('abort', () => xhr.abort());
    xhr.send(file);
  });
}
