import { FROM_PEER } from "../platform/symbols.js";

/**
 * Marks metadata that came from a peer with the status of a call.
 *
 * grpc-js has the same object in the error of a call, in its `"status"` event and in copies of both.
 */
export function markReceived(metadata: unknown): void {
  if (!isObject(metadata) || FROM_PEER in metadata || !Object.isExtensible(metadata)) return;
  Object.defineProperty(metadata, FROM_PEER, { value: true });
}

/**
 * Tells metadata that came from a peer, whatever became of it: as grpc-js, Connect
 * and protobuf-ts have it, cloned, or parsed from JSON. Metadata that has only what
 * an application sets, or nothing, does not tell.
 *
 * @throws whatever a getter of the value throws
 */
export function isFromPeer(metadata: unknown): boolean {
  if (!isObject(metadata)) return false;
  if (FROM_PEER in metadata || isHeaders(metadata)) return true;
  if (isMetadata(metadata)) return Object.keys(metadata.getMap()).some((name) => OF_HTTP.has(name));
  // `structuredClone` keeps the fields of grpc-js's class, JSON makes a list of every value.
  if ("internalRepr" in metadata) return true;
  const names = Object.keys(metadata);
  return names.some((name) => OF_HTTP.has(name)) || (names.length > 0 && Object.values(metadata).every(Array.isArray));
}

/**
 * Tells metadata without an entry. grpc-js's client has such where it made the
 * status itself, and where the peer sent its headers before.
 */
export function isEmptyMetadata(metadata: unknown): boolean {
  return isObject(metadata) && Object.keys(isMetadata(metadata) ? metadata.getMap() : metadata).length === 0;
}

/** Tells the headers of `fetch`, which Connect has as metadata. */
export function isHeaders(metadata: unknown): boolean {
  return isObject(metadata) && Object.prototype.toString.call(metadata) === "[object Headers]";
}

function isMetadata(value: object): value is { getMap(): object } {
  return "getMap" in value && typeof value.getMap === "function";
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** Headers of an answer that no application sets as a trailer. */
const OF_HTTP: ReadonlySet<string> = new Set([
  "alt-svc",
  "content-length",
  "content-type",
  "date",
  "grpc-accept-encoding",
  "grpc-encoding",
  "server",
  "trailer",
  "via",
  "x-envoy-upstream-service-time",
]);
