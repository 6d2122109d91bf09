import type { Catalog } from "./catalog.js";
import { type DecodedStatus, decodeStatus } from "./envelope.js";
import { ErrorInfo } from "./error-info.js";
import { type Identification, identifyByInfo } from "./identification.js";
import type { Issue } from "./issue.js";
import { recognise } from "./recognition.js";
import { fastest, readLatin1, readUtf8 } from "./utf8.js";
import { delimited, varint } from "./wire.js";

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
    if (!this.#goToDetail()) return undefined;
    const recognised = recognise(this.#view, this.#details, this.#end, catalogs);
    if (recognised) return recognised;
    const info = this.#isOfType(ErrorInfo.typeName) ? tryToDecode(this.#value) : undefined;
    return info && identifyByInfo(info, catalogs);
  }

  /** The bytes of the first detail of a type; none if it takes decoding all to find it. */
  find(typeName: string): Uint8Array | undefined {
    this.#pos = this.#details;
    while (this.#goToDetail()) {
      const isOfType = this.#isOfType(typeName);
      if (isOfType !== false) return isOfType && this.#value;
    }
    return undefined;
  }

  /** All that it says. */
  decode(): DecodedStatus {
    const status = decodeStatus(this.#bytes);
    if (this.#call) status.issues.push(...contradictions(status, this.#call));
    if (this.#hasTwin) status.issues.push({ kind: "several-statuses", message: "the trailer has more than one value" });
    return status;
  }

  #goToDetail(): boolean {
    return this.#pos > 0 && this.#goTo(DETAIL, this.#view.length);
  }

  /** Goes to a field that comes next; tells whether it does, and ends before a place. */
  #goTo(tag: number, limit: number): boolean {
    const bytes = this.#view;
    let at = this.#pos;
    if (bytes[at++] !== tag) return false;
    let length = bytes[at++] ?? 0x80;
    if (length > 0x7f) {
      const high = bytes[at++] ?? 0x80;
      if (high > 0x7f) return false;
      length = (length & 0x7f) | (high << 7);
    }
    const end = at + length;
    if (end > limit) return false;
    this.#start = at;
    this.#pos = this.#end = end;
    return true;
  }

  /** Whether the detail that was gone to is of a type; nothing if it is not as nearly all are. Goes to its value. */
  #isOfType(typeName: string): boolean | undefined {
    const end = this.#end;
    this.#pos = this.#start;
    if (!this.#goTo(TYPE_URL, end)) return undefined;
    const isOfType = this.#endsWith(typeName);
    if (this.#pos === end) this.#start = end;
    else if (!this.#goTo(VALUE, end) || this.#end !== end) return undefined;
    return isOfType;
  }

  /** The type URL that was gone to is one of a type: what follows its last slash. */
  #endsWith(typeName: string): boolean {
    const start = this.#end - typeName.length;
    const isName = start === this.#start || (start > this.#start && this.#view[start - 1] === SLASH);
    return isName && readLatin1(this.#view, start, this.#end) === typeName;
  }

  get #value(): Uint8Array {
    return this.#view.subarray(this.#start, this.#end);
  }
}

function tryToDecode(info: Uint8Array): ErrorInfo | undefined {
  try {
    return ErrorInfo.decode(info);
  } catch {
    // There may be another that can be read.
    return undefined;
  }
}

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
