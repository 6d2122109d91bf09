import { delimited, WireReader } from "../wire/reader.js";
import { writing } from "../wire/writer.js";
import type { DetailCodec } from "./detail.js";

/**
 * The identity of an error, first among its details.
 *
 * @see https://google.aip.dev/193#errorinfo
 */
export interface ErrorInfo {
  /** The reason of the error, in `UPPER_SNAKE_CASE`. Unique in the domain. */
  readonly reason: string;
  /** The domain of the reason: the name of a service or of a part of it. */
  readonly domain: string;
  /** Facts about this occurrence, for programs. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * The codec of `google.rpc.ErrorInfo`.
 *
 * - Equal messages have equal bytes: the metadata is written in the order of its keys.
 * - Decoded metadata has no prototype, so that no key has a special meaning.
 * - A reason or a domain that is not UTF-8 is refused: with U+FFFD in it, it could be another error's.
 */
export const ErrorInfo: DetailCodec<ErrorInfo> = {
  typeName: "google.rpc.ErrorInfo",

  encode: writing((info, writer) => {
    if (info.reason !== "") writer.uint32(REASON).string(info.reason);
    if (info.domain !== "") writer.uint32(DOMAIN).string(info.domain);
    for (const key of Object.keys(info.metadata).sort()) {
      writer.uint32(METADATA).fork();
      writer.uint32(KEY).string(key);
      writer.uint32(VALUE).string(String(info.metadata[key] ?? ""));
      writer.join();
    }
  }),

  decode(bytes) {
    const reader = new WireReader(bytes);
    let reason = "";
    let domain = "";
    const metadata: Record<string, string> = Object.create(null);
    while (!reader.done) {
      const tag = reader.tag();
      if (tag === REASON) reason = reader.utf8();
      else if (tag === DOMAIN) domain = reader.utf8();
      else if (tag === METADATA) readEntry(reader.bytes(), metadata);
      else reader.skip(tag);
    }
    return { reason, domain, metadata };
  },
};

const REASON = delimited(1);
const DOMAIN = delimited(2);
const METADATA = delimited(3);

/** The fields of a metadata entry. */
const KEY = delimited(1);
const VALUE = delimited(2);

function readEntry(bytes: Uint8Array, into: Record<string, string>): void {
  const reader = new WireReader(bytes);
  let key = "";
  let value = "";
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === KEY) key = reader.string();
    else if (tag === VALUE) value = reader.string();
    else reader.skip(tag);
  }
  into[key] = value;
}

/** The key in `ErrorInfo.metadata` of the note about parts that the server left out or cut to fit its size budget. */
export const SHED = "shed";

/**
 * Returns the parts that a server left out or cut: `"DebugInfo"`, `"message"`. If there are too many to name, the last
 * entry counts the rest: `"+7997"`.
 */
export function shedOf(info: ErrorInfo | undefined): readonly string[] {
  return info?.metadata[SHED]?.split(",").filter(Boolean) ?? [];
}

/**
 * A note of the parts that were left out or cut. It must fit into the budget itself, so it names a few parts and counts
 * the others. The name of a type may come from a peer: a name that is not a short identifier is only counted.
 */
export class ShedNote {
  readonly #names: string[] = [];
  #text = "";
  #unnamed = 0;

  get isEmpty(): boolean {
    return this.text === "";
  }

  /** The names, and the count of the other parts. */
  get entries(): readonly string[] {
    return this.#unnamed > 0 ? [...this.#names, `+${this.#unnamed}`] : this.#names;
  }

  /** The value for `ErrorInfo.metadata`: the entries, separated by commas. */
  get text(): string {
    if (this.#unnamed === 0) return this.#text;
    return this.#text === "" ? `+${this.#unnamed}` : `${this.#text},+${this.#unnamed}`;
  }

  /** The shortest value for `ErrorInfo.metadata`: the number of parts. */
  get count(): string {
    return `+${this.#names.length + this.#unnamed}`;
  }

  /** @param part the name of the part; the package of a type name is removed */
  add(part: string): void {
    const name = part.slice(part.lastIndexOf(".") + 1);
    if (this.#names.includes(name)) return;
    if (this.#names.length < MOST_NAMES && this.#text.length + name.length < LONGEST_NOTE && NAME.test(name)) {
      this.#names.push(name);
      this.#text = this.#names.join(",");
    } else {
      this.#unnamed++;
    }
  }
}

/** More than the parts of an error with every standard detail. */
const MOST_NAMES = 16;

/** In characters, without the count. */
const LONGEST_NOTE = 240;

const NAME = /^\w{1,64}$/;
