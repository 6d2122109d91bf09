import { DETAIL, type DetailCodec, decodePart, type ErrorDetail, TYPE_URL, VALUE } from "../detail/detail.js";
import type { Issue } from "../issue.js";
import { fastest, readUtf8 } from "../platform/bytes.js";
import { delimited, isDelimited, MalformedError, varint, WireReader } from "../wire/reader.js";
import { takeWriter } from "../wire/writer.js";

/** The name of the trailer with the `google.rpc.Status` of a failed call. */
export const TRAILER = "grpc-status-details-bin";

/**
 * The message `google.rpc.Status`, in the shape that ts-proto and others generate.
 *
 * @see https://google.aip.dev/193
 */
export interface Status {
  /** The gRPC status code. */
  readonly code: number;
  /** The message for humans. */
  readonly message: string;
  /** The details, each packed with its type. */
  readonly details: readonly ErrorDetail[];
}

/** The code and the message of a status. */
export type StatusHead = Pick<Status, "code" | "message">;

/** A status from a peer, as far as it can be read. */
export interface DecodedStatus extends Status {
  readonly issues: Issue[];
}

/** The fields of a `google.rpc.Status`. Its details are {@link DETAIL}. */
const CODE = varint(1);
const MESSAGE = delimited(2);

/**
 * Encodes a status.
 *
 * @param details the details as {@link encodeDetails} encodes them
 */
export function encodeStatus(code: number, message: string, details: Uint8Array): Uint8Array {
  const writer = takeWriter();
  if (code !== 0) writer.uint32(CODE).int32(code);
  if (message !== "") writer.uint32(MESSAGE).string(message);
  return writer.raw(details).finish();
}

/** Decodes a whole status. Never throws; see {@link PackedStatus}. */
export function decodeStatus(bytes: Uint8Array): DecodedStatus {
  return new PackedStatus(bytes).decode();
}

/** Decodes what {@link encodeDetails} encoded. */
export function decodeDetails(bytes: Uint8Array): readonly ErrorDetail[] {
  return decodeStatus(bytes).details;
}

/**
 * The bytes of a `google.rpc.Status` from a peer, decoded lazily.
 *
 * - The fields are walked once, and no further than a question needs. Texts and messages are decoded when you ask for them.
 * - The first code and the first message count. In a detail, the last type URL and the last value count.
 * - A broken detail is left out. Where the bytes break off, everything before counts. Both become issues.
 *
 * Never throws, whatever the bytes are. They are not copied and must not change.
 */
export class PackedStatus {
  readonly #bytes: Uint8Array;
  /** The same bytes, in the form that Node reads fastest. */
  readonly #view: Uint8Array;
  readonly #review: Review | undefined;
  /** Where the next field begins. */
  #pos = 0;
  /** Where the content of the last field begins. It ends at `#pos`. */
  #start = 0;
  #code: number | undefined;
  #messageStart = -1;
  #messageEnd = -1;
  /** Where the field of the first detail begins and ends. */
  #firstStart = -1;
  #firstEnd = -1;
  /** Where the content begins of a detail that is reached, but not walked over. */
  #detailStart = -1;
  /** Four numbers for each detail: where its type URL begins and ends, and where its value does. */
  #places: number[] | undefined;
  #issues: Issue[] | undefined;
  #hasUnreadable = false;

  /** @param review finds more issues in the decoded status */
  constructor(bytes: Uint8Array, review?: Review) {
    this.#bytes = bytes;
    this.#view = fastest(bytes);
    this.#review = review;
  }

