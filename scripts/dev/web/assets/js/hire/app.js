// Hire: the frame around the views, and which view a path shows.
//
// data-testid: person-switcher, nav-candidates, nav-unmatched, nav-settings, reconnect-banner, main.
import { fill, h } from '../dom.js';
import { button, devbar, loading, notice, problemNotice } from '../ui.js';
import { titled } from '../text.js';
import { follow } from '../live.js';
import { settings as settingsAPI } from './api.js';
import { personKey, session, signIn, start } from './session.js';
import { candidatesView } from './candidates.js';
import { profileView } from './profile.js';
import { auditView, connectionsView } from './admin.js';
import { batchView } from './batch.js';
import { bulkView } from './bulk.js';
import { integrationView } from './settings.js';
import { emailView } from './connect.js';
import { unmatchedView } from './unmatched.js';
import { onNavigate, place } from '../router.js';

const routes = [
  { path: /^\/hire\/?$/, to: '/hire/candidates' },
  { path: /^\/hire\/candidates\/?$/, nav: 'candidates', view: candidatesView },
  { path: /^\/hire\/candidates\/([^/]+)(?:\/(new|import)|\/threads\/([^/]+))?\/?$/, nav: 'candidates', view: profileView, key: (p) => p[0] },
  { path: /^\/hire\/write\/?$/, nav: 'candidates', view: bulkView },
  { path: /^\/hire\/batches\/([^/]+)\/?$/, nav: 'candidates', view: batchView },
  { path: /^\/hire\/unmatched\/?$/, nav: 'unmatched', view: unmatchedView },
  { path: /^\/hire\/settings\/?$/, to: '/hire/settings/integrations' },
  { path: /^\/hire\/settings\/integrations\/?$/, nav: 'settings', view: integrationView },
  { path: /^\/hire\/settings\/email\/?$/, nav: 'settings', view: emailView },
  { path: /^\/hire\/settings\/connections\/?$/, nav: 'settings', view: connectionsView },
  { path: /^\/hire\/settings\/audit\/?$/, nav: 'settings', view: auditView },
];

const main = h('main', { id: 'main', tabindex: -1, testid: 'main' });
const banner = h('div', { class: 'banner' });
let current = null; // {route, key, view, controller}

function header() {
  const bySeed = session.seed.accounts.map((a) => h('optgroup', { label: `${a.name} (${titled(a.plan)})` },
    session.seed.users.filter((u) => u.account_id === a.id).map((u) => h('option', { value: personKey(u), selected: u === session.user }, `${u.name} · ${titled(u.role)}`))));
  const switcher = h('select', { testid: 'person-switcher', id: 'person-switcher', on: { change: (e) => become(e.target.value) } }, bySeed);
  switcher.value = personKey(session.user);
  const link = (key, href, label) => h('a', { href, testid: `nav-${key}`, data: { nav: key } }, label);
  return h('header', { class: 'top' },
    h('a', { class: 'brand', href: '/hire/candidates' }, h('img', { src: '/assets/icons/hire.svg', alt: '', width: 28, height: 28 }), h('span', null, 'Hire')),
    h('nav', { class: 'top-nav', 'aria-label': 'Hire' }, link('candidates', '/hire/candidates', 'Candidates'), link('unmatched', '/hire/unmatched', 'Unmatched'), link('settings', '/hire/settings/integrations', 'Settings')),
    h('label', { class: 'who', for: 'person-switcher' }, h('span', null, 'Signed in as'), switcher));
}

// become signs someone else in and shows the same place, or the candidates where the account is another one.
function become(key) {
  const account = session.user.account_id;
  signIn(key);
  current?.controller.abort();
  current = null;
  if (session.user.account_id !== account && /^\/hire\/candidates\//.test(location.pathname)) place('/hire/candidates', { replace: true });
  else show();
}

function show() {
  if (location.hash.startsWith('#/')) { // an address of the form /hire/#/settings/email?connected=1
    const [path, query] = location.hash.slice(1).split('?');
    history.replaceState(null, '', `/hire${path}${query ? `?${query}` : location.search}`);
  }
  const route = routes.find((r) => r.path.test(location.pathname));
  if (route?.to) return place(route.to, { replace: true });
  for (const a of document.querySelectorAll('[data-nav]')) {
    if (a.dataset.nav === route?.nav) a.setAttribute('aria-current', 'page');
    else a.removeAttribute('aria-current');
  }
  banner.hidden = route?.view === emailView; // it says the same itself, and more
  checkConnection();
  if (!route) {
    document.title = 'Not found · Hire';
    return void fill(main, notice({ kind: 'warn', title: 'There is nothing here', detail: 'The address may be mistyped.', actions: [h('a', { class: 'button', href: '/hire/candidates' }, 'To the candidates')] }));
  }
  const params = (route.path.exec(location.pathname) ?? []).slice(1).map((p) => (p === undefined ? p : decodeURIComponent(p)));
  const key = route.key?.(params);
  if (current && current.route === route && key !== undefined && current.key === key) return current.view?.update?.(params);
  const moved = current !== null;
  current?.controller.abort();
  const controller = new AbortController();
  const entry = { route, key, controller, view: null };
  current = entry;
  window.scrollTo(0, 0);
  main.className = '';
  fill(main, loading(6));
  try {
    entry.view = route.view({ main, params, signal: controller.signal, query: new URLSearchParams(location.search), refresh: refreshBanner });
  } catch (err) {
    console.error(err);
    fill(main, problemNotice(err));
  }
  if (moved && document.activeElement === document.body) main.focus({ preventScroll: true }); // what was clicked is gone
  return undefined;
}

const lookEvery = 20000; // ms
let checked = { person: '', at: 0 };

// checkConnection looks now and then whether the mailbox of the one signed in needs attention, wherever they are.
async function checkConnection() {
  const person = personKey(session.user);
  if (checked.person === person && Date.now() - checked.at < lookEvery / 2) return;
  if (checked.person !== person) fill(banner);
  checked = { person, at: Date.now() };
  try {
    const s = await settingsAPI.get();
    if (personKey(session.user) === person) refreshBanner(s);
  } catch { /* the view shows what is wrong */ }
}

// refreshBanner shows the banner that the settings ask for.
function refreshBanner(s) {
  const wanted = s.connection.state === 'needs_reconnect' ? 'reconnect' : '';
  if (banner.dataset.shows === wanted) return;
  banner.dataset.shows = wanted;
  fill(banner, wanted && notice({
    kind: 'warn', testid: 'reconnect-banner', title: 'Your Gmail account needs to be connected again',
    detail: `${s.connection.problem?.detail ?? 'Gmail no longer accepts our access.'} Until then no mail is sent or synced; nothing is lost.`,
    actions: [h('a', { class: 'button small', href: '/hire/settings/email' }, 'Reconnect')],
  }));
}

async function begin() {
  const app = document.getElementById('app');
  devbar('hire', { gmail: '' });
  fill(app, main);
  fill(main, loading(6));
  try {
    await start();
  } catch (err) {
    return void fill(main, problemNotice(err, { actions: [button('Try again', 'refresh', begin)] }));
  }
  devbar('hire', session.info);
  fill(app, header(), banner, main);
  onNavigate('/hire', show);
  show();
  follow(async () => {
    await checkConnection();
    return lookEvery;
  }, new AbortController().signal);
  return undefined;
}

begin();
