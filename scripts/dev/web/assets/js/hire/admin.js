// What Super Admins see besides: who is connected, and what was done.
//
// data-testid: connection-count (data-state), connection-row (data-user, data-state), audit-row (data-action).
import { fill, h } from '../dom.js';
import { avatar, busy, button, empty, problemNotice } from '../ui.js';
import { known, time, words } from '../text.js';
import { settings } from './api.js';
import { frame } from './settings.js';
import { session } from './session.js';

const tones = { connected: 'ok', needs_reconnect: 'warn' };

export function connectionsView({ main }) {
  const body = frame(main, 'connections', { crumbs: ['Settings', 'Account'], title: 'Connected people', lead: 'Whose mailbox is connected, and who needs to do something.' });
  paged(body, settings.connections, (answer) => answer.users ?? [], (rows, first) => [
    counts(first.counts),
    h('ul', { class: 'card rows' }, rows.map((u) => h('li', { class: 'row', testid: 'connection-row', data: { user: u.user_id, state: u.state } },
      avatar(u.name, u.email),
      h('span', { class: 'row-text' }, h('span', { class: 'strong clip' }, u.name), h('span', { class: 'muted small clip' }, u.email), u.problem && h('span', { class: 'small wrap' }, `${u.problem.title}: ${u.problem.detail}`)),
      h('span', { class: 'row-end' }, h('span', { class: `badge ${tones[u.state] ?? ''}` }, words(u.state)), known(u.since) && h('span', { class: 'muted small' }, time(u.since)))))),
  ], empty({ shape: 'users', title: 'Nobody is connected yet', detail: 'People connect their own mailbox under “Connect Email Account”.' }));
}

// counts are how many of the account's people are in each state.
function counts(c) {
  if (!c) return null;
  const tile = (state, n, label) => h('div', { class: 'count', testid: 'connection-count', data: { state } }, h('dt', null, label), h('dd', null, String(n)));
  return h('dl', { class: 'card counts' }, tile('connected', c.connected, 'Connected'), tile('needs_reconnect', c.needs_reconnect, 'Need to reconnect'), c.disconnecting > 0 && tile('disconnecting', c.disconnecting, 'Disconnecting'), tile('not_connected', c.not_connected, 'Not connected'));
}

export function auditView({ main }) {
  const body = frame(main, 'audit', { crumbs: ['Settings', 'Account'], title: 'Audit log', lead: 'Who switched, connected and disconnected what.' });
  const name = (id) => session.seed.users.find((u) => u.id === id && u.account_id === session.user.account_id)?.name;
  paged(body, settings.audit, (answer) => answer.entries ?? [], (rows) => h('ol', { class: 'card rows' }, rows.map((e) => h('li', { class: 'row', testid: 'audit-row', data: { action: e.action } },
    h('span', { class: 'row-text' },
      h('span', { class: 'strong wrap' }, words(e.action)),
      h('span', { class: 'muted small wrap' }, [e.user_id ? `by ${name(e.user_id) ?? e.user_id}` : 'by the system', e.target && e.target !== e.user_id && (name(e.target) ? `to ${name(e.target)}` : `conversation ${e.target}`), /^[a-z_]+$/.test(e.detail ?? '') ? words(e.detail).toLowerCase() : e.detail].filter(Boolean).join(' · '))),
    h('span', { class: 'row-end muted small' }, time(e.at))))),
  empty({ shape: 'clock', title: 'Nothing has happened yet', detail: 'Switching the integration on is the first entry.' }));
}

// paged draws a list that comes page by page.
function paged(body, fetchPage, rowsOf, draw, none) {
  let rows = [];
  let first;
  load();

  async function load(pageToken) {
    try {
      const answer = await fetchPage(pageToken);
      first ??= answer;
      rows = [...rows, ...rowsOf(answer)];
      fill(body, rows.length === 0 ? h('div', { class: 'card' }, none) : draw(rows, first),
        answer.next_page_token && h('div', { class: 'actions center' }, button('Show more', null, (e) => busy(e.currentTarget, () => load(answer.next_page_token)))));
    } catch (err) {
      fill(body, problemNotice(err));
    }
  }
}
