// Against a running dev program, whose address is in HIRE_BASE.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { HireGmail, Problem, UnexpectedAnswer, changes, follow, lines, newIdempotencyKey, pages, retrying, send, version, type CodeOf, type Schemas } from "@trakstar/hire-gmail";

const base = process.env["HIRE_BASE"] ?? "";
if (!base) throw new Error("HIRE_BASE names no dev program");

async function signIn(user: string): Promise<string> {
  const answer = await fetch(`${base}/dev/token`, { method: "POST", body: JSON.stringify({ account_id: "acme", user_id: user }) });
  assert.equal(answer.status, 200, await answer.clone().text());
  return ((await answer.json()) as { token: string }).token;
}

const client = (user: string, more: { fetch?: typeof fetch } = {}) => new HireGmail({ base, token: () => signIn(user), ...more });
const rita = client("rita");
const sam = client("sam");

// A browser that follows Google's consent screen.
async function connect(api: HireGmail, email: string): Promise<URL> {
  const { start_url } = await api.startConnect({ body: { return_to: "/hire/settings/email" } });
  const cookies = new Map<string, string>();
  const open = async (at: URL, init: RequestInit = {}): Promise<URL> => {
    const answer = await fetch(at, { ...init, redirect: "manual", headers: { ...init.headers, cookie: [...cookies].map(([k, v]) => `${k}=${v}`).join("; ") } });
    for (const c of answer.headers.getSetCookie()) cookies.set(c.slice(0, c.indexOf("=")), c.slice(c.indexOf("=") + 1).split(";")[0] ?? "");
    await answer.arrayBuffer();
    const to = answer.headers.get("location");
    return to ? open(new URL(to, at)) : at;
  };
  const chooser = await open(new URL(start_url));
  const scope = (chooser.searchParams.get("scope") ?? "").split(" ");
  chooser.searchParams.set("authuser", email);
  return open(chooser, { method: "POST", body: new URLSearchParams([...scope.map((s) => ["scope", s]), ["decision", "continue"]]) });
}

before(async () => {
  const people = (await (await fetch(`${base}/dev/seed`)).json()) as { users: { id: string; email: string }[] };
  await sam.switchIntegration({ body: { enabled: true } });
  const back = await connect(rita, people.users.find((u) => u.id === "rita")!.email);
  assert.equal(back.searchParams.get("connected"), "1", String(back));
});

const rejection = async (what: Promise<unknown>): Promise<unknown> => what.then(() => assert.fail("it was answered"), (err: unknown) => err);

test("settings and problems", async () => {
  const settings: Schemas["Settings"] = await rita.getSettings();
  assert.equal(settings.connection.state, "connected");
  const err = await rejection(rita.listAudit());
  assert.ok(Problem.is<"listAudit">(err, "super_admin_required"));
  assert.equal(err.status, 403);
  assert.match(err.instance, /^urn:hire:request:/);
  const invalid = await rejection(rita.listUnmatched({ page_token: "x" }));
  assert.ok(Problem.is(invalid, "invalid_request"));
  assert.deepEqual(Object.keys(invalid.errors), ["page_token"]);
  assert.equal(Problem.is<"listAudit">(invalid, "super_admin_required"), false);
  // @ts-expect-error: no answer of this operation has that code
  const none: CodeOf<"getReceipt"> = "daily_gmail_limit";
  assert.ok(none);
  assert.match(version, /^\d+\.\d+\.\d+$/);
});

