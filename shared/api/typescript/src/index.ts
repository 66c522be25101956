export { HireGmail, version } from "./client.js";
export type { FunctionName, Settings } from "./core.js";
export { changes, follow, lines, newIdempotencyKey, pages, retrying, send, type RetryOptions } from "./helpers.js";
export { Problem, UnexpectedAnswer } from "./problem.js";
export type { Answer, Args, Code, CodeOf, OperationId, Options, Schemas, Stream } from "./types.js";
