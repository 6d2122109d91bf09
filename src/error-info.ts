import type { DetailCodec } from "./detail.js";
import { delimited, WireReader, WireWriter } from "./wire.js";

/**
 * The identity of an error, first among its details.
 *
 * @see https://google.aip.dev/193#errorinfo
 */
export interface ErrorInfo {
  /** What went wrong, in `UPPER_SNAKE_CASE`; unique in the domain. */
  readonly reason: string;
  /** Who says so: the name of a service or of a part of it. */
  readonly domain: string;
  /** Facts about this one occurrence, for programs. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * The codec of `google.rpc.ErrorInfo`.
 *
 * - Equal messages are equal bytes: the metadata is written in the order of its keys.
 * - The metadata that it reads has no prototype, so that no key has a meaning of its own.
 */
export const ErrorInfo: DetailCodec<ErrorInfo> = {
  typeName: "google.rpc.ErrorInfo",

  encode(info) {
    const writer = new WireWriter();
    for (const key of Object.keys(info.metadata).sort().reverse()) {
      const before = writer.length;
      writer.string(2, info.metadata[key] ?? "");
      writer.string(1, key);
      writer.delimit(3, before);
    }
    if (info.domain !== "") writer.string(2, info.domain);
    if (info.reason !== "") writer.string(1, info.reason);
    return writer.finish();
  },

  decode(bytes) {
    const reader = new WireReader(bytes);
    let reason = "";
    let domain = "";
    const metadata: Record<string, string> = Object.create(null);
    while (!reader.done) {
      const tag = reader.tag();
      if (tag === delimited(1)) reason = reader.string();
      else if (tag === delimited(2)) domain = reader.string();
      else if (tag === delimited(3)) readEntry(reader.bytes(), metadata);
      else reader.skip(tag);
    }
    return { reason, domain, metadata };
  },
};

function readEntry(bytes: Uint8Array, into: Record<string, string>): void {
  const reader = new WireReader(bytes);
  let key = "";
  let value = "";
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === delimited(1)) key = reader.string();
    else if (tag === delimited(2)) value = reader.string();
    else reader.skip(tag);
  }
  into[key] = value;
}
