import type { Issue } from "../issue.js";
import { isBytes } from "../platform/bytes.js";
import { thrownText } from "../platform/values.js";
import { takeWriter, writeOf } from "../wire/writer.js";
import { type DetailCodec, type ErrorDetail, packDetail, typeNameOf, writeDetail, writeMessage } from "./detail.js";
import { ErrorInfo } from "./error-info.js";

/** The name of the method by which a collection of details packs itself, without an {@link ErrorDetail} for each. */
export const packInto: unique symbol = Symbol("packInto");

/** A collection of details that packs itself. */
export interface PackableDetails {
  [packInto](packer: Pick<DetailPacker, "add">): void;
}

/**
 * Packs the details of an error, one of each type: the first.
 *
 * What cannot be packed is left out and becomes an issue, because an error must
 * be sent all the same.
 */
export class DetailPacker {
  readonly #writer = takeWriter();
  readonly #issues: Issue[];
  readonly #taken = new Set<string | undefined>();

  /**
   * @param issues where it is kept what cannot be packed
   */
  constructor(issues: Issue[]) {
    this.#issues = issues;
  }

  /** Leaves out all details of a type that come from now on, but for one that is added as the error's own. */
  keep(typeName: string | undefined): void {
    this.#taken.add(typeName);
  }

  /** Adds what is packed already, as it stands in a status. */
  addRaw(packed: Uint8Array): void {
    this.#writer.raw(packed);
  }

  /** Adds a message of the error's own; tells whether it could be packed. */
  addOwn<T>(codec: DetailCodec<T>, message: T): boolean {
    const { length } = this.#writer;
    try {
      this.#write(codec, message);
      return true;
    } catch (error) {
      this.#writer.cut(length);
      this.leaveOut(error);
      return false;
    }
  }

  /** Adds a message, unless there is one of its type. */
  add<T>(codec: DetailCodec<T>, message: T): void {
    if (this.#take(codec.typeName) && !this.addOwn(codec, message)) this.#taken.delete(codec.typeName);
  }

  /** Adds a detail, unless there is one of its type. */
  addDetail(detail: unknown): void {
    const { length } = this.#writer;
    let taken: string | undefined;
    try {
      const { typeUrl, value } = checked(detail);
      const typeName = typeNameOf(typeUrl) || typeUrl;
      if (!this.#take(typeName)) return;
      taken = typeName;
      writeDetail(this.#writer, { typeUrl, value });
    } catch (error) {
      this.#writer.cut(length);
      // The next of its type may be one that can be packed.
      if (taken !== undefined) this.#taken.delete(taken);
      this.leaveOut(error);
    }
  }

  /** Leaves out an ErrorInfo that does not identify the error. */
  refuseInfo(detail: ErrorDetail): void {
    try {
      const { typeUrl, value } = checked(detail);
      ErrorInfo.decode(value);
      const message =
        'an ErrorInfo in "errorDetails" is left out: the error has a reason; add facts by the option "info"';
      this.#issues.push({ kind: "duplicate-detail", message, typeUrl });
    } catch (error) {
      this.leaveOut(error);
    }
  }

  leaveOut(error: unknown): void {
    this.#issues.push({ kind: "malformed-detail", message: `a detail cannot be packed: ${thrownText(error)}` });
  }

  /** All details, as they stand in a status. */
  finish(): Uint8Array {
    return this.#writer.finish();
  }

  /** Takes a type; tells whether it was not taken yet. */
  #take(typeName: string): boolean {
    const { size } = this.#taken;
    return this.#taken.add(typeName).size > size;
  }

  #write<T>(codec: DetailCodec<T>, message: T): void {
    const { length } = this.#writer;
    const write = writeOf(codec.encode);
    if (write) {
      try {
        writeMessage(this.#writer, codec.typeName, message, write);
        return;
      } catch {
        // By itself, the codec says what is wrong, or knows another way.
        this.#writer.cut(length);
      }
    }
    writeDetail(this.#writer, checked(packDetail(codec, message)));
  }
}

/**
 * The detail with its value read once: it may be packed at the moment when it is read.
 *
 * @throws TypeError for anything else, which users without types may give
 */
function checked(detail: unknown): ErrorDetail {
  const { typeUrl, value } = (detail ?? {}) as Partial<ErrorDetail>;
  if (typeof typeUrl !== "string" || !isBytes(value)) throw new TypeError("it is not an ErrorDetail");
  return { typeUrl, value };
}
