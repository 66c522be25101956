// The welcome page: the tour through the product, which ticks itself off, and the people one can be.
//
// data-testid: tour-step (data-step switch|connect|write|answer|label, data-done), tour-link (data-step), person-card (data-id),
// mailbox-card (data-email).
import { fill, h, icon } from './dom.js';
import { follow } from './live.js';
import { titled } from './text.js';
import { avatar, button, devbar, loading, problemNotice } from './ui.js';
import { settings, threads } from './hire/api.js';
import { personKey, session, start } from './hire/session.js';

const seg = encodeURIComponent;
const app = document.getElementById('app');

async function begin() {
  devbar('home', { gmail: '' });
  fill(app, h('main', { id: 'main', class: 'welcome' }, loading(7)));
  try {
    await start();
  } catch (err) {
    return void fill(app, h('main', { id: 'main', class: 'welcome' }, problemNotice(err, { actions: [button('Try again', 'refresh', begin)] })));
  }
  devbar('home', session.info);
  const cast = castOf(session.seed);
  const steps = cast ? stepsOf(cast, session.info.gmail === 'sim') : [];
  const list = h('ol', { class: 'tour' });
  fill(app, h('main', { id: 'main', class: 'welcome', tabindex: -1 },
    h('header', { class: 'hero' },
      h('img', { src: '/assets/icons/hire.svg', alt: '', width: 52, height: 52 }),
      h('div', null, h('h1', null, 'Hire, with your own Gmail'),
        h('p', null, 'Mail to candidates leaves from the recruiter’s own address. Replies come into the candidate’s profile by themselves, and so does any conversation that carries the label “Hire”.'))),
    steps.length > 0 && h('section', { 'aria-labelledby': 'tour-title' },
      h('div', { class: 'section-head' }, h('h2', { id: 'tour-title' }, 'Live through it in five minutes'), h('p', { class: 'muted' }, session.info.gmail === 'sim' ? 'Gmail is simulated here, with Google’s own API. Nothing leaves this machine.' : 'With your real Gmail: what you send here is really sent.')),
      list),
    people(),
    mailboxes()));
  if (steps.length === 0) return undefined;
  draw(list, steps);
  return follow(async () => {
    const before = steps.map((s) => s.done).join();
    await look(cast, steps);
    if (steps.map((s) => s.done).join() !== before) draw(list, steps);
    return 3000;
  }, new AbortController().signal);
}

// castOf picks who plays in the tour: a Super Admin, a recruiter and two candidates of an account whose plan has the integration.
function castOf(seed) {
  for (const account of seed.accounts.filter((a) => a.plan.startsWith('pro'))) {
    const users = seed.users.filter((u) => u.account_id === account.id);
    const candidates = seed.candidates.filter((c) => c.account_id === account.id);
    const cast = { boss: users.find((u) => u.role === 'super_admin'), recruiter: users.find((u) => u.role === 'admin'), candidate: candidates[0], other: candidates[1] };
    if (Object.values(cast).every(Boolean)) return cast;
  }
  return null;
}

function stepsOf({ boss, recruiter, candidate, other }, simulated) {
  const as = (u, path) => `${path}?as=${seg(personKey(u))}`;
  const profile = (c) => as(recruiter, `/hire/candidates/${seg(c.id)}`);
  const first = (p) => p.name.split(' ')[0];
  return [
    { id: 'switch', title: 'Switch the integration on', text: `Be ${boss.name}, who is Super Admin, and turn the switch on for the whole account.`, links: [[as(boss, '/hire/settings/integrations'), `Sign in as ${first(boss)}`]] },
    { id: 'connect', title: 'Connect a mailbox', text: `Be ${recruiter.name}, who recruits. Google’s consent screen asks for an account and for permissions: choose ${recruiter.email} and tick the box for Gmail.`, links: [[as(recruiter, '/hire/settings/email'), `Sign in as ${first(recruiter)}`]] },
    { id: 'write', title: `Write to ${candidate.name}`, text: `From the profile, still as ${first(recruiter)}. The mail leaves from ${recruiter.email}, and stands in Gmail’s Sent too.`, links: [[as(recruiter, `/hire/candidates/${seg(candidate.id)}/new`), 'Write a message']] },
    simulated
      ? { id: 'answer', title: `Be ${first(candidate)} and answer`, text: `Read the mail where ${first(candidate)} gets it, reply, and watch the reply appear in the profile within seconds.`, links: [[`/gmail/candidate/${seg(candidate.emails[0])}`, `Be ${first(candidate)}`], [profile(candidate), 'See the profile']] }
      : { id: 'answer', title: `Answer as ${first(candidate)}`, text: `Open the mailbox of ${candidate.emails[0]} in your own mail program, reply, and watch the reply appear in the profile within seconds.`, links: [[profile(candidate), 'See the profile']] },
    simulated
      ? { id: 'label', title: 'Bring in a conversation by its label', text: `${other.name} wrote to ${first(recruiter)} before any of this. In ${first(recruiter)}’s Gmail, put the label “Hire” on that conversation; then find it, whole, in the profile.`, links: [[`/gmail/m/${seg(recruiter.email)}/inbox`, `Open ${first(recruiter)}’s Gmail`], [profile(other), `See ${first(other)}’s profile`]] }
      : { id: 'label', title: 'Bring in a conversation by its label', text: `In your Gmail, put the label “Hire” on any other conversation with ${candidate.emails[0]}; it appears in the profile as a whole.`, links: [['https://mail.google.com/', 'Open your Gmail'], [profile(candidate), 'See the profile']] },
  ];
}

