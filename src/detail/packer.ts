import type { Issue } from "../issue.js";
import { isBytes } from "../platform/bytes.js";
import { attempt, thrownText } from "../platform/values.js";
import { takeWriter, writeOf } from "../wire/writer.js";
import {
  type DetailCodec,
  type ErrorDetail,
  packDetail,
  typeNameOf,
  typeUrlOf,
  writeDetail,
  writeMessage,
} from "./detail.js";
import { ErrorInfo } from "./error-info.js";
import { checkOf, type DetailCheck, ForeignCodeError } from "./field-problems.js";
import { codecProblem } from "./process-redaction.js";

/** The name of the method by which a collection of details packs itself, without an {@link ErrorDetail} for each. */
export const packInto: unique symbol = Symbol("packInto");

/** A collection of details that packs itself. */
export interface PackableDetails {
  [packInto](packer: Pick<DetailPacker, "add">): void;
}

/** Packs the first detail of each type. A detail that cannot be packed is left out and becomes an issue. */
export class DetailPacker {
  readonly #writer = takeWriter();
  readonly #issues: Issue[];
  readonly #taken = new Set<string | undefined>();

  /** @param issues the list that problems are added to */
  constructor(issues: Issue[]) {
    this.#issues = issues;
  }

  /** Reserves a type for {@link addOwn}: any other detail of the type is left out from now on. */
  keep(typeName: string | undefined): void {
    this.#taken.add(typeName);
  }

  /** Adds encoded details. */
  addRaw(packed: Uint8Array): void {
    this.#writer.raw(packed);
  }

  /** Adds a message of the error's own. Returns whether it could be packed. */
  addOwn<T>(codec: DetailCodec<T>, message: T): boolean {
    const { length } = this.#writer;
    try {
      this.#write(codec, message);
      return true;
    } catch (error) {
      this.#writer.cut(length);
      this.leaveOut(error, codec.typeName);
      return false;
    }
  }

  /** Adds a message, unless its type is taken. */
  add<T>(codec: DetailCodec<T>, message: T): void {
    if (this.#take(codec.typeName) && !this.addOwn(codec, message)) this.#taken.delete(codec.typeName);
  }

  /** Adds a detail, unless its type is taken. */
  addDetail(detail: unknown): void {
    const { length } = this.#writer;
    let taken: string | undefined;
    try {
      const { typeUrl, value } = checked(detail);
      const typeName = typeNameOf(typeUrl) || typeUrl;
      if (!this.#take(typeName)) return;
      taken = typeName;
      writeDetail(this.#writer, { typeUrl, value });
      this.#issues.push(...(issuesOf.get(detail as ErrorDetail) ?? []));
    } catch (error) {
      this.#writer.cut(length);
      // The next detail of the type may be fine.
      if (taken !== undefined) this.#taken.delete(taken);
      this.leaveOut(error);
    }
  }

  /** Leaves out an ErrorInfo beside the error's own. */
  refuseInfo(detail: ErrorDetail): void {
    try {
      const { typeUrl, value } = checked(detail);
      ErrorInfo.decode(value);
      this.#issues.push({ kind: "duplicate-detail", message: SECOND_INFO, typeUrl });
    } catch (error) {
      this.leaveOut(error);
    }
  }

  /** Leaves out a detail because of an error. */
  leaveOut(error: unknown, typeName?: string): void {
    const problem = typeName === undefined ? thrownText(error) : codecProblem(typeName, error);
    this.#issues.push({ kind: "malformed-detail", message: `a detail cannot be packed: ${problem}` });
  }

  /** Returns the encoded details. */
  finish(): Uint8Array {
    return this.#writer.finish();
  }

  /** Takes a type. Returns `false` if it was taken before. */
  #take(typeName: string): boolean {
    const { size } = this.#taken;
    return this.#taken.add(typeName).size > size;
  }

  #write<T>(codec: DetailCodec<T>, message: T): void {
    const { length } = this.#writer;
    const write = writeOf(codec.encode);
    const check = checkOf(codec.encode);
    let isFine = check === undefined || passes(check, message);
    if (write && isFine) {
      try {
        writeMessage(this.#writer, codec.typeName, message, write);
        return;
      } catch (error) {
        this.#writer.cut(length);
        isFine = error instanceof ForeignCodeError;
      }
    }
    const rest = isFine ? undefined : encodeRest(codec, message, this.#issues);
    // `encode` alone reports what is wrong, or finds another way.
    writeDetail(
      this.#writer,
      checked(rest ? { typeUrl: typeUrlOf(codec.typeName), value: rest } : packDetail(codec, message)),
    );
  }
}

/** The issues of details that were packed before their error was made. */
const issuesOf = new WeakMap<ErrorDetail, readonly Issue[]>();

/**
 * Packs a message as a detail of an error.
 *
 * A value that its field cannot hold is left out. It becomes an issue of the error that the detail is given to.
 *
 * @throws whatever the codec throws for a message that is not of its type
 */
export function packCheckedDetail<T>(codec: DetailCodec<T>, message: T): ErrorDetail {
  const typeUrl = typeUrlOf(codec.typeName);
  const check = checkOf(codec.encode);
  const write = writeOf(codec.encode);
  let isFine = check === undefined || passes(check, message);
  if (check && write && isFine) {
    try {
      // The writer of this package is strict.
      const writer = takeWriter();
      write(message, writer);
      return { typeUrl, value: writer.finish() };
    } catch (error) {
      isFine = error instanceof ForeignCodeError;
    }
  }
  const issues: Issue[] = [];
  const value = isFine ? undefined : encodeRest(codec, message, issues);
  if (!value) return packDetail(codec, message);
  const detail = { typeUrl, value };
  if (issues.length > 0) issuesOf.set(detail, issues);
  return detail;
}

function passes(check: DetailCheck, message: unknown): boolean {
  try {
    return check.passes(message);
  } catch {
    // A getter of the message throws, which encoding it shows.
    return false;
  }
}

/** Encodes the part of a message that has no problems. The others become issues. Returns `undefined` if that fails. */
function encodeRest<T>({ typeName, encode }: DetailCodec<T>, message: T, issues: Issue[]): Uint8Array | undefined {
  const rest = attempt(() => checkOf(encode)?.encode(message, typeUrlOf(typeName)));
  if (rest) issues.push(...rest.issues);
  return rest?.value;
}

const SECOND_INFO =
  'an ErrorInfo in "errorDetails" is left out: the error has a reason; add facts by the option "info"';

/**
 * Reads the members of a detail once each, because its value may be encoded on access.
 *
 * @throws TypeError for a value that is not a detail, which a program without types may pass
 */
function checked(detail: unknown): ErrorDetail {
  const { typeUrl, value } = (detail ?? {}) as Partial<ErrorDetail>;
  if (typeof typeUrl === "string" && isBytes(value)) return { typeUrl, value };
  throw new TypeError("it is not an ErrorDetail; use packDetail(codec, message)");
}
