import type { Metadata } from "@grpc/grpc-js";
import { FROM_PEER, REACHED } from "../platform/symbols.js";
import { isObject } from "../platform/values.js";

/**
 * Checks whether a value is a `Metadata` of grpc-js. Looks at its methods, because a process may have several copies
 * of grpc-js. Never throws.
 */
export function isMetadata(value: unknown): value is Metadata {
  if (!isObject(value)) return false;
  try {
    const { get, getMap, clone } = value as Partial<Metadata>;
    return typeof get === "function" && typeof getMap === "function" && typeof clone === "function";
  } catch {
    return false;
  }
}

/**
 * Marks metadata that came from a peer with the status of a call.
 *
 * grpc-js shares the object between the error of a call, its `"status"` event and copies of both.
 */
export function markReceived(metadata: unknown): void {
  if (!isObject(metadata) || FROM_PEER in metadata || !Object.isExtensible(metadata)) return;
  Object.defineProperty(metadata, FROM_PEER, { value: true });
}

/** How far a call came: some of it was sent, or a server responded. */
export type Reached = "sent" | "responded";

/** Notes on the metadata of a status how far its call came, although its text says that the call was not sent. */
export function markReached(metadata: unknown, value: Reached): void {
  if (isObject(metadata) && Object.isExtensible(metadata)) Object.defineProperty(metadata, REACHED, { value });
}

/** Returns what {@link markReached} noted. */
export function reachedBy(metadata: Metadata): Reached | undefined {
  return (metadata as { readonly [REACHED]?: Reached })[REACHED];
}

/**
 * Checks whether metadata came from a peer. Recognizes the metadata of grpc-js, of Connect and of protobuf-ts, a clone
 * of it, and a copy that was parsed from JSON. Returns `false` for metadata that is empty or that an application set.
 *
 * @throws whatever a getter of the value throws
 */
export function isFromPeer(metadata: unknown): boolean {
  if (!isObject(metadata)) return false;
  if (FROM_PEER in metadata || isHeaders(metadata)) return true;
  if (isMetadata(metadata)) return Object.keys(metadata.getMap()).some((name) => OF_HTTP.has(name));
  // `structuredClone` keeps the fields of grpc-js's class. JSON turns every value into a list.
  if ("internalRepr" in metadata) return true;
  const names = Object.keys(metadata);
  return names.some((name) => OF_HTTP.has(name)) || (names.length > 0 && Object.values(metadata).every(Array.isArray));
}

/**
 * Checks whether metadata has no entries. grpc-js's client has such metadata where it made the status itself, and
 * where the peer sent its headers before.
 */
export function isEmptyMetadata(metadata: unknown): boolean {
  return isObject(metadata) && Object.keys(isMetadata(metadata) ? metadata.getMap() : metadata).length === 0;
}

/** Checks whether a value is the `Headers` of `fetch`, which Connect uses as metadata. */
export function isHeaders(metadata: unknown): boolean {
  return isObject(metadata) && Object.prototype.toString.call(metadata) === "[object Headers]";
}

/** Response headers that no application sets as a trailer. */
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
