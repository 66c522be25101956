// Who is signed in, and their token. It stands for Hire's own login: the people come from /dev/seed, the tokens from /dev/token.
import { Problem, requestJSON } from '../http.js';

const remembered = 'hire.person';

export const session = {
  info: { gmail: 'sim', version: '', mailboxes: [] },
  seed: { accounts: [], users: [], candidates: [] },
  user: null, // of the seed
  account: null,
};

const tokens = new Map(); // by "account/user": a promise of {token, expires_at}

export const personKey = (u) => `${u.account_id}/${u.id}`;

// signedIn is the key of who was signed in last: in this tab, or else in any. It may be null.
export const signedIn = () => sessionStorage.getItem(remembered) ?? localStorage.getItem(remembered);

// start loads the seed and signs in: the person of ?as=account/user, else the one of this tab, else the last one, else the first.
export async function start() {
  [session.info, session.seed] = await Promise.all([requestJSON('/dev/info'), requestJSON('/dev/seed')]);
  const url = new URL(location.href);
  const asked = url.searchParams.get('as');
  if (asked) {
    url.searchParams.delete('as');
    history.replaceState(null, '', url);
  }
  const users = session.seed.users;
  const wanted = [asked, signedIn()];
  const found = wanted.map((key) => users.find((u) => personKey(u) === key)).find(Boolean) ?? users[0];
  if (!found) throw new Problem(0, { code: 'no_seed', title: 'Nobody to sign in as', detail: 'The dev program has no people in its seed.' });
  signIn(personKey(found));
}

// signIn changes who is signed in in this tab.
export function signIn(key) {
  session.user = session.seed.users.find((u) => personKey(u) === key);
  session.account = session.seed.accounts.find((a) => a.id === session.user.account_id);
  sessionStorage.setItem(remembered, key);
  localStorage.setItem(remembered, key);
}

// token answers with the bearer token of a person, a new one where the old is about to expire.
export async function token(user = session.user, anew = false) {
  const key = personKey(user);
  const kept = anew ? undefined : await tokens.get(key)?.catch(() => undefined);
  if (kept && new Date(kept.expires_at) - Date.now() > 30000) return kept.token;
  const fresh = requestJSON('/dev/token', { method: 'POST', json: { account_id: user.account_id, user_id: user.id } });
  tokens.set(key, fresh);
  return (await fresh).token;
}

export function candidateOf(id) {
  return session.seed.candidates.find((c) => c.id === id && c.account_id === session.user.account_id);
}

export function candidates() {
  return session.seed.candidates.filter((c) => c.account_id === session.user.account_id);
}

export const isSuperAdmin = () => session.user.role === 'super_admin';
