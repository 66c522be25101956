// What happens to a mailbox outside of Gmail itself: a sending limit, a grant that ends. Hire must live with it.
//
// data-testid: trouble-limit, trouble-limit-end, trouble-access, trouble-password, trouble-address, trouble-bounce, trouble-bounce-end.
import { fill, h } from '../dom.js';
import { busy, button, toast } from '../ui.js';
import { mailbox, outside } from './api.js';

// troubleView shows the choices in content; people are those outside: [{email, name}].
export function troubleView({ content, email, people }) {
  const address = h('select', { id: 'trouble-address', testid: 'trouble-address' }, people.map((p) => h('option', { value: p.email }, p.email)));
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
  if (people.length > 0) {
    content.append(row('Mail that comes back', 'An address outside takes no mail any more. Mail to it is sent, and comes back with a report.',
      h('label', { class: 'field', for: 'trouble-address' }, h('span', null, 'Address'), address),
      doing('Let its mail come back', 'trouble-bounce', () => outside.bounce(address.value, true), 'Mail to that address comes back from now on.'),
      doing('End it', 'trouble-bounce-end', () => outside.bounce(address.value, false), 'Mail to that address arrives again.')));
  }
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
