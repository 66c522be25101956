// By which way one's mail leaves at the moment: what one writes, what Hire sends by itself, and what goes to many.
//
// data-testid: policy-card, policy-row (data-kind, data-route, data-reason).
import { fill, h } from '../dom.js';
import { known, time } from '../text.js';
import { settings } from './api.js';
import { fact } from './settings.js';

const kinds = [
  ['personal', 'Messages you write'],
  ['automatic', 'Automatic mail'],
  ['bulk', 'Messages to many'],
];

const routes = { gmail: ['From your Gmail', 'ok'], hire_domain: ['From Hire’s own address', ''], blocked: ['Not sent at the moment', 'warn'] };

const reasons = {
  connect_required: 'your Gmail account is not connected', reconnect_required: 'your Gmail account needs to be connected again', integration_off: 'the email integration is switched off',
  plan_upgrade_required: 'your plan does not include the email integration', daily_gmail_limit: 'Gmail’s sending limit is reached', role_may_not_send: 'your role does not write to candidates',
  permission_missing: 'the permission for Gmail is missing', gmail_not_enabled: 'this Google account has no Gmail mailbox',
};

// policyCard answers with {el, refresh}.
export function policyCard({ signal }) {
  const list = h('dl', { class: 'facts' });
  const el = h('section', { class: 'card card-body', testid: 'policy-card', 'aria-labelledby': 'policy-title', hidden: true }, h('h2', { id: 'policy-title' }, 'How mail leaves'), h('p', { class: 'muted' }, 'Acknowledgements and other automatic mail never wait for your mailbox.'), list);
  return { el, refresh };

  async function refresh() {
    try {
      const all = await Promise.all(kinds.map(([kind]) => settings.policy(kind, signal)));
      fill(list, all.map((p, i) => row(kinds[i][1], p)));
      el.hidden = false;
    } catch { /* the card is left out; the rest of the page says what is wrong */ }
  }
}

function row(term, p) {
  const [label, tone] = routes[p.route] ?? [p.route, ''];
  return fact(term, h('span', { testid: 'policy-row', data: { kind: p.kind, route: p.route, reason: p.reason } }, h('span', { class: `badge ${tone}` }, label),
    p.reason && h('span', { class: 'muted small' }, ` since ${reasons[p.reason] ?? p.reason}`), known(p.retry_at) && h('span', { class: 'muted small' }, ', again ', time(p.retry_at))));
}
