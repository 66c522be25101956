// Settings > Apps and Integrations > Emails: the switch for the whole account.
//
// data-testid: integration-switch (aria-checked), integration-state, integration-changed, aliases-switch (aria-checked), upgrade-notice,
// settings-notice, settings-nav-integrations, settings-nav-email, settings-nav-connections, settings-nav-audit.
import { fill, h } from '../dom.js';
import { busy, button, confirm, loading, notice, problemNotice, toast } from '../ui.js';
import { known, time, titled } from '../text.js';
import { settings } from './api.js';
import { isSuperAdmin, session } from './session.js';

// frame is what every settings screen stands in; it answers with the element for the screen's content.
export function frame(main, at, { crumbs, title, lead }) {
  document.title = `${title} · Hire`;
  main.className = 'page settings';
  const link = (key, label) => h('a', { href: `/hire/settings/${key}`, 'aria-current': key === at ? 'page' : undefined, testid: `settings-nav-${key}` }, label);
  const body = h('div', { class: 'stack' }, loading(5));
  fill(main,
    h('nav', { class: 'side', 'aria-label': 'Settings' },
      h('h2', null, 'Account'), link('integrations', 'Apps and Integrations'), isSuperAdmin() && link('connections', 'Connected people'), isSuperAdmin() && link('audit', 'Audit log'),
      h('h2', null, 'Personal'), link('email', 'Connect Email Account')),
    h('div', { class: 'settings-body' },
      h('div', { class: 'page-head' }, h('div', null, h('p', { class: 'crumbs muted small' }, crumbs.join(' › ')), h('h1', null, title), lead && h('p', { class: 'muted' }, lead))),
      body));
  main.querySelector('.side [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' }); // on a phone they stand in a row
  return body;
}

// notices are what the API asks to tell the user, but for those that the screen shows itself.
export function notices(list, except = []) {
  return (list ?? []).filter((n) => !except.includes(n.code)).map((n) => notice({ kind: n.action === 'reconnect' || n.action === 'upgrade' ? 'warn' : 'info', title: n.title, detail: n.detail, code: n.code, testid: 'settings-notice' }));
}

export function integrationView({ main, signal, refresh }) {
  const body = frame(main, 'integrations', { crumbs: ['Settings', 'Apps and Integrations', 'Emails'], title: 'Emails', lead: 'Let your team write to candidates from their own Gmail addresses, and see every reply in the candidate’s profile.' });
  load();

  async function load() {
    try {
      const s = await settings.get(undefined, signal);
      refresh(s);
      draw(s);
    } catch (err) {
      if (err.name !== 'AbortError') fill(body, problemNotice(err, { actions: [button('Try again', 'refresh', load)] }));
    }
  }

  function draw(s) {
    const a = s.account;
    const toggle = h('button', {
      type: 'button', class: 'switch', role: 'switch', testid: 'integration-switch', 'aria-checked': String(a.enabled), 'aria-labelledby': 'integration-title', 'aria-describedby': 'integration-why',
      disabled: !a.may_change, on: { click: () => change(toggle, !a.enabled) },
    });
    const aliases = h('button', {
      type: 'button', class: 'switch', role: 'switch', testid: 'aliases-switch', 'aria-checked': String(a.aliases_allowed), 'aria-labelledby': 'aliases-title', 'aria-describedby': 'aliases-why',
      disabled: !a.may_allow_aliases, on: { click: () => allow(aliases, !a.aliases_allowed) },
    });
    const why = !a.available ? 'Part of the Pro and Pro Plus plans.' : !isSuperAdmin() ? 'Only a Super Admin can change this.' : a.enabled ? 'On for everyone in the account. Each person connects their own mailbox.' : 'Off. Nobody in the account can connect a mailbox.';
    fill(body,
      !a.available && notice({
        kind: 'warn', testid: 'upgrade-notice', code: 'plan_upgrade_required', title: 'Upgrade to use the email integration',
        detail: `${session.account?.name ?? 'Your account'} is on the ${titled(a.plan)} plan. Sending from your own email account is part of the Pro and Pro Plus plans.`,
      }),
      notices(s.notices, ['plan_upgrade_required', 'integration_off', 'connect_required', 'reconnect_required']),
      h('section', { class: 'card card-body' },
        h('div', { class: 'split center' },
          h('div', null, h('h2', { id: 'integration-title' }, 'Gmail integration'), h('p', { class: 'muted', id: 'integration-why' }, why)),
          toggle),
        h('dl', { class: 'facts' },
          fact('State', h('span', { class: `badge ${a.enabled ? 'ok' : ''}`, testid: 'integration-state' }, a.enabled ? 'On' : 'Off')),
          fact('Plan', titled(a.plan)),
          known(a.changed_at) && fact('Last changed', h('span', { testid: 'integration-changed' }, `${a.changed_by_name || a.changed_by || 'Someone'}, `, time(a.changed_at))))),
      a.enabled && h('section', { class: 'card card-body' },
        h('div', { class: 'split center' },
          h('div', null, h('h2', { id: 'aliases-title' }, 'Other sending addresses'), h('p', { class: 'muted', id: 'aliases-why' }, a.aliases_allowed ? 'People may write from any alias of their mailbox that they have confirmed to Gmail.' : 'People write from their login address alone.')),
          aliases)),
      a.enabled && s.connection.may_connect && s.connection.state !== 'connected' && notice({ kind: 'info', title: 'Next: connect a mailbox', detail: 'Each person connects their own Gmail account under “Connect Email Account”.', actions: [h('a', { class: 'button small', href: '/hire/settings/email' }, 'Connect Email Account')] }));
  }

  async function change(toggle, on) {
    if (!on && !(await confirm({ title: 'Switch the integration off?', detail: 'Everyone’s mailbox is disconnected and our access to Gmail is given back to Google. Mail that was imported stays in the profiles.', yes: 'Switch off', danger: true }))) return;
    await busy(toggle, async () => {
      try {
        await settings.switchIntegration(on);
        toast(on ? 'The Gmail integration is on.' : 'The Gmail integration is off.');
        await load();
        main.querySelector('[data-testid="integration-switch"]')?.focus();
      } catch (err) {
        fill(body, problemNotice(err, { actions: [button('Back', null, load)] }));
      }
    });
  }

  async function allow(toggle, allowed) {
    await busy(toggle, async () => {
      try {
        await settings.allowAliases(allowed);
        await load();
        main.querySelector('[data-testid="aliases-switch"]')?.focus();
      } catch (err) {
        fill(body, problemNotice(err, { actions: [button('Back', null, load)] }));
      }
    });
  }
}

// fact is one line of a list of facts.
export function fact(term, ...value) {
  return h('div', null, h('dt', null, term), h('dd', null, value));
}
