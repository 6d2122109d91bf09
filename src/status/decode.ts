import type { Catalog } from "../catalog.js";
import type { DetailCodec } from "../detail/detail.js";
import { ErrorInfo } from "../detail/error-info.js";
import type { Issue } from "../issue.js";
import { fastest, readUtf8 } from "../platform/bytes.js";
import { delimited, varint } from "../wire/reader.js";
import { type Identification, identifyByInfo, recognise } from "./identify.js";
import { type DecodedStatus, decodeStatus } from "./status.js";

const CODE = varint(1);
const MESSAGE = delimited(2);
const DETAIL = delimited(3);

/** The fields of a `google.protobuf.Any`. */
const TYPE_URL = delimited(1);
const VALUE = delimited(2);

/** What a status says in short. */
export interface StatusHead {
  readonly code: number;
  readonly message: string;
}

/**
 * A `google.rpc.Status` from a peer as bytes, of which no more is decoded than
 * is asked for.
 *
 * Looks for single parts in what nearly every library writes: code, message and
 * details in this order, in each detail a type URL and a value. Where the bytes
 * are anything else it finds nothing, and all has to be decoded.
 */
export class PackedStatus {
  readonly #bytes: Uint8Array;
  /** The same bytes, to look at. */
  readonly #view: Uint8Array;
  readonly #call: StatusHead | undefined;
  readonly #hasTwin: boolean;
  /** Where the details begin; 0 if there is no code and message before them. */
  readonly #details: number;
  #places: readonly number[] | undefined;
  #pos = 2;
  #start = 0;
  #end = 0;

  /**
   * @param call the status of the call, which the bytes ought to agree with; none if they stand for themselves
   * @param hasTwin the call has another such status, which is not read
   */
  constructor(bytes: Uint8Array, call?: StatusHead, hasTwin = false) {
    this.#bytes = bytes;
    this.#view = fastest(bytes);
    this.#call = call;
    this.#hasTwin = hasTwin;
    const hasHead = bytes[0] === CODE && (bytes[1] ?? 0x80) < 0x80 && this.#goTo(MESSAGE, bytes.length);
    this.#details = hasHead ? this.#pos : 0;
  }

  /** The code and the message; none if it takes decoding all to find them. To be asked for first. */
  get head(): StatusHead | undefined {
    if (this.#details === 0) return undefined;
    return { code: this.#bytes[1] ?? 0, message: readUtf8(this.#view, this.#start, this.#end) };
  }

  /** Which error it tells of; none if it takes decoding all to find out. */
  identify(catalogs: readonly Catalog[]): Identification | undefined {
    this.#pos = this.#details;
    if (this.#details === 0 || !this.#goTo(DETAIL, this.#view.length)) return undefined;
    const recognised = recognise(this.#view, this.#details, this.#end, catalogs);
    if (recognised) return recognised;
    const info = this.read(ErrorInfo);
    return info ? identifyByInfo(info, catalogs) : undefined;
  }

  /**
   * The first detail of a type; null if there is none, nothing if it takes decoding all to find out, or if it cannot be
   * read: there may be another that can.
   */
  read<T>(codec: DetailCodec<T>): T | null | undefined {
    this.#places ??= this.#locate();
    const places = this.#places;
    for (let at = 0; at < places.length; at += 4) {
      if (!this.#isNamed(codec.typeName, places[at] ?? 0, places[at + 1] ?? 0)) continue;
      try {
        return codec.decode(this.#view.subarray(places[at + 2], places[at + 3]));
      } catch {
        // Nor is it tried again.
        this.#places = UNUSUAL;
        return undefined;
      }
    }
    return places === UNUSUAL ? undefined : null;
  }

  /** All that it says. */
  decode(): DecodedStatus {
    const status = decodeStatus(this.#bytes);
    if (this.#call) status.issues.push(...contradictions(status, this.#call));
    if (this.#hasTwin) status.issues.push({ kind: "several-statuses", message: "the trailer has more than one value" });
    return status;
  }

  /** Where the type URL of each detail begins and ends, and where its value does. */
  #locate(): readonly number[] {
    const { length } = this.#view;
    const places: number[] = [];
    this.#pos = this.#details;
    if (this.#details === 0) return UNUSUAL;
    while (this.#pos < length) {
      if (!this.#goTo(DETAIL, length)) return UNUSUAL;
      const end = this.#end;
      this.#pos = this.#start;
      if (!this.#goTo(TYPE_URL, end)) return UNUSUAL;
      places.push(this.#start, this.#end);
      if (this.#pos === end) this.#start = end;
      else if (!this.#goTo(VALUE, end) || this.#end !== end) return UNUSUAL;
      if (places.push(this.#start, end) > MANY) return UNUSUAL;
    }
    return places;
  }

  /** Goes to a field that comes next; tells whether it does, and ends before a place. */
  #goTo(tag: number, limit: number): boolean {
    const bytes = this.#view;
    let at = this.#pos;
    if (bytes[at++] !== tag) return false;
    let length = bytes[at++] ?? 0x80;
    if (length > 0x7f) {
      length &= 0x7f;
      for (let shift = 7; ; shift += 7) {
        const next = bytes[at++] ?? 0x80;
        length |= (next & 0x7f) << shift;
        if (next < 0x80) break;
        // No trailer is as long as this.
        if (shift === 21) return false;
      }
    }
    const end = at + length;
    if (end > limit) return false;
    this.#start = at;
    this.#pos = this.#end = end;
    return true;
  }

  /** A type URL is one of a type: it ends with a slash and the name. */
  #isNamed(typeName: string, start: number, end: number): boolean {
    const bytes = this.#view;
    const { length } = typeName;
    const first = end - length;
    if (first <= start || bytes[first - 1] !== SLASH) return false;
    // From behind, because many names begin alike.
    for (let at = length - 1; at >= 0; at--) if (bytes[first + at] !== typeName.charCodeAt(at)) return false;
    return true;
  }
}

/** So many details that to look at one after the other takes longer than to decode them all. */
const MANY = 4 * 16;

/** Of bytes that are not as nearly all are: all has to be decoded. */
const UNUSUAL: readonly number[] = [];

const SLASH = 0x2f;

/** Where a status says otherwise than the call that it came with. */
function contradictions({ code, message, issues }: DecodedStatus, call: StatusHead): Issue[] {
  const isCutShort = issues.some(({ kind }) => kind === "malformed-status");
  if (isCutShort && code === 0) return [];
  const found: Issue[] = [];
  if (code !== call.code) {
    found.push({ kind: "code-mismatch", message: `the trailer has the code ${code}, grpc-status is ${call.code}` });
  }
  if (message !== call.message) {
    found.push({ kind: "message-mismatch", message: "the trailer has another message than grpc-message" });
  }
  return found;
}
