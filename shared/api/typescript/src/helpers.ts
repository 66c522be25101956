import type { HireGmail } from "./client.js";
import { Problem } from "./problem.js";
import type { Answer, Args, Options, Schemas } from "./types.js";

/** A key for a new message or batch. Keep it with what the user has written, and give the same one whenever that is sent again. */
export function newIdempotencyKey(): string {
  return crypto.randomUUID();
}

/** Waits, unless the signal ends it first. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    signal?.addEventListener("abort", stop, { once: true });
  });
}

/** Tells whether the same request may have another end in a while. */
export function passing(err: unknown): boolean {
  return err instanceof TypeError /* fetch: the network */ || (err instanceof Problem && (err.status === 429 || err.status >= 500 || err.code === "send_in_progress"));
}

export interface RetryOptions extends Options {
  /** How often it is asked at most, 5 if left out. */
  attempts?: number;
  /** Milliseconds before the second time, 500 if left out; twice as long each time after. */
  firstPause?: number;
  /** Milliseconds that one pause has at most, 30,000 if left out. A Retry-After beyond that is left to the caller. */
  longestPause?: number;
}

/** Does something until it ends in something else than passing trouble. */
export async function retrying<T>(what: () => Promise<T>, { attempts = 5, firstPause = 500, longestPause = 30_000, signal }: RetryOptions = {}): Promise<T> {
  for (let n = 1; ; n++) {
    try {
      return await what();
    } catch (err) {
      signal?.throwIfAborted();
      const asked = err instanceof Problem && err.retryAfter ? err.retryAfter.getTime() - Date.now() : 0;
      if (n >= attempts || !passing(err) || asked > longestPause) throw err;
      await pause(Math.max(asked, Math.min(firstPause * 2 ** (n - 1), longestPause)), signal);
    }
  }
}

/** Sends a message once, however often it has to be asked for: under one key, which is made where none is given. */
export function send(api: HireGmail, message: Schemas["SendMessage"], options: RetryOptions & { key?: string } = {}): Promise<Answer<"sendMessage">> {
  const args: Args<"sendMessage"> = { "Idempotency-Key": options.key ?? newIdempotencyKey(), body: message };
  return retrying(() => api.sendMessage(args, options), options);
}

/** Goes through the pages of a list: for await (const page of pages((page_token) => api.listThreads({ candidate_id, ...page_token }))). */
export async function* pages<P extends { next_page_token?: string }>(list: (page: { page_token?: string }) => Promise<P>): AsyncGenerator<P, void, undefined> {
  for (let page: { page_token?: string } = {}; ; ) {
    const one = await list(page);
    yield one;
    if (!one.next_page_token) return;
    page = { page_token: one.next_page_token };
  }
}

/** Waits for news of a candidate's conversations, and gives each new revision, until the signal ends it. Trouble that passes is waited out. */
export async function* changes(api: HireGmail, candidate: string, { since = 0, wait = 25, signal, ...rest }: RetryOptions & { since?: number; wait?: number } = {}): AsyncGenerator<number, void, undefined> {
  const options = signal ? { signal } : {};
  for (;;) {
    if (signal?.aborted) return;
    let revision: number;
    try {
      ({ revision } = await retrying(() => api.waitForChanges({ candidate_id: candidate, since, wait }, options), { ...rest, ...options, attempts: Infinity }));
    } catch (err) {
      if (signal?.aborted) return;
      throw err;
    }
    if (revision > since) yield (since = revision);
  }
}

/** Shows a candidate's newest conversations now and whenever there is news, until the function that it returns is called. */
export function follow(api: HireGmail, candidate: string, show: (page: Answer<"listThreads">) => void, failed: (err: unknown) => void = () => {}): () => void {
  const ends = new AbortController();
  const { signal } = ends;
  void (async () => {
    const read = async () => {
      const page = await retrying(() => api.listThreads({ candidate_id: candidate }, { signal }), { signal, attempts: Infinity });
      if (!signal.aborted) show(page);
      return page.revision;
    };
    for await (const _ of changes(api, candidate, { since: await read(), signal })) await read();
  })().catch((err: unknown) => signal.aborted || failed(err));
  return () => ends.abort();
}

/** The values of an answer in JSON lines, one by one. It throws where the answer breaks off: the last line of a whole one has end. */
export async function* lines<T extends object>(response: Response): AsyncGenerator<T, void, undefined> {
  let rest = "";
  let last: object | undefined;
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      const parts = (rest + (value ?? "")).split("\n");
      rest = done ? "" : parts.pop()!;
      for (const line of parts) if (line) yield (last = JSON.parse(line) as T);
      if (done) break;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
  if (!last || !("end" in last)) throw new Error("the answer breaks off");
}