// look asks the public functions how far the tour has come. A step that is done stays done, and is not asked for again.
async function look({ boss, recruiter, candidate, other }, steps) {
  const [on, connected, written, answered, labelled] = steps;
  if (!on.done) on.done = (await settings.get(boss)).account.enabled;
  if (!on.done) return;
  if (!connected.done) connected.done = (await settings.get(recruiter)).connection.state === 'connected';
  if (!connected.done) return;
  if (!written.done || !answered.done) {
    const rows = (await threads.list(candidate.id, { user: recruiter })).threads ?? [];
    written.done ||= rows.length > 0;
    answered.done ||= rows.some((t) => t.last_direction === 'inbound' || t.messages > 1);
  }
  if (!labelled.done) {
    const found = session.info.gmail === 'sim' ? other : candidate;
    labelled.done = ((await threads.list(found.id, { user: recruiter })).threads ?? []).length > (found === candidate ? 1 : 0);
  }
}

function draw(list, steps) {
  const next = steps.find((s) => !s.done);
  fill(list, steps.map((s, i) => h('li', { class: `card step ${s.done ? 'done' : s === next ? 'next' : ''}`, testid: 'tour-step', data: { step: s.id, done: String(Boolean(s.done)) }, 'aria-current': s === next ? 'step' : undefined },
    h('span', { class: 'step-mark', 'aria-hidden': 'true' }, s.done ? icon('check') : String(i + 1)),
    h('div', { class: 'step-text' }, h('h3', null, s.title, s.done && h('span', { class: 'sr-only' }, ' (done)')), h('p', { class: 'muted' }, s.text)),
    h('div', { class: 'step-links' }, s.links.map(([href, label], at) => h('a', { class: `button ${s === next && at === 0 ? 'primary' : ''}`, href, testid: 'tour-link', data: { step: s.id }, ...(href.startsWith('https:') && { target: '_blank', rel: 'noopener noreferrer' }) }, label))))),
  !next && h('li', { class: 'card step all-done' }, h('span', { class: 'step-mark', 'aria-hidden': 'true' }, icon('check')), h('div', { class: 'step-text' }, h('h3', null, 'That was the tour'), h('p', { class: 'muted' }, 'Go on as you like: make a conversation private, disconnect and connect again, let a filter in Gmail skip the inbox, or write to a recruiter from an address that no profile has.'))));
}

function people() {
  return h('section', { 'aria-labelledby': 'people-title' },
    h('div', { class: 'section-head' }, h('h2', { id: 'people-title' }, 'Be anyone in Hire'), h('p', { class: 'muted' }, 'No passwords here. What people may do depends on their role and their account’s plan.')),
    session.seed.accounts.map((a) => h('div', { class: 'group' },
      h('h3', null, a.name, ' ', h('span', { class: 'badge accent' }, titled(a.plan))),
      h('ul', { class: 'cards' }, session.seed.users.filter((u) => u.account_id === a.id).map((u) => h('li', null, h('a', { class: 'card person', href: `/hire/candidates?as=${seg(personKey(u))}`, testid: 'person-card', data: { id: u.id } },
        avatar(u.name, u.email), h('span', { class: 'person-text' }, h('span', { class: 'strong clip' }, u.name), h('span', { class: 'muted small clip' }, titled(u.role))))))))));
}

function mailboxes() {
  if (session.info.gmail !== 'sim') return null;
  const owner = (email) => session.seed.users.find((u) => u.email === email)?.name ?? email;
  return h('section', { 'aria-labelledby': 'mail-title' },
    h('div', { class: 'section-head' }, h('h2', { id: 'mail-title' }, 'Look into any mailbox'), h('p', { class: 'muted' }, 'The simulated Gmail of each person, and the candidates outside.')),
    h('ul', { class: 'cards' },
      session.info.mailboxes.map((email) => h('li', null, h('a', { class: 'card person', href: `/gmail/m/${seg(email)}/inbox`, testid: 'mailbox-card', data: { email } }, h('span', { class: 'person-icon gmail' }, icon('mail')), h('span', { class: 'person-text' }, h('span', { class: 'strong clip' }, owner(email)), h('span', { class: 'muted small clip' }, email))))),
      h('li', null, h('a', { class: 'card person', href: '/gmail/candidate' }, h('span', { class: 'person-icon' }, icon('user')), h('span', { class: 'person-text' }, h('span', { class: 'strong clip' }, 'Be a candidate'), h('span', { class: 'muted small clip' }, 'Read, answer, write to a recruiter'))))));
}

begin();