  /** The code and the message. By default, 0 and an empty text. */
  get head(): StatusHead {
    this.#walkTo("head");
    return { code: this.#code ?? 0, message: this.#message };
  }

  /** Returns what `look` returns for the bytes of the first detail, from its tag to its end. */
  lookAtFirst<T, A>(look: (bytes: Uint8Array, start: number, end: number, given: A) => T, given: A): T | undefined {
    this.#walkTo("first detail");
    return this.#firstStart < 0 ? undefined : look(this.#view, this.#firstStart, this.#firstEnd, given);
  }

  /**
   * Decodes the first detail of a type. Returns `null` if there is none. Returns `undefined` if {@link decode} is needed
   * to tell: there are many details, or one cannot be read and another of its type may follow.
   */
  read<T>(codec: DetailCodec<T>): T | null | undefined {
    if (this.#pos < this.#view.length || this.#detailStart >= 0) this.#walkTo("end");
    const places = this.#places ?? NO_PLACES;
    if (this.#hasUnreadable || places.length > MANY) return undefined;
    for (let at = 0; at < places.length; at += 4) {
      if (!this.#isNamed(codec.typeName, places[at] ?? 0, places[at + 1] ?? 0)) continue;
      try {
        return decodePart(codec, this.#view, places[at + 2] ?? 0, places[at + 3] ?? 0);
      } catch {
        this.#hasUnreadable = true;
        return undefined;
      }
    }
    return null;
  }

  /** Decodes everything. */
  decode(): DecodedStatus {
    this.#walkTo("end");
    const places = this.#places ?? NO_PLACES;
    const details: ErrorDetail[] = [];
    for (let at = 0; at < places.length; at += 4) {
      const typeUrl = readUtf8(this.#view, places[at] ?? 0, places[at + 1] ?? 0);
      details.push({ typeUrl, value: this.#bytes.subarray(places[at + 2], places[at + 3]) });
    }
    const status = { code: this.#code ?? 0, message: this.#message, details, issues: [...(this.#issues ?? [])] };
    if (this.#review) status.issues.push(...this.#review(status));
    return status;
  }

  get #message(): string {
    return this.#messageStart < 0 ? "" : readUtf8(this.#view, this.#messageStart, this.#messageEnd);
  }

  /** Walks over the fields until the goal is reached, or to the end. */
  #walkTo(goal: Goal): void {
    const { length } = this.#view;
    try {
      if (this.#detailStart >= 0 && goal !== "first detail") this.#walkDetail(this.#detailStart);
      while (this.#pos < length) {
        if (goal === "first detail" && this.#firstStart >= 0) return;
        if (goal === "head" && this.#code !== undefined && this.#messageStart >= 0) return;
        this.#walkField(length, goal === "first detail");
      }
    } catch (error) {
      this.#pos = length;
      this.#report("malformed-status", "the trailer is not a google.rpc.Status", error);
    }
  }

  #walkField(length: number, stopsAtDetail: boolean): void {
    const fieldStart = this.#pos;
    const tag = this.#next(length);
    if (tag === DETAIL) {
      if (this.#firstStart < 0) {
        this.#firstStart = fieldStart;
        this.#firstEnd = this.#pos;
      }
      if (stopsAtDetail) this.#detailStart = this.#start;
      else this.#walkDetail(this.#start);
    } else if (tag === MESSAGE) {
      if (this.#messageStart >= 0) return;
      this.#messageStart = this.#start;
      this.#messageEnd = this.#pos;
    } else if (tag === CODE) {
      if (this.#code === undefined) this.#code = this.#int32();
      else this.#add({ kind: "several-statuses", message: "the trailer has more than one value" });
    }
  }

  /** Walks over the fields of a detail that ends at `#pos`. */
  #walkDetail(start: number): void {
    const end = this.#pos;
    this.#detailStart = -1;
    this.#pos = start;
    let urlStart = start;
    let urlEnd = start;
    let valueStart = start;
    let valueEnd = start;
    try {
      while (this.#pos < end) {
        const tag = this.#next(end);
        if (tag === TYPE_URL) {
          urlStart = this.#start;
          urlEnd = this.#pos;
        } else if (tag === VALUE) {
          valueStart = this.#start;
          valueEnd = this.#pos;
        }
      }
      this.#places ??= [];
      this.#places.push(urlStart, urlEnd);
      this.#places.push(valueStart, valueEnd);
    } catch (error) {
      const typeUrl = readUtf8(this.#view, urlStart, urlEnd);
      this.#report("malformed-detail", "a detail is not a google.protobuf.Any", error, { typeUrl });
    }
    this.#pos = end;
  }

  /** Walks over the next field and returns its tag. Sets `#start` and `#pos` to the limits of its content. */
  #next(limit: number): number {
    const bytes = this.#view;
    let at = this.#pos;
    const tag = bytes[at++] ?? 0;
    let length = bytes[at++] ?? 0x80;
    // Nearly all fields have one byte for the tag, and one or two for the length.
    if (tag === TYPE_URL || tag === MESSAGE || tag === DETAIL) {
      if (length > 0x7f) length = (length & 0x7f) | ((bytes[at++] ?? 0x80) << 7);
      const end = at + length;
      if (length < 0x4000 && end <= limit) {
        this.#start = at;
        this.#pos = end;
        return tag;
      }
    } else if (tag === CODE && length < 0x80 && at <= limit) {
      this.#start = at - 1;
      this.#pos = at;
      return tag;
    }
    return this.#nextOfAny(limit);
  }

  #nextOfAny(limit: number): number {
    const reader = new WireReader(this.#view, this.#pos, limit);
    const tag = reader.tag();
    this.#start = reader.position;
    if (isDelimited(tag)) this.#start = reader.delimited();
    else reader.skip(tag);
    this.#pos = reader.position;
    return tag;
  }

  /** Reads the last field as a number. */
  #int32(): number {
    const byte = this.#view[this.#start] ?? 0;
    return byte < 0x80 ? byte : new WireReader(this.#view, this.#start).int32();
  }

  #report(kind: Issue["kind"], message: string, error: unknown, about: Pick<Issue, "typeUrl"> = {}): void {
    if (!(error instanceof MalformedError)) throw error;
    this.#add({ kind, message: `${message}: ${error.message}`, ...about });
  }

  #add(issue: Issue): void {
    this.#issues ??= [];
    this.#issues.push(issue);
  }

  /** Whether a type URL ends with a slash and the name of a type. */
  #isNamed(typeName: string, start: number, end: number): boolean {
    const bytes = this.#view;
    const { length } = typeName;
    const first = end - length;
    if (first <= start || bytes[first - 1] !== SLASH) return false;
    // Backwards, because many names begin alike.
    for (let at = length - 1; at >= 0; at--) if (bytes[first + at] !== typeName.charCodeAt(at)) return false;
    return true;
  }
}

/** Finds what is wrong with a status beyond what its bytes show. */
type Review = (status: DecodedStatus) => readonly Issue[];

/** How far the fields are walked: until both code and message are found, until the first detail is, or to the end. */
type Goal = "head" | "first detail" | "end";

const NO_PLACES: readonly number[] = [];

/** With more than 16 details, decoding all takes less time than searching them for each question. */
const MANY = 4 * 16;

const SLASH = 0x2f;
