// Building the page. Data becomes text nodes and attributes, never markup.

// h makes an element: h('button', {class: 'primary', testid: 'send', on: {click}}, 'Send'). Properties that are false, null or
// undefined are left out; true gives an empty attribute.
export function h(tag, props, ...children) {
  const el = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === false || value === null || value === undefined) continue;
    if (name === 'on') {
      for (const [event, listener] of Object.entries(value)) el.addEventListener(event, listener);
    } else if (name === 'testid') {
      el.dataset.testid = value;
    } else if (name === 'data') {
      for (const [key, v] of Object.entries(value)) if (v !== undefined && v !== null) el.dataset[key] = v;
    } else if (name === 'value') {
      el.value = value;
    } else if (name === 'disabled' || name === 'checked' || name === 'selected' || name === 'open' || name === 'multiple') {
      el[name] = Boolean(value);
    } else {
      el.setAttribute(name, value === true ? '' : String(value));
    }
  }
  append(el, children);
  return el;
}

function append(el, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false || child === '') continue;
    el.append(child);
  }
}

// fill replaces what an element holds.
export function fill(el, ...children) {
  el.replaceChildren();
  append(el, children);
  return el;
}

// keyed brings the children of a list up to date without touching those that have not changed, so that focus, scroll position
// and unfolded parts stay. items: [{key, version, make}].
export function keyed(list, items) {
  const old = new Map([...list.children].map((el) => [el.dataset.key, el]));
  const fresh = [];
  let before = null;
  for (const item of items) {
    let el = old.get(item.key);
    old.delete(item.key);
    if (!el || el.dataset.version !== String(item.version)) {
      const made = item.make(el);
      made.dataset.key = item.key;
      made.dataset.version = String(item.version);
      if (el) {
        const focused = el.contains(document.activeElement) ? document.activeElement.dataset.testid : undefined;
        el.replaceWith(made);
        if (focused) (made.dataset.testid === focused ? made : made.querySelector(`[data-testid="${focused}"]`))?.focus();
      } else {
        fresh.push(made);
      }
      el = made;
    }
    const want = before ? before.nextElementSibling : list.firstElementChild;
    if (el !== want) list.insertBefore(el, want);
    before = el;
  }
  for (const gone of old.values()) gone.remove();
  return fresh;
}

const shapes = {
  inbox: 'M4 13l3-8h10l3 8v6H4zM4 13h5l1.5 2.5h3L15 13h5',
  send: 'M21 3 10 14M21 3l-7 18-4-7-7-4z',
  tag: 'M3.5 11V4.5a1 1 0 0 1 1-1H11l9.5 9.5-7.5 7.5zM8 8h.01',
  archive: 'M3.5 4.5h17v4h-17zM5 8.5V20h14V8.5M10 12.5h4',
  trash: 'M4 6.5h16M9 6.5V4h6v2.5M6 6.5 7 20h10l1-13.5M10 10.5v6M14 10.5v6',
  alert: 'M12 4 2.5 20h19zM12 10v4.5M12 17.3h.01',
  info: 'M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM12 11v5.5M12 7.7h.01',
  mail: 'M3.5 5.5h17v13h-17zM4 6.5l8 6.5 8-6.5',
  mails: 'M7 8.5h14v11H7zM7.5 9.5 14 14.5l6.5-5M17 5.5H3v10',
  users: 'M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c.5-4 3-6 6.5-6s6 2 6.5 6M16 4.8a3.3 3.3 0 0 1 0 6.4M18 14.3c2 .8 3.2 2.7 3.5 5.7',
  user: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5c.6-4.3 3.4-6.5 7.5-6.5s6.9 2.2 7.5 6.5',
  settings: 'M4 7h9M17 7h3M4 12h3M11 12h9M4 17h7M15 17h5M15 5v4M9 10v4M13 15v4',
  clip: 'M20 11.5 12.5 19a4.7 4.7 0 0 1-6.7-6.7l8-8a3.2 3.2 0 0 1 4.5 4.5l-7.8 7.8a1.6 1.6 0 0 1-2.3-2.3l7-7',
  lock: 'M5.5 11h13v9.5h-13zM8 11V8a4 4 0 0 1 8 0v3',
  unlock: 'M5.5 11h13v9.5h-13zM8 11V8a4 4 0 0 1 7.7-1.5',
  check: 'M5 12.5 10 17.5 19.5 7',
  back: 'M19 12H5M11 5.5 4.5 12l6.5 6.5',
  plus: 'M12 5v14M5 12h14',
  pen: 'M4 20l1-4.5L16.5 4l3.5 3.5L8.5 19zM14 6.5 17.5 10',
  down: 'M6 9.5l6 6 6-6',
  download: 'M12 4v11M7 10.5l5 5 5-5M4.5 20h15',
  reply: 'M9.5 6 4 11.5 9.5 17M4 11.5h9.5c4 0 6.5 2.5 6.5 7',
  spam: 'M8 3.5h8L20.5 8v8L16 20.5H8L3.5 16V8zM12 8v5M12 16h.01',
  close: 'M6 6l12 12M18 6 6 18',
  refresh: 'M19.5 12a7.5 7.5 0 1 1-2.2-5.3L20 9M20 4v5h-5',
  link: 'M10 14a4 4 0 0 0 5.7 0l3.5-3.5a4 4 0 0 0-5.7-5.7L12 6.3M14 10a4 4 0 0 0-5.7 0l-3.5 3.5a4 4 0 0 0 5.7 5.7l1.5-1.5',
  more: 'M6 12h.01M12 12h.01M18 12h.01',
  clock: 'M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17zM12 7.5V12l3 2',
  search: 'M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM15.3 15.3 20.5 20.5',
  shield: 'M12 3.5 5 6v5.5c0 4.3 2.8 7.3 7 9 4.2-1.7 7-4.7 7-9V6zM9 12l2.2 2.2L15.3 10',
};

// icon draws one of the shapes above; it says nothing to a screen reader.
export function icon(name, extra) {
  const ns = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(ns, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', extra ? `icon ${extra}` : 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(ns, 'path');
  path.setAttribute('d', shapes[name] ?? shapes.info);
  svg.append(path);
  return svg;
}
