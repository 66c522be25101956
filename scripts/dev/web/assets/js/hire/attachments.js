// The files of a message that is being written: chosen or dropped, uploaded at once, one request each.
//
// data-testid: composer-attach (the file input), composer-attachment (data-filename, data-state uploading|ready|failed).
import { fill, h, icon } from '../dom.js';
import { button } from '../ui.js';
import { size } from '../text.js';
import { messages } from './api.js';

const most = 25 * 1024 * 1024; // bytes in all, as the server takes them

// attachmentsPart answers with {button, list, uploading, reset, acceptDrops}. What has been uploaded stands in draft.attachments.
export function attachmentsPart({ draft, signal, onChange }) {
  const pending = new Map(); // File: {progress, problem, controller}
  const list = h('div', { class: 'attachments composer-files', 'aria-label': 'Attachments' });
  const chooser = h('input', { type: 'file', multiple: true, class: 'sr-only', tabindex: -1, testid: 'composer-attach', 'aria-label': 'Attach files', on: { change: () => { add([...chooser.files]); chooser.value = ''; } } });
  const attach = h('span', null, chooser, button('Attach', 'clip', () => chooser.click(), { kind: 'ghost' }));
  draw();
  return { button: attach, list, uploading: () => [...pending.values()].some((p) => !p.problem), reset, acceptDrops };

  function add(chosen) {
    for (const file of chosen) {
      const total = draft.attachments.reduce((n, a) => n + a.size, 0) + [...pending].reduce((n, [f, p]) => n + (p.problem ? 0 : f.size), 0);
      if (total + file.size > most) {
        pending.set(file, { problem: 'Attachments can be 25 MB in all. Remove some, or send a link.' });
        draw();
        continue;
      }
      start(file);
    }
  }

  async function start(file) {
    const entry = { progress: h('progress', { value: 0, max: 1, 'aria-label': `Uploading ${file.name}` }), controller: new AbortController() };
    const stop = () => entry.controller.abort();
    signal.addEventListener('abort', stop, { once: true });
    pending.set(file, entry);
    draw();
    try {
      const done = await messages.upload(file, { signal: entry.controller.signal, onProgress: (p) => { entry.progress.value = p; } });
      pending.delete(file);
      draft.attachments = [...draft.attachments, done];
      onChange();
    } catch (err) {
      if (err.name === 'AbortError') pending.delete(file);
      else entry.problem = err.detail || err.message;
    } finally {
      signal.removeEventListener('abort', stop);
    }
    draw();
  }

  // reset forgets the uploads, of which the server no longer knows one.
  function reset() {
    draft.attachments = [];
    onChange();
    draw();
  }

  function draw() {
    list.hidden = draft.attachments.length === 0 && pending.size === 0;
    fill(list,
      draft.attachments.map((a) => chip(a.filename, a.size, null, () => { draft.attachments = draft.attachments.filter((b) => b !== a); onChange(); draw(); })),
      [...pending].map(([file, p]) => chip(file.name, file.size, p, () => { p.controller?.abort(); pending.delete(file); draw(); })));
  }

  function chip(name, bytes, state, remove) {
    return h('span', { class: `attachment ${state?.problem ? 'failed' : ''}`, testid: 'composer-attachment', data: { filename: name, state: state ? (state.problem ? 'failed' : 'uploading') : 'ready' } },
      icon('clip'), h('span', { class: 'clip' }, name), h('span', { class: 'muted nowrap' }, size(bytes)),
      state?.problem ? h('span', { class: 'field-error', role: 'alert' }, state.problem) : state?.progress,
      button(`Remove ${name}`, 'close', remove, { kind: 'ghost', iconOnly: true }));
  }

  function acceptDrops(el) {
    el.addEventListener('dragover', (e) => { e.preventDefault(); el.classList.add('drop'); });
    el.addEventListener('dragleave', () => el.classList.remove('drop'));
    el.addEventListener('drop', (e) => {
      e.preventDefault();
      el.classList.remove('drop');
      add([...e.dataTransfer.files]);
    });
  }
}
