// Conversations that carry the label in the user's mailbox, yet are in no profile, and why.
//
// data-testid: unmatched-row (data-reason).
import { fill, h } from '../dom.js';
import { button, busy, empty, loading, problemNotice } from '../ui.js';
import { follow } from '../live.js';
import { full, time, words } from '../text.js';
import { settings, threads } from './api.js';

const titles = {
  no_candidate_has_this_address: 'No candidate has this address',
  no_other_participant: 'No one else is on this conversation',
  mailbox_is_not_the_login_address: 'The mailbox is not your login address',
  candidate_deleted: 'The candidate was deleted',
};

export function unmatchedView({ main, signal }) {
  document.title = 'Unmatched conversations · Hire';
  main.className = 'page narrow';
  const box = h('div', null, loading(4));
  fill(main, h('div', { class: 'page-head' }, h('div', null, h('h1', null, 'Unmatched conversations'), h('p', { class: 'muted' }, 'They carry the label “Hire” in your Gmail, yet belong to no candidate’s profile. Each is looked at again when a profile changes.'))), box);
  let shown = '';
  let connected = true;
  let extra = []; // pages beyond the first
  let next;

  follow(async () => {
    const answer = await threads.unmatched(undefined, signal).catch((err) => {
      if (err.name !== 'AbortError' && shown === '') fill(box, problemNotice(err));
      throw err;
    });
    if (!shown) connected = (await settings.get(undefined, signal)).connection.state !== 'not_connected';
    const text = JSON.stringify(answer);
    if (text !== shown) {
      shown = text;
      extra = [];
      next = answer.next_page_token;
      draw(answer.conversations ?? []);
    }
    return 5000;
  }, signal);

  function draw(first) {
    const all = [...first, ...extra];
    if (all.length === 0 && !connected) {
      fill(box, h('div', { class: 'card' }, empty({ shape: 'link', title: 'Your Gmail account is not connected', detail: 'Once it is, conversations with the label “Hire” that belong to no candidate are listed here.', actions: [h('a', { class: 'button', href: '/hire/settings/email' }, 'Connect Email Account')] })));
      return;
    }
    if (all.length === 0) {
      fill(box, h('div', { class: 'card' }, empty({ shape: 'check', title: 'Nothing is unmatched', detail: 'Every conversation you labelled has found its candidate. Put the label “Hire” on a conversation in Gmail to bring it into a profile.' })));
      return;
    }
    fill(box, h('ul', { class: 'stack' }, all.map(card)),
      next && h('div', { class: 'actions center' }, button('Show more', null, (e) => busy(e.currentTarget, async () => {
        const page = await threads.unmatched(next, signal);
        extra = [...extra, ...(page.conversations ?? [])];
        next = page.next_page_token;
        draw(first);
      }))));
  }
}

function card(c) {
  return h('li', { class: 'card card-body unmatched', testid: 'unmatched-row', data: { reason: c.reason } },
    h('div', { class: 'split' }, h('h2', null, c.subject || '(no subject)'), h('span', { class: 'muted small' }, 'since ', time(c.since))),
    h('p', { class: 'muted small' }, 'With ', (c.participants ?? []).map(full).join(', ') || 'no one'),
    h('div', { class: 'reason' }, h('span', { class: 'badge warn' }, titles[c.reason] ?? words(c.reason)), c.detail && h('p', null, c.detail)));
}
