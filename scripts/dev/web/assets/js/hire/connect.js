// Settings > Connect Email Account: the state of one's own mailbox.
//
// data-testid: connect-button, reconnect-button, disconnect-button, connection-state (data-state), connection-address, connection-problem,
// connect-result (data-code), back-to-draft; and those of health.js and policy.js.
import { fill, h, icon } from '../dom.js';
import { busy, button, confirm, notice, problemNotice, toast } from '../ui.js';
import { follow } from '../live.js';
import { connect, settings } from './api.js';
import { facts, health } from './health.js';
import { policyCard } from './policy.js';
import { frame, notices } from './settings.js';
import { isSuperAdmin, personKey, session } from './session.js';
import { lastDraft } from './drafts.js';

// outcomes are the sentences for ?error=CODE, by code of package hire.
const outcomes = {
  google_account_mismatch: ['A different Google account', 'You chose another Google account than the one you use in Hire. Nothing was kept. Try again and choose the account of your login address.'],
  permission_missing: ['Permission missing, try again', 'The box for Gmail was not ticked on Google’s screen. Nothing was connected. Try again and tick it.'],
  consent_denied: ['Access was not granted', 'Nothing was connected. You can try again whenever you like.'],
  oauth_state_invalid: ['That link was used already', 'Connecting was started in another browser, or the link had been used. Start again here.'],
  oauth_state_expired: ['Connecting took too long', 'The link is older than ten minutes. Start again here.'],
  consent_needed_again: ['Consent needed once more', 'Google gave no lasting permission. Connect once more and confirm Google’s screen.'],
  gmail_not_enabled: ['No Gmail mailbox', 'This Google account has no Gmail mailbox. Ask your administrator to switch Gmail on for it.'],
  integration_off: ['The integration is off', 'It was switched off meanwhile. Ask a Super Admin to switch it on.'],
  plan_upgrade_required: ['Upgrade required', 'Your account’s plan does not include the email integration.'],
};

const states = {
  not_connected: ['Not connected', ''],
  connected: ['Connected', 'ok'],
  needs_reconnect: ['Needs to be reconnected', 'warn'],
  disconnecting: ['Disconnecting', ''],
};

