// Words, times and sizes as people read them.
import { h } from './dom.js';

const dayMs = 86400000;

// when says how long ago, in words; the exact time goes into a title.
export function when(iso, now = new Date()) {
  const at = new Date(iso);
  const s = Math.round((now - at) / 1000);
  if (s < 45 && s > -45) return 'just now';
  if (s > 0 && s < 3600) return `${Math.max(1, Math.round(s / 60))} min ago`;
  if (at.toDateString() === now.toDateString()) return clock(at);
  const days = Math.round((new Date(now.toDateString()) - new Date(at.toDateString())) / dayMs);
  if (days === 1) return `Yesterday ${clock(at)}`;
  if (days === -1) return `Tomorrow ${clock(at)}`;
  if (days > 1 && days < 7) return `${at.toLocaleDateString('en', { weekday: 'short' })} ${clock(at)}`;
  if (at.getFullYear() === now.getFullYear()) return at.toLocaleDateString('en', { day: 'numeric', month: 'short' });
  return at.toLocaleDateString('en', { day: 'numeric', month: 'short', year: 'numeric' });
}

// clock is a time of day, "09:42".
export function clock(at) {
  return new Date(at).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
}

// exact is a date and time in full.
export function exact(iso) {
  return new Date(iso).toLocaleString('en-GB', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit' });
}

// moment is a time to come as people plan it: "Sunday, 29 November at 09:00".
export function moment(iso) {
  return new Date(iso).toLocaleString('en-GB', { weekday: 'long', day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit' });
}

// time makes a <time> that keeps itself current.
export function time(iso, props) {
  if (!known(iso)) return '';
  return h('time', { ...props, datetime: iso, title: exact(iso), data: { relative: '' } }, when(iso));
}

// known tells whether a time of the API is set.
export function known(iso) {
  return Boolean(iso) && !String(iso).startsWith('0001-01-01');
}

setInterval(() => {
  for (const el of document.querySelectorAll('time[data-relative]')) {
    const words = when(el.dateTime);
    if (el.textContent !== words) el.textContent = words;
  }
}, 20000);

// size is a number of bytes, "3.2 MB".
export function size(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1e6) return `${Math.round(bytes / 1e3)} kB`;
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}

// plural is "1 message", "2 messages".
export function plural(n, one, many = `${one}s`) {
  return `${n} ${n === 1 ? one : many}`;
}

// words turns a machine word into a readable one: "super_admin" into "Super admin".
export function words(word) {
  const s = String(word ?? '').replaceAll(/[_.]/g, ' ').trim();
  return s.charAt(0).toUpperCase() + s.slice(1);
}

// titled is words with every one of them capitalised, as roles and plans are written: "Super Admin".
export function titled(word) {
  return words(word).replaceAll(/ ./g, (s) => s.toUpperCase());
}

// list joins names: "Ada, Ben and Cy".
export function list(names) {
  if (names.length < 2) return names.join('');
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

// person is an address for reading: the name, or else the address.
export function person(a) {
  return a?.name || a?.email || '';
}

// full is an address as mail writes it: Ada Bell <ada@acme.test>.
export function full(a) {
  if (!a.name) return a.email;
  const name = /[",<>@;:()[\]\\]/.test(a.name) ? `"${a.name.replaceAll(/["\\]/g, '\\$&')}"` : a.name;
  return `${name} <${a.email}>`;
}

// addresses reads what a person typed into a recipient field. It answers {list, wrong}: the addresses, and the pieces that are
// not one. Commas and semicolons separate, unless they stand in quotes.
export function addresses(input) {
  const out = { list: [], wrong: [] };
  for (const piece of pieces(input)) {
    const m = /^(?:"((?:[^"\\]|\\.)*)"|([^<>"]*?))\s*<([^<>\s]+)>$/.exec(piece) ?? [null, undefined, '', piece];
    const email = m[3];
    if (!/^[^\s@<>,;:"]+@[^\s@<>,;:"]+$/.test(email)) {
      out.wrong.push(piece);
      continue;
    }
    const name = (m[1] !== undefined ? m[1].replaceAll(/\\(.)/g, '$1') : (m[2] ?? '')).trim();
    out.list.push(name ? { name, email } : { email });
  }
  return out;
}

function pieces(input) {
  const out = [];
  let piece = '';
  let quoted = false;
  for (const c of input) {
    if (c === '"') quoted = !quoted;
    if (!quoted && (c === ',' || c === ';' || c === '\n')) {
      out.push(piece);
      piece = '';
    } else {
      piece += c;
    }
  }
  out.push(piece);
  return out.map((p) => p.trim()).filter((p) => p !== '');
}

// linked makes nodes of a text, its web and mail addresses as links.
export function linked(text) {
  const out = [];
  let end = 0;
  for (const m of text.matchAll(/\b(?:https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]])|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g)) {
    out.push(text.slice(end, m.index));
    const href = m[0].includes('://') ? m[0] : `mailto:${m[0]}`;
    out.push(h('a', { href, target: '_blank', rel: 'noopener noreferrer nofollow' }, m[0]));
    end = m.index + m[0].length;
  }
  out.push(text.slice(end));
  return out;
}