test("a message is sent once, whatever answers get lost", async () => {
  const content = "a file in a stream";
  const upload = await rita.uploadFile({
    filename: "plan.txt", contentType: "text/plain",
    body: new ReadableStream({ start(c) { for (const part of content.split(" ")) c.enqueue(new TextEncoder().encode(part + " ")); c.close(); } }),
  });
  assert.equal(upload.size, content.length + 1);
  const keys: (string | null)[] = [];
  let lost = 0;
  const flaky = client("rita", {
    fetch: async (input, init) => {
      const answer = await fetch(input, init);
      if (!String(input).endsWith("/v1/messages")) return answer;
      keys.push(new Headers(init?.headers).get("Idempotency-Key"));
      if (lost++ === 0) throw new TypeError("the answer was lost");
      return answer;
    },
  });
  const message: Schemas["SendMessage"] = { candidate_id: "cora", subject: "From TypeScript", text: "Hello", attachments: [{ upload_id: upload.upload_id }] };
  const sent = await send(flaky, message, { firstPause: 1 });
  assert.equal(sent.state, "sent");
  assert.equal(keys.length, 2);
  assert.equal(keys[0], keys[1]);
  const thread = await rita.getThread({ thread_id: sent.thread_id! });
  assert.equal(thread.message_list.length, 1);
  const file = thread.message_list[0]!.attachments[0]!;
  const at = { thread_id: thread.id, message_id: thread.message_list[0]!.id, part_id: file.part_id };
  const whole = await rita.getAttachment(at);
  assert.equal(await whole.text(), content + " ");
  const part = await rita.getAttachment({ ...at, Range: "bytes=2-5" });
  assert.deepEqual([part.status, await part.text()], [206, "file"]);
  const known = await rita.getAttachment({ ...at, "If-None-Match": whole.headers.get("etag")! });
  assert.equal(known.status, 304);
  assert.ok(Problem.is<"getAttachment">(await rejection(rita.getAttachment({ ...at, Range: "bytes=900-" })), "range_not_satisfiable"));
  assert.ok(Problem.is(await rejection(rita.sendMessage({ "Idempotency-Key": keys[0]!, body: { ...message, text: "Another" } })), "idempotency_key_reused"));
});

test("what will not pass is not asked for again", async () => {
  let calls = 0;
  const counting = client("rita", { fetch: (input, init) => (calls++, fetch(input, init)) });
  assert.ok(Problem.is(await rejection(send(counting, { candidate_id: "cora", subject: "x" }, { firstPause: 1 })), "empty_message"));
  assert.equal(calls, 1);
});

test("pages", async () => {
  for (const n of [1, 2, 3]) await rita.sendBatch({ "Idempotency-Key": newIdempotencyKey(), body: { send_at: new Date(Date.now() + 3600e3 * n).toISOString(), messages: [{ candidate_id: "cora", subject: "News", text: "x" }] } });
  const key = newIdempotencyKey();
  const batch = await rita.sendBatch({ "Idempotency-Key": key, body: { send_at: new Date(Date.now() + 3600e3).toISOString(), messages: Array.from({ length: 5 }, (_, i) => ({ candidate_id: "cora", subject: `News ${i}`, text: "x" })) } });
  const seen: number[] = [];
  for await (const page of pages((token) => rita.getBatch({ batch_id: batch.batch_id, limit: 2, ...(token.page_token ? { page_token: Number(token.page_token) } : {}) }))) seen.push(...page.messages.map((m) => m.index));
  assert.deepEqual(seen, [0, 1, 2, 3, 4]);
  assert.equal((await rita.cancelBatch({ batch_id: batch.batch_id })).counts.failed, 5);
  for await (const page of pages((token) => rita.listThreads({ candidate_id: "cora", ...token }))) assert.ok(Array.isArray(page.threads));
});

test("news", async () => {
  const { revision } = await rita.listThreads({ candidate_id: "cora" });
  const ends = new AbortController();
  const news = changes(rita, "cora", { since: revision, signal: ends.signal });
  const next = news.next();
  const sent = await send(rita, { candidate_id: "cora", subject: "News", text: "There is some." });
  assert.equal(sent.state, "sent");
  assert.ok((await next).value! > revision);
  const last = news.next(); // waits
  ends.abort();
  assert.equal((await last).done, true);

  const shown = await new Promise<string>((resolve, reject) => {
    const stop = follow(rita, "cora", (page) => {
      const subject = page.threads[0]?.subject ?? "";
      if (subject !== "Followed") return void (page.threads.some((t) => t.subject === "Followed") || send(rita, { candidate_id: "cora", subject: "Followed", text: "x" }, { key: "followed" }).catch(reject));
      stop();
      resolve(subject);
    }, reject);
  });
  assert.equal(shown, "Followed");
});

