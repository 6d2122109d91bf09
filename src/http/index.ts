/**
 * Errors over HTTP: writes an error as a JSON response, and reads it back. Runs in browsers too.
 *
 * @packageDocumentation
 */
export type { CompactBody } from "./compact-body.js";
export type { HttpBodies, HttpFormat } from "./formats.js";
export { fromHttp } from "./from-http.js";
export type { HeadersLike } from "./headers.js";
export type { ProblemBody } from "./problem-body.js";
export type { StatusBody } from "./status-body.js";
export { type HttpResponse, type ToHttpOptions, toHttp } from "./to-http.js";
