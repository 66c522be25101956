import type { Code, CodeOf, OperationId, Schemas } from "./types.js";

/** An error of the API (RFC 9457). */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly code: Code;
  readonly status: number;
  readonly title: string;
  /** A sentence for people, saying what to do. */
  readonly detail: string;
  /** By field of the request, what is wrong with it. */
  readonly errors: Readonly<Record<string, string>>;
  /** By which support finds the log; "" where there is none. */
  readonly instance: string;

  constructor(
    /** The whole answer, with further members of its code. */
    readonly body: Schemas["Problem"],
    /** When to try again, where that is known. */
    readonly retryAfter: Date | undefined,
  ) {
    super(`${body.code}: ${body.detail}`);
    this.code = body.code;
    this.status = body.status;
    this.title = body.title;
    this.detail = body.detail;
    this.errors = body.errors ?? {};
    this.instance = body.instance ?? "";
  }

  /** Tells whether an error is a problem, of one of these codes if any are named: those of an operation, as in Problem.is<"getThread">(err, "unknown_thread"). */
  static is<K extends OperationId = OperationId>(err: unknown, ...codes: CodeOf<K>[]): err is Problem {
    return err instanceof Problem && (codes.length === 0 || (codes as Code[]).includes(err.code));
  }
}

/** An answer that is none of the API's: of a proxy before it, say. */
export class UnexpectedAnswer extends Error {
  override readonly name = "UnexpectedAnswer";
  constructor(readonly status: number) {
    super(`the answer, of status ${status}, is not one of the API's`);
  }
}

/** The problem that an answer is. */
export async function problemOf(response: Response): Promise<Problem | UnexpectedAnswer> {
  const type = response.headers.get("content-type") ?? "";
  if (!type.startsWith("application/problem+json")) {
    await response.body?.cancel();
    return new UnexpectedAnswer(response.status);
  }
  return new Problem((await response.json()) as Schemas["Problem"], retryAfterOf(response));
}

/** Retry-After is a date, or a number of seconds (RFC 9110 section 10.2.3). */
export function retryAfterOf(response: Response): Date | undefined {
  const text = response.headers.get("retry-after");
  if (!text) return undefined;
  const at = /^\d+$/.test(text) ? new Date(Date.now() + Number(text) * 1000) : new Date(text);
  return Number.isNaN(at.getTime()) ? undefined : at;
}
