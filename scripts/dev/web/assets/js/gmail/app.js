// The simulated Gmail: the mailboxes of the people in Hire, and the candidates outside.
//
// data-testid: mailbox-switcher, main; and those of mailbox.js, conversation.js, letter.js, labels.js, filters.js and candidate.js.
import { fill, h } from '../dom.js';
import { requestJSON } from '../http.js';
import { personKey, signedIn } from '../hire/session.js';
import { onNavigate, place } from '../router.js';
import { button, devbar, loading, notice, problemNotice } from '../ui.js';
import { world } from './api.js';
import { candidateView } from './candidate.js';
import { mailboxView } from './mailbox.js';

const remembered = 'gmail.mailbox';
const main = h('main', { id: 'main', tabindex: -1, testid: 'main' });
let people = { mailboxes: [], outside: [], user: '' }; // user is the address of who is signed in to Hire in this tab
let surroundings = {}; // what /dev/info says
let current = null; // {key, view, controller}

const routes = [
  { path: /^\/gmail\/?$/, to: () => mailboxPath([people.user, localStorage.getItem(remembered)].map((email) => people.mailboxes.find((m) => m.email === email)).find(Boolean) ?? people.mailboxes[0]) },
  { path: /^\/gmail\/m\/([^/]+)(?:\/([^/]+)(?:\/([^/]+))?)?\/?$/, at: 'gmail', view: mailboxView, key: ([email]) => `m ${email}`, known: ([email]) => people.mailboxes.some((m) => m.email === email) },
  { path: /^\/gmail\/candidate\/?$/, to: () => candidatePath(people.outside[0]) },
  { path: /^\/gmail\/candidate\/([^/]+)(?:\/([^/]+))?\/?$/, at: 'candidate', view: candidateView, key: ([email]) => `c ${email}`, known: () => true },
];

const mailboxPath = (m) => m && `/gmail/m/${encodeURIComponent(m.email)}/inbox`;
const candidatePath = (c) => c && `/gmail/candidate/${encodeURIComponent(c.email)}`;

// header draws the bar at the top; its switcher changes between mailboxes, or between candidates.
function header(at, email) {
  const inside = at === 'gmail';
  const list = inside ? people.mailboxes : people.outside.some((p) => p.email === email) ? people.outside : [{ email, name: '' }, ...people.outside];
  const switcher = h('select', { testid: 'mailbox-switcher', id: 'mailbox-switcher', on: { change: () => place((inside ? mailboxPath : candidatePath)({ email: switcher.value })) } },
    list.map((p) => h('option', { value: p.email, selected: p.email === email }, p.name ? `${p.name} · ${p.email}` : p.email)));
  switcher.value = email;
  return h('header', { class: 'top' },
    h('a', { class: 'brand', href: inside ? '/gmail/' : '/gmail/candidate' }, h('img', { src: '/assets/icons/gmail.svg', alt: '', width: 28, height: 28 }), h('span', null, inside ? 'Gmail' : 'Candidate’s mail'), h('span', { class: 'badge' }, 'simulated')),
    h('label', { class: 'who', for: 'mailbox-switcher' }, h('span', null, inside ? 'Mailbox of' : 'You are'), switcher));
}

function show() {
  const route = routes.find((r) => r.path.test(location.pathname));
  const params = (route?.path.exec(location.pathname) ?? []).slice(1).map((p) => (p === undefined ? p : decodeURIComponent(p)));
  const to = route?.to?.();
  if (to) return place(to, { replace: true });
  if (!route || route.to || !route.known(params)) return nothing(route);
  const key = route.key(params);
  if (current?.key === key) return current.view.update(params);
  const moved = current !== null;
  current?.controller.abort();
  const controller = new AbortController();
  current = { key, controller, view: null };
  if (route.at === 'gmail') localStorage.setItem(remembered, params[0]);
  devbar(route.at, surroundings);
  fill(document.getElementById('app'), header(route.at, params[0]), main);
  main.className = '';
  window.scrollTo(0, 0);
  try {
    current.view = route.view({ main, params, people, signal: controller.signal });
  } catch (err) {
    console.error(err);
    fill(main, problemNotice(err));
  }
  if (moved && document.activeElement === document.body) main.focus({ preventScroll: true });
  return undefined;
}

function nothing(route) {
  current?.controller.abort();
  current = null;
  document.title = 'Gmail (simulated)';
  main.className = 'page narrow';
  fill(document.getElementById('app'), main);
  fill(main, route?.to
    ? notice({ title: 'There is nobody here', detail: 'The simulated Gmail has no mailboxes, or nobody outside to be.', actions: [h('a', { class: 'button', href: '/' }, 'To the welcome page')] })
    : notice({ kind: 'warn', title: 'There is nothing here', detail: 'The address may be mistyped.', actions: [h('a', { class: 'button', href: '/gmail/' }, 'To the mailboxes')] }));
}

async function begin() {
  const app = document.getElementById('app');
  devbar('gmail', { gmail: '' });
  fill(app, main);
  main.className = 'page narrow';
  fill(main, loading(6));
  try {
    const info = await requestJSON('/dev/info');
    surroundings = info;
    devbar('gmail', info);
    if (info.gmail !== 'sim') return void real();
    const [seed, places] = await Promise.all([requestJSON('/dev/seed'), world()]);
    people = { mailboxes: places.mailboxes, outside: outsiders(seed, places), user: seed.users.find((u) => personKey(u) === signedIn())?.email ?? '' };
  } catch (err) {
    return void fill(main, problemNotice(err, { actions: [button('Try again', 'refresh', begin)] }));
  }
  onNavigate('/gmail', show);
  return show();
}

// outsiders are the candidates' addresses, and whoever else has written or been written to outside.
function outsiders(seed, { mailboxes, outside }) {
  const inside = new Set(mailboxes.map((m) => m.email));
  const out = new Map();
  for (const c of seed.candidates) for (const email of c.emails) out.set(email, { email, name: c.name });
  for (const o of outside) if (!out.has(o.email)) out.set(o.email, o);
  return [...out.values()].filter((p) => !inside.has(p.email));
}

// real is what there is to see where the mailboxes are Google's.
function real() {
  document.title = 'Gmail';
  fill(main, notice({
    title: 'This runs with your real Gmail', detail: 'There is no simulated mailbox to look into. Read, answer and label in Gmail itself; Hire looks every few seconds.',
    actions: [h('a', { class: 'button primary', href: 'https://mail.google.com/', target: '_blank', rel: 'noopener noreferrer' }, 'Open Gmail'), h('a', { class: 'button', href: '/hire/' }, 'Back to Hire')],
  }));
}

begin();
