// What the document says of operations, in a form that functions can be typed by.
import type { components, operations } from "./schema.js";

/** Wire types by name, such as Schemas["Thread"]. */
export type Schemas = components["schemas"];

/** What can go wrong, for programs. It never changes its meaning. */
export type Code = Schemas["Code"];

/** Names of operations. */
export type OperationId = keyof operations;

type Responses<K extends OperationId> = operations[K]["responses"];
type Content<R, Type extends string> = R extends { content: Record<Type, infer B> } ? B : never;
type Each<K extends OperationId, Type extends string> = K extends OperationId ? { [S in keyof Responses<K>]: Content<Responses<K>[S], Type> }[keyof Responses<K>] : never;

/** What an operation answers with, of those that answer in JSON. */
export type Answer<K extends OperationId> = Each<K, "application/json">;

/** The problem codes that an operation may answer with. */
export type CodeOf<K extends OperationId> = Each<K, "application/problem+json"> extends infer P ? (P extends { code: infer C } ? C : never) : never;

type None = Record<never, never>;

type Part<K extends OperationId, P extends "path" | "query" | "header"> = operations[K]["parameters"] extends { [X in P]?: infer V } ? (NonNullable<V> extends never ? None : NonNullable<V>) : None;

/** Content that is sent as it is. */
export type Stream = Blob | ArrayBuffer | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | string;

type Bodies<K extends OperationId> = operations[K] extends { requestBody: { content: infer C } } ? C : never;
type OneBody<C, Type> = Type extends "application/json" ? (Type extends keyof C ? C[Type] : never) : Stream;
type Body<K extends OperationId> = [Bodies<K>] extends [never] ? None : { body: OneBody<Bodies<K>, keyof Bodies<K>>; contentType?: string };

/** What an operation is called with: the parameters of path, query and header, and the body. */
export type Args<K extends OperationId> = Part<K, "path"> & Part<K, "query"> & Part<K, "header"> & Body<K>;

/** What any call takes besides. */
export interface Options {
  /** Ends the call, and whatever it waits for. */
  signal?: AbortSignal;
}
