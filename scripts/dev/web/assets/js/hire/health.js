// How one's mailbox stands: since when, how far, and what holds it up.
//
// data-testid: connection-since, connection-verified, connection-sync, connection-watch, connection-import, mailbox-health (data-state), health-fact (data-name).
import { h, icon } from '../dom.js';
import { clock, exact, known, moment, plural, time } from '../text.js';
import { fact } from './settings.js';

const alive = (c) => c.state === 'connected' || c.state === 'needs_reconnect';

// facts are the few that everyone understands; null where there is no connection.
export function facts(c) {
  if (!alive(c)) return null;
  return h('dl', { class: 'facts' },
    known(c.connected_at) && fact('Connected since', h('span', { testid: 'connection-since' }, time(c.connected_at))),
    fact('Complete up to', h('span', { testid: 'connection-verified' }, known(c.last_verified_at) ? time(c.last_verified_at) : 'not compared yet'), h('span', { class: 'muted small block' }, 'Everything that belongs in Hire and came before then is here.')),
    fact('Last read from Gmail', h('span', { testid: 'connection-sync' }, known(c.last_sync_at) ? time(c.last_sync_at) : 'not yet')),
    c.import && fact(c.import.kind === 'recovery' ? 'Catching up' : 'Importing', progress(c.import)));
}

function progress(p) {
  const what = p.kind === 'recovery' ? 'messages' : 'conversations';
  return h('div', { testid: 'connection-import' },
    p.total > 0 ? [h('progress', { value: p.done, max: p.total, 'aria-label': p.kind === 'recovery' ? 'Catching up' : 'Import' }), ` ${p.done} of about ${p.total} ${what}`] : `${p.done} ${what} so far`,
    known(p.estimated_end_at) && h('span', { class: 'muted small block' }, `Done at about ${clock(p.estimated_end_at)}, if it goes on like this.`));
}

// health is the card with what support would ask about; null where there is no connection.
export function health(c) {
  if (!alive(c)) return null;
  const troubles = [
    c.state === 'needs_reconnect' && 'Google refuses our access until you reconnect.',
    c.waiting > 0 && `${plural(c.waiting, 'message')} could not be read yet and ${c.waiting === 1 ? 'is' : 'are'} tried again${known(c.oldest_waiting_since) ? `, since ${clock(c.oldest_waiting_since)}` : ''}.`,
    soon(c.quota?.reading_paused_until) && `Gmail has asked us not to read before ${clock(c.quota.reading_paused_until)}.`,
    soon(c.quota?.sending_paused_until) && `Gmail’s sending limit is reached; it sends again at ${clock(c.quota.sending_paused_until)}.`,
  ].filter(Boolean);
  const named = (name, term, ...value) => fact(term, h('span', { testid: 'health-fact', data: { name } }, value));
  return h('section', { class: 'card card-body', testid: 'mailbox-health', data: { state: troubles.length > 0 ? 'trouble' : 'well' }, 'aria-labelledby': 'health-title' },
    h('div', { class: 'split center' }, h('h2', { id: 'health-title' }, 'Mailbox health'), h('span', { class: `badge ${troubles.length > 0 ? 'warn' : 'ok'}` }, icon(troubles.length > 0 ? 'alert' : 'check'), troubles.length > 0 ? 'Held up' : 'All is well')),
    troubles.length > 0 && h('ul', { class: 'troubles' }, troubles.map((t) => h('li', null, t))),
    h('dl', { class: 'facts' },
      named('push', 'Last notification from Gmail', known(c.last_push_at) ? time(c.last_push_at) : 'none yet'),
      fact('Gmail notifies us until', h('span', { testid: 'connection-watch' }, known(c.watch_ends_at) ? h('span', { title: exact(c.watch_ends_at) }, moment(c.watch_ends_at)) : 'not at the moment'), h('span', { class: 'muted small block' }, 'Renewed by itself; without it we look every few minutes.')),
      c.token_state && named('token', 'Google’s permission', c.token_state === 'valid' ? 'Valid' : 'Refused by Google', known(c.token_since) && [', since ', time(c.token_since)]),
      c.quota && named('quota', 'Gmail’s quota', `${c.quota.mailbox_units_left.toLocaleString('en')} of ${c.quota.mailbox_units_per_minute.toLocaleString('en')} units left this minute`),
      named('waiting', 'Messages being tried again', String(c.waiting))));
}

function soon(iso) {
  return known(iso) && new Date(iso) > new Date();
}
