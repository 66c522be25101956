// What happens to a mailbox outside of Gmail itself: a sending limit, a grant that ends. Hire must live with it.
//
// data-testid: trouble-limit, trouble-limit-end, trouble-access, trouble-password.
import { fill, h } from '../dom.js';
import { busy, button, toast } from '../ui.js';
import { mailbox } from './api.js';

// troubleView shows the choices in content.
export function troubleView({ content, email }) {
  document.title = `Trouble · ${email}`;
  const row = (title, text, ...actions) => h('section', { class: 'trouble' }, h('h2', null, title), h('p', { class: 'muted' }, text), h('div', { class: 'actions' }, actions));
  fill(content,
    h('div', { class: 'list-head' }, h('h1', null, 'Trouble')),
    row('Gmail’s sending limit', 'Google refuses to send for this mailbox for an hour, as it does when a day’s mails are used up. Reading goes on.',
      doing('Reach the limit', 'trouble-limit', () => mailbox.beginTrouble(email, 'sending-limit'), 'Gmail sends nothing from this mailbox for an hour.'),
      doing('End it', 'trouble-limit-end', () => mailbox.endTrouble(email, 'sending-limit'), 'Gmail sends again.')),
    row('Hire’s access', 'The owner removes Hire from their Google account, or changes their password. Hire learns of it at its next call, and asks them to connect again.',
      doing('Take the access away', 'trouble-access', () => mailbox.beginTrouble(email, 'access-taken-away'), 'Hire has no access any more.'),
      doing('Change the password', 'trouble-password', () => mailbox.beginTrouble(email, 'password-changed'), 'The password has been changed; what was granted for Gmail has ended.')));
  return {};
}

function doing(label, testid, work, done) {
  return button(label, null, (e) => busy(e.currentTarget, async () => {
    try {
      await work();
      toast(done);
    } catch (err) {
      toast(err.detail || err.title, 'error');
    }
  }), { testid });
}
