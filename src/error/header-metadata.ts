import type { Metadata, MetadataValue } from "@grpc/grpc-js";
import { fastest, utf8Of } from "../platform/bytes.js";
import { attempt } from "../platform/values.js";
import { peerMetadata } from "./carried-metadata.js";

/**
 * Returns metadata that a library for HTTP received as headers, where the values of fields that end with `-bin` are
 * base64, and a list of values is one text with commas.
 *
 * Never throws. A value that is not base64 becomes the bytes of its text, so that a reader of the bytes finds it
 * malformed.
 */
export function metadataOfHeaders(headers: Iterable<readonly [string, string]>): Metadata {
  const fields = new Map<string, MetadataValue[]>();
  for (const [given, text] of headers) {
    const name = given.toLowerCase();
    const values = name.endsWith("-bin") ? text.split(",").map((value) => bytesOf(value.trim())) : [text];
    fields.set(name, [...(fields.get(name) ?? []), ...values]);
  }
  return peerMetadata(fields);
}

/** A `Buffer` on Node, as from grpc-js. */
function bytesOf(base64: string): Buffer {
  const decoded = attempt(() => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
  return fastest(decoded ?? utf8Of(base64)) as Buffer;
}
