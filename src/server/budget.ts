import { type ErrorDetail, packDetail, typeNameOf } from "../detail.js";
import { encodeDetails } from "../envelope.js";
import { ErrorInfo } from "../error-info.js";
import { RichError } from "../rich-error.js";
import { SHED } from "../shed.js";
import { DebugInfo, Help, LocalizedMessage, RetryInfo } from "../standard-types.js";
import { type Block, fits, hasTrailers, lengthOf, sizeOfTrailers } from "./header-block.js";
import { cutText, cutViolations, isViolations } from "./shortening.js";

/** What of an error is sent, and what is not. */
export interface Fitted {
  readonly message: string;
  /** As bytes, one after the other as they stand in a status. */
  readonly details: Uint8Array;
  readonly trailers: Block["trailers"];
  /** What was left out or cut, in the order of {@link fitInto}. */
  readonly shed: readonly string[];
}

/** How the error's own trailers are called among what was shed. */
export const TRAILERS = "trailers";

/** What a message keeps for as long as there is anything else to shed, in bytes. */
const FIRST_OF_MESSAGE = 1024;

/**
 * Makes an error fit into a header block, because peers and proxies drop larger
 * ones, or the whole connection. What does not fit is shed in this order:
 *
 * 1. `DebugInfo`, `Help`, `LocalizedMessage`
 * 2. the message beyond its first 1,024 bytes
 * 3. violations of fields, preconditions and quotas, from the last on
 * 4. the error's own trailers, then all other extras, from the last on
 * 5. the typed detail
 * 6. `RetryInfo`
 * 7. the rest of the message
 * 8. the metadata of `ErrorInfo`, but for the error's number
 *
 * Code, reason and domain stay. What was shed stands in `ErrorInfo.metadata`
 * under `shed`, so that the client knows.
 *
 * @param most the size of the block, in bytes
 * @param trailers what is sent beside, the error's own or others
 * @param details the error's own, and what the server adds; by default, the error's own alone
 */
export function fitInto(
  error: RichError,
  most: number,
  trailers: Block["trailers"],
  details?: readonly ErrorDetail[] | undefined,
): Fitted {
  // It may have been changed since the error was made.
  const message = error.message.toWellFormed();
  const packed = details ? encodeDetails(details) : RichError.packedDetailsOf(error);
  if (fits({ message, detailsLength: packed.length, trailers }, most)) {
    return { message, details: packed, trailers, shed: NONE };
  }
  return new Shedding(error, most, message, trailers, details ?? error.errorDetails).run();
}

const NONE: readonly string[] = [];

class Shedding {
  readonly #error: RichError;
  readonly #most: number;
  readonly #shed: string[] = [];
  #message: string;
  #details: ErrorDetail[];
  #trailers: Block["trailers"];
  #infoMetadata: Readonly<Record<string, string>>;
  // Both are looked at again and again, and may be large.
  readonly #trailersSize: number;
  #packedInfo:
    | { readonly saying: Readonly<Record<string, string>>; readonly shed: number; readonly detail: ErrorDetail }
    | undefined;

  constructor(
    error: RichError,
    most: number,
    message: string,
    trailers: Block["trailers"],
    details: readonly ErrorDetail[],
  ) {
    this.#error = error;
    this.#most = most;
    this.#message = message;
    this.#details = details.filter(({ typeUrl }) => typeNameOf(typeUrl) !== ErrorInfo.typeName);
    this.#trailers = trailers;
    this.#trailersSize = sizeOfTrailers(trailers);
    this.#infoMetadata = error.info?.metadata ?? {};
  }

  run(): Fitted {
    const own = this.#error.definition?.detail?.typeName;
    const kept = new Set([own, RetryInfo.typeName]);
    const types = this.#details.map(({ typeUrl }) => typeNameOf(typeUrl));
    const extras = types.filter((typeName) => !kept.has(typeName)).reverse();

    for (const { typeName } of [DebugInfo, Help, LocalizedMessage]) this.#drop(typeName);
    this.#cutMessage(FIRST_OF_MESSAGE);
    for (const typeName of types) this.#cut(typeName);
    this.#dropTrailers();
    for (const typeName of extras) this.#drop(typeName);
    if (own !== undefined) this.#drop(own);
    this.#drop(RetryInfo.typeName);
    this.#cutMessage(0);
    this.#dropInfoMetadata();
    const details = encodeDetails(this.#allDetails);
    return { message: this.#message, details, trailers: this.#trailers, shed: this.#shed };
  }

  get #allDetails(): readonly ErrorDetail[] {
    const info = this.#info;
    return info ? [info, ...this.#details] : this.#details;
  }

  /** ErrorInfo, packed anew only if it says something else. */
  get #info(): ErrorDetail | undefined {
    const { info } = this.#error;
    if (!info) return undefined;
    const [saying, shed] = [this.#infoMetadata, this.#shed.length];
    if (this.#packedInfo?.saying !== saying || this.#packedInfo.shed !== shed) {
      const detail = packDetail(ErrorInfo, { ...info, metadata: { ...saying, ...this.#told() } });
      this.#packedInfo = { saying, shed, detail };
    }
    return this.#packedInfo.detail;
  }

  #told(): Record<string, string> {
    return this.#shed.length > 0 ? { [SHED]: this.#shed.join(",") } : {};
  }

  get #fits(): boolean {
    const block = { message: this.#message, detailsLength: lengthOf(this.#allDetails), trailers: undefined };
    return fits(block, this.#most - (this.#trailers ? this.#trailersSize : 0));
  }

  #drop(typeName: string): void {
    if (this.#fits) return;
    const rest = this.#details.filter(({ typeUrl }) => typeNameOf(typeUrl) !== typeName);
    if (rest.length === this.#details.length) return;
    this.#details = rest;
    this.#tell(typeName);
  }

  /** Cuts the message to as many bytes as fit, but to no fewer than given. */
  #cutMessage(least: number): void {
    if (this.#fits || Buffer.byteLength(this.#message) <= least) return;
    const whole = cutText(this.#message, Math.max(this.#most, least));
    this.#tell("message");
    this.#search(least, Math.min(Buffer.byteLength(whole), this.#most), (bytes) => {
      this.#message = cutText(whole, bytes);
    });
  }

  #cut(typeName: string): void {
    if (this.#fits || !isViolations(typeName)) return;
    const index = this.#details.findIndex(({ typeUrl }) => typeNameOf(typeUrl) === typeName);
    const whole = this.#details[index];
    if (!whole) return;
    this.#tell(typeName);
    this.#search(0, Math.min(whole.value.length, this.#most), (bytes) => {
      this.#details[index] = { ...whole, value: cutViolations(whole.value, bytes) };
    });
    if (this.#details[index]?.value.length === 0) this.#details.splice(index, 1);
  }

  /** Does something with as large a number as fits; with the least if none does. */
  #search(least: number, most: number, apply: (value: number) => void): void {
    let low = least;
    let high = most;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      apply(middle);
      if (this.#fits) low = middle;
      else high = middle - 1;
    }
    apply(low);
  }

  #dropTrailers(): void {
    if (this.#fits || !hasTrailers(this.#trailers)) return;
    this.#trailers = undefined;
    this.#tell(TRAILERS);
  }

  #dropInfoMetadata(): void {
    if (this.#fits) return;
    const { definition } = this.#error;
    this.#infoMetadata = definition?.numericCode ? { code: String(definition.number) } : {};
    this.#tell("info");
  }

  #tell(part: string): void {
    const name = part.slice(part.lastIndexOf(".") + 1);
    if (!this.#shed.includes(name)) this.#shed.push(name);
  }
}
