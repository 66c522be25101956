import { problemOf, Problem } from "./problem.js";
import type { Options } from "./types.js";

/** Names of the functions that make up the API. */
export type FunctionName = "connect" | "oauthcallback" | "settings" | "sendmessage" | "threads" | "directory" | "inboundreply";

export interface Settings {
  /** Address of all functions, such as "https://mail.hire.example", or of each: what `terraform output frontend` names. */
  base: string | Partial<Record<FunctionName, string>>;
  /** The caller's token. It is asked for before each call; with refresh after an answer that the last one has expired. */
  token: (options: { refresh: boolean }) => string | Promise<string>;
  /** What makes requests; the platform's own fetch if left out. */
  fetch?: typeof fetch;
}

/** How an operation goes over the wire. */
export interface Route {
  method: string;
  path: string;
  query: readonly string[];
  header: readonly string[];
  /** A token is shown. */
  signed: boolean;
}

type Values = Record<string, unknown>;

/** Core makes the requests of a client. */
export class Core {
  constructor(readonly settings: Settings) {}

  /** The address of an operation with its parameters. */
  protected address(route: Route, given: object): string {
    const args = given as Values;
    const fn = route.path.split("/")[1] as FunctionName;
    const { base } = this.settings;
    const at = typeof base === "string" ? base : base[fn];
    if (at === undefined) throw new TypeError(`no address is known of the function ${fn}`);
    const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) => {
      const value = String(args[name] ?? "");
      if (value === "" || value === "." || value === "..") throw new TypeError(`${name} is ${JSON.stringify(value)}`); // an address would mean something else with it
      return encodeURIComponent(value);
    });
    const query = new URLSearchParams();
    for (const name of route.query) if (args[name] !== undefined) query.set(name, String(args[name]));
    const text = query.toString();
    // A function's own address may end in its name already, as behind a domain of one's own.
    return at.replace(/\/$/, "").replace(new RegExp(`/${fn}$`), "") + path + (text && `?${text}`);
  }

  /** Calls an operation, and throws its problem. */
  protected async call(route: Route, given: object, options: Options = {}): Promise<Response> {
    const args = given as Values;
    const headers = new Headers();
    for (const name of route.header) if (args[name] !== undefined) headers.set(name, String(args[name]));
    const init: RequestInit & { duplex?: "half" } = { method: route.method, headers };
    if (options.signal) init.signal = options.signal;
    let again = true;
    if (args["body"] !== undefined) {
      const { body, type } = encode(args["body"], args["contentType"]);
      init.body = body;
      if (type) headers.set("Content-Type", type);
      if (body instanceof ReadableStream) {
        init.duplex = "half";
        again = false; // a stream can be read once
      }
    }
    for (let refresh = false; ; refresh = true) {
      if (route.signed) headers.set("Authorization", `Bearer ${await this.settings.token({ refresh })}`);
      const response = await (this.settings.fetch ?? fetch)(this.address(route, args), init);
      if (response.ok || response.status === 304) return response;
      const problem = await problemOf(response);
      if (refresh || !again || !Problem.is(problem, "token_expired")) throw problem;
    }
  }

  /** Calls an operation that answers in JSON. */
  protected async json<T>(route: Route, args: object, options?: Options): Promise<T> {
    return (await (await this.call(route, args, options)).json()) as T;
  }
}

function encode(body: unknown, contentType: unknown): { body: BodyInit; type: string } {
  const type = typeof contentType === "string" ? contentType : "";
  if (typeof body === "string" || body instanceof Blob || body instanceof ArrayBuffer || ArrayBuffer.isView(body) || body instanceof ReadableStream) {
    return { body: body as BodyInit, type: type || (body instanceof Blob && body.type) || "application/octet-stream" };
  }
  return { body: JSON.stringify(body), type: "application/json" };
}
