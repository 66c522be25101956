// The figures that the functions tell: what goes to Cloud Monitoring in the cloud, here since the program began.
//
// data-testid: figure-card (data-name, data-told), figure-point (data-of), promise-card (data-name).
import { fill, h } from './dom.js';
import { follow } from './live.js';
import { requestJSON } from './http.js';
import { plural } from './text.js';
import { button, devbar, loading, notice, problemNotice } from './ui.js';

// groups of figures, by the beginnings of their names; what belongs to none comes last.
const groups = [
  { title: 'Mail that comes in', of: ['hire.push.', 'hire.sync.', 'hire.reply.', 'hire.arrival.'] },
  { title: 'Mail that leaves', of: ['hire.send.', 'hire.outbox.'] },
  { title: 'Gmail’s quota', of: ['hire.gmail.'] },
  { title: 'Connections', of: ['hire.token.', 'hire.watch.'] },
  { title: 'How mailboxes stand, as the sweep sees them', of: ['hire.mailbox.'] },
  { title: 'More', of: [''] },
];

const app = document.getElementById('app');
const promises = h('div', { class: 'promises' });
const body = h('div');
const trouble = h('div', { class: 'offline' });

async function begin() {
  devbar('figures', { gmail: '' });
  fill(app, h('main', { id: 'main' }, h('div', { class: 'page' }, loading(7))));
  let info;
  try {
    info = await requestJSON('/dev/info');
    draw(await requestJSON('/dev/figures'));
  } catch (err) {
    return void fill(app, h('main', { id: 'main' }, h('div', { class: 'page' }, problemNotice(err, { actions: [button('Try again', 'refresh', begin)] }))));
  }
  devbar('figures', info);
  fill(app, h('main', { id: 'main', tabindex: -1 }, trouble, h('div', { class: 'page' },
    h('header', { class: 'page-head' }, h('div', null, h('h1', null, 'Figures'),
      h('p', { class: 'muted' }, 'What the functions tell of themselves, since this program began. In the cloud the same figures go to Cloud Monitoring, where alerts watch them. None names a mailbox.'))),
    promises, body)));
  return follow(async () => {
    draw(await requestJSON('/dev/figures'));
    return 2000;
  }, new AbortController().signal, (works) => fill(trouble, !works && notice({ kind: 'warn', title: 'The dev program does not answer', detail: 'These figures stand still until it does.' })));
}

let drawn = '';

function draw(all) {
  const now = JSON.stringify(all);
  if (now === drawn) return; // what has not changed keeps its place and its selection
  drawn = now;
  const replies = all.find((f) => f.name === 'hire.reply.lag');
  fill(promises, promise('within-60', 'of replies were in the profile within 60 seconds', replies, 60, 0.999), promise('within-900', 'were there within 15 minutes', replies, 900, 1), repaired(all));
  const left = [...all];
  fill(body, groups.map((g) => {
    const own = left.filter((f) => g.of.some((begins) => f.name.startsWith(begins)));
    for (const f of own) left.splice(left.indexOf(f), 1);
    return own.length > 0 && h('section', { class: 'figure-group' }, h('h2', null, g.title), h('div', { class: 'figures' }, own.map(card)));
  }));
}

// promise is the part of a histogram's values up to a bound, against what is promised.
function promise(name, words, figure, most, least) {
  let count = 0;
  let within = 0;
  for (const p of figure?.points ?? []) {
    count += p.count ?? 0;
    figure.bounds.forEach((bound, i) => { if (bound <= most) within += p.buckets[i]; });
  }
  const part = count ? within / count : null;
  return tile(name, part === null ? '–' : `${Math.floor(part * 1000) / 10} %`, part === null ? 'No reply has come yet' : words, part === null ? '' : part >= least ? 'kept' : 'broken');
}

function repaired(all) {
  const n = sum(all.find((f) => f.name === 'hire.sync.repaired'));
  return tile('repaired', String(n), n === 1 ? 'mail was missing, and found by comparing with Gmail' : 'mails were missing, and found by comparing with Gmail', n ? 'broken' : 'kept');
}

function tile(name, value, words, kind) {
  return h('div', { class: `card promise ${kind}`, testid: 'promise-card', data: { name } }, h('span', { class: 'promise-value' }, value), h('span', { class: 'muted' }, words));
}

function sum(figure) {
  return (figure?.points ?? []).reduce((n, p) => n + p.value, 0);
}

function card(figure) {
  const told = figure.points.length > 0;
  return h('article', { class: told ? 'card figure' : 'card figure quiet', testid: 'figure-card', data: { name: figure.name, told: String(told) } },
    h('div', { class: 'figure-head' }, h('h3', { class: 'figure-name' }, figure.name), h('p', { class: 'muted' }, figure.description)),
    told ? h('div', { class: 'points' }, figure.kind === 'histogram' ? figure.points.map((p) => spread(figure, p)) : bars(figure)) : h('p', { class: 'figure-none' }, 'Nothing has been told yet'));
}

// bars are the values of a counter or a gauge, the largest first.
function bars(figure) {
  const most = Math.max(...figure.points.map((p) => p.value), 1);
  const unit = figure.unit.replaceAll(/[{}]/g, '');
  return figure.points.toSorted((a, b) => b.value - a.value).map((p) => h('div', { class: 'point', testid: 'figure-point', data: { of: p.of } },
    h('span', { class: 'clip' }, p.of || unit), h('span', { class: 'point-value' }, p.value.toLocaleString('en')),
    figure.points.length > 1 && h('div', { class: 'bar' }, sized(h('span'), 'inline-size', p.value / most))));
}

// spread is a histogram: how many, how much on average, and how they lie.
function spread(figure, p) {
  const most = Math.max(...p.buckets);
  const column = (n, i) => {
    const low = i > 0 ? amount(figure, figure.bounds[i - 1]) : '';
    const high = i < figure.bounds.length ? amount(figure, figure.bounds[i]) : '';
    const range = !low ? `up to ${high}` : high ? `${low} to ${high}` : `over ${low}`;
    return sized(h('span', { class: n ? '' : 'none', title: `${range}: ${n}` }), 'block-size', n / most);
  };
  return h('div', { class: 'point', testid: 'figure-point', data: { of: p.of } },
    h('span', { class: 'clip' }, p.of ? `${p.of} · ` : '', plural(p.count, 'value')), h('span', { class: 'point-value' }, `⌀ ${amount(figure, p.value / p.count)}`),
    h('div', { class: 'spread', role: 'img', 'aria-label': `${plural(p.count, 'value')}, ${amount(figure, p.value / p.count)} on average` }, p.buckets.map(column)),
    h('div', { class: 'scale', 'aria-hidden': 'true' }, h('span', null, `≤ ${amount(figure, figure.bounds[0])}`), h('span', null, `> ${amount(figure, figure.bounds.at(-1))}`)));
}

// sized gives an element a part of the room that it has. A style that is set from here is none that the policy of the page refuses.
function sized(el, side, part) {
  el.style.setProperty(side, `${Math.max(part * 100, part > 0 ? 4 : 0)}%`);
  return el;
}

// amount is a value with its unit, as people read it.
function amount(figure, n) {
  if (figure.unit !== 's') return n.toLocaleString('en', { maximumFractionDigits: 1 });
  for (const [seconds, unit] of [[86400, 'd'], [3600, 'h'], [60, 'min']]) if (n >= seconds) return `${Number((n / seconds).toFixed(1))} ${unit}`;
  return n > 0 && n < 1 ? `${Math.max(1, Math.round(n * 1000))} ms` : `${Number(n.toFixed(1))} s`;
}

begin();