test("an export is read line by line, and one that breaks off is none", async () => {
  const actions: string[] = [];
  let end: Schemas["AuditExportEnd"] | undefined;
  for await (const line of lines<Schemas["AuditEntry"] | Schemas["AuditExportEnd"]>(await sam.exportAudit())) "end" in line ? (end = line) : actions.push(line.action);
  assert.equal(end?.entries, actions.length);
  assert.ok(actions.includes("mailbox.connected"));
  const broken = lines(new Response('{"id":"a"}\n{"id":"b"}\n'));
  const seen: object[] = [];
  await assert.rejects(async () => { for await (const line of broken) seen.push(line); }, /breaks off/);
  assert.equal(seen.length, 2);
});

const problem = (code: string, status: number, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify({ type: `urn:hire:problem:${code}`, title: code, status, detail: code, code }), { status, headers: { "content-type": "application/problem+json", ...headers } });

test("an expired token is asked for anew, once", async () => {
  const asked: boolean[] = [];
  let answers = 0;
  const api = new HireGmail({
    base, token: async ({ refresh }) => (asked.push(refresh), signIn("rita")),
    fetch: (input, init) => (answers++ === 0 ? Promise.resolve(problem("token_expired", 401)) : fetch(input, init)),
  });
  assert.equal((await api.getSettings()).connection.state, "connected");
  assert.deepEqual(asked, [false, true]);
  const never = new HireGmail({ base, token: () => "x", fetch: () => Promise.resolve(problem("token_expired", 401)) });
  assert.ok(Problem.is(await rejection(never.getSettings()), "token_expired"));
});

test("when to try again is read, and waited for no longer than one likes", async () => {
  const at = new Date(Date.now() + 3600e3);
  let calls = 0;
  const api = client("rita", { fetch: () => (calls++, Promise.resolve(problem("daily_gmail_limit", 429, { "retry-after": at.toUTCString() }))) });
  const err = await rejection(retrying(() => api.getSettings()));
  assert.ok(Problem.is(err));
  assert.equal(err.retryAfter?.toUTCString(), at.toUTCString());
  assert.equal(calls, 1);
});

test("an answer that is not the API's", async () => {
  const api = client("rita", { fetch: () => Promise.resolve(new Response("<h1>Bad gateway</h1>", { status: 502 })) });
  const err = await rejection(api.getSettings());
  assert.ok(err instanceof UnexpectedAnswer && err.status === 502);
});

test("a call that is ended", async () => {
  const ends = new AbortController();
  const call = rejection(rita.waitForChanges({ candidate_id: "cora", since: 1 << 30, wait: 25 }, { signal: ends.signal }));
  ends.abort();
  assert.equal(((await call) as Error).name, "AbortError");
});

test("addresses", async () => {
  assert.equal(rita.openConsentAddress({ link: "a b" }), `${base}/oauthcallback/start?link=a+b`);
  for (const settings of [`${base}/settings`, `${base}/settings/`, base]) {
    const each = new HireGmail({ base: { settings }, token: () => signIn("rita") });
    assert.equal((await each.getSettings()).account.account_id, "acme");
    await assert.rejects(each.listUnmatched(), /no address is known of the function threads/);
  }
  await assert.rejects(rita.getThread({ thread_id: ".." }), TypeError);
  assert.ok(Problem.is(await rejection(rita.getThread({ thread_id: "a/../b?c#d" })), "unknown_thread"));
});