export function emailView({ main, signal, query, refresh }) {
  const body = frame(main, 'email', { crumbs: ['Settings', 'Personal'], title: 'Connect Email Account', lead: 'Mail you send in Hire leaves from your own Gmail address, and candidates’ replies appear in their profiles.' });
  const result = resultOf(query);
  const problem = h('div');
  const policy = policyCard({ signal });
  if (query.size > 0) history.replaceState(null, '', location.pathname); // a reload does not say it again
  let shown = '';
  let failed = false;

  follow(async () => {
    try {
      await load();
    } catch (err) {
      if (err.name !== 'AbortError' && !shown) {
        failed = true;
        fill(body, problemNotice(err, { actions: [button('Try again', 'refresh', () => load().catch((e) => fill(body, problemNotice(e))))] }));
      }
      throw err;
    }
    return 3000;
  }, signal);

  async function load() {
    const s = await settings.get(undefined, signal);
    refresh(s);
    const text = JSON.stringify(s);
    if (text === shown && !failed) return;
    failed = false;
    shown = text;
    const focused = body.contains(document.activeElement) ? document.activeElement.dataset.testid : '';
    policy.refresh();
    draw(s);
    if (focused) body.querySelector(`[data-testid="${focused}"]`)?.focus();
  }

  function draw(s) {
    const c = s.connection;
    const [label, tone] = states[c.state] ?? [c.state, ''];
    const draft = c.state === 'connected' && lastDraft(personKey(session.user));
    fill(body,
      result && notice(result),
      problem,
      draft && notice({ kind: 'info', title: 'You have an unsent message', detail: `Your draft${draft.name ? ` to ${draft.name}` : ''} was kept.`, actions: [h('a', { class: 'button small primary', href: draft.path, testid: 'back-to-draft' }, 'Go on with the draft')] }),
      notices(s.notices, ['connect_required', 'reconnect_required', c.problem?.code]),
      c.problem && notice({ kind: 'warn', title: c.problem.title, detail: c.problem.detail, code: c.problem.code, testid: 'connection-problem' }),
      h('section', { class: 'card card-body' },
        h('div', { class: 'split center' },
          h('div', { class: 'mailbox' }, h('span', { class: 'mailbox-icon' }, icon('mail')), h('div', { class: 'clip' }, h('h2', { class: 'clip', testid: 'connection-address' }, c.gmail_address || c.login_email), h('p', { class: 'muted small' }, c.gmail_address ? 'Your Gmail account' : 'Your login address in Hire'))),
          h('span', { class: `badge ${tone}`, testid: 'connection-state', data: { state: c.state } }, label)),
        facts(c),
        offer(s)),
      health(c),
      s.account.enabled && policy.el,
      (c.state === 'not_connected' && c.may_connect) && explanation(c));
  }

  function offer(s) {
    const c = s.connection;
    if (c.state === 'disconnecting') return h('p', { class: 'muted' }, 'Our access to Gmail is being given back. This takes a few seconds.');
    const end = button('Disconnect', null, (e) => disconnect(e.currentTarget), { kind: 'danger', testid: 'disconnect-button' });
    if (c.state === 'connected') return h('div', { class: 'actions' }, end);
    if (c.state === 'needs_reconnect') return h('div', { class: 'actions' }, button('Reconnect', 'link', (e) => go(e.currentTarget), { kind: 'primary', testid: 'reconnect-button' }), end);
    if (c.may_connect) return h('div', { class: 'actions' }, button('Connect Email Account', 'link', (e) => go(e.currentTarget), { kind: 'primary', testid: 'connect-button' }));
    if (!s.account.available) return h('p', { class: 'muted' }, 'Your account’s plan does not include the email integration.');
    if (!s.account.enabled) return h('p', { class: 'muted' }, 'The email integration is switched off for your account. ', isSuperAdmin() ? h('a', { href: '/hire/settings/integrations' }, 'Switch it on') : 'Ask a Super Admin to switch it on.');
    return h('p', { class: 'muted' }, 'Your role cannot connect a mailbox.');
  }

  async function go(el) {
    await busy(el, async () => {
      try {
        const started = await connect.start('/settings/email');
        location.assign(started.start_url);
      } catch (err) {
        fill(problem, problemNotice(err));
      }
    });
  }

  async function disconnect(el) {
    const yes = await confirm({ title: 'Disconnect your Gmail account?', detail: 'Hire stops reading and sending for you, and gives its access back to Google. Mail that was imported stays in the profiles.', yes: 'Disconnect', danger: true });
    if (!yes) return;
    await busy(el, async () => {
      try {
        await settings.disconnect();
        toast('Your Gmail account is being disconnected.');
        await load();
      } catch (err) {
        fill(problem, problemNotice(err));
      }
    });
  }
}

function resultOf(query) {
  if (query.get('connected')) return { kind: 'ok', title: 'Your Gmail account is connected', detail: 'A label “Hire” is in your Gmail now. Put it on a conversation to bring it into the candidate’s profile.', testid: 'connect-result', code: 'connected' };
  const code = query.get('error');
  if (!code) return null;
  const [title, detail] = outcomes[code] ?? ['Connecting did not work', 'Nothing was connected. Please try again.'];
  // The callback's own sentence may name more, such as both addresses; it counts only with a code that is known here.
  const told = outcomes[code] ? (query.get('detail') ?? '').slice(0, 400) : '';
  return { kind: 'error', title, detail: told || detail, testid: 'connect-result', code };
}

function explanation(c) {
  const point = (shape, text) => h('li', null, icon(shape), h('span', null, text));
  return h('section', { class: 'card card-body' }, h('h2', null, 'What connecting does'),
    h('ul', { class: 'points' },
      point('send', `Mail to candidates leaves from ${c.login_email} and is in your Sent folder.`),
      point('reply', 'Replies appear in the candidate’s profile within seconds, also those you write in Gmail itself.'),
      point('tag', 'Put the label “Hire” on any other conversation with a candidate to bring it in.'),
      point('shield', 'Nothing else in your mailbox is read. You can disconnect at any time.')));
}
