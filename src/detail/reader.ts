import type { Issue } from "../issue.js";
import { type DetailCodec, type ErrorDetail, typeNameOf } from "./detail.js";
import { codecProblem } from "./process-redaction.js";
import { unsafeIntegersOf } from "./unsafe-integers.js";

/** Decodes the details of one error on demand. A detail that cannot be decoded becomes an issue once. */
export class DetailReader {
  readonly #given: Details;
  readonly #issues: Issue[];
  readonly #packed: PackedDetails | undefined;
  #byType: ReadonlyMap<string, readonly ErrorDetail[]> | undefined;
  #unreadable: Set<ErrorDetail> | undefined;

  /**
   * @param given the details. They are read only if `packed` cannot answer
   * @param issues the list that problems are added to
   * @param packed the same details as they arrived, if they arrived packed
   */
  constructor(given: Details, issues: Issue[], packed?: PackedDetails) {
    this.#given = given;
    this.#issues = issues;
    this.#packed = packed;
  }

  /** Returns the first detail of a type that can be decoded. Never throws. */
  find<T>(codec: DetailCodec<T>): T | undefined {
    const found = this.#packed?.read(codec);
    if (found === null) return undefined;
    if (found !== undefined) return found;
    for (const detail of this.#ofType(codec)) {
      const message = this.#read(codec, detail);
      if (message !== undefined) return message;
    }
    return undefined;
  }

  /** Returns all details of a type that can be decoded. Never throws. */
  findAll<T>(codec: DetailCodec<T>): T[] {
    const found: T[] = [];
    for (const detail of this.#ofType(codec)) {
      const message = this.#read(codec, detail);
      if (message !== undefined) found.push(message);
    }
    return found;
  }

  /** Returns the detail that an error is declared with, or an empty message if none can be decoded. */
  own({ detail: codec }: { readonly detail?: DetailCodec<unknown> }): unknown {
    return codec && (this.find(codec) ?? emptyMessage(codec));
  }

  #ofType({ typeName }: DetailCodec<unknown>): readonly ErrorDetail[] {
    this.#byType ??= byType(this.#given.errorDetails);
    return this.#byType.get(typeName) ?? NONE;
  }

  #read<T>(codec: DetailCodec<T>, detail: ErrorDetail): T | undefined {
    if (this.#unreadable?.has(detail)) return undefined;
    try {
      const message = codec.decode(detail.value);
      const { typeUrl } = detail;
      for (const text of unsafeIntegersOf(message)) {
        const problem = codecProblem(codec.typeName, text);
        this.#issues.push({ kind: "unsafe-integer", message: problem, typeUrl });
      }
      return message;
    } catch (error) {
      this.#unreadable ??= new Set();
      this.#unreadable.add(detail);
      const message = `the detail of the type "${codec.typeName}" cannot be read: ${codecProblem(codec.typeName, error)}`;
      this.#issues.push({ kind: "malformed-detail", message, typeUrl: detail.typeUrl });
      return undefined;
    }
  }
}

/** An error with details. */
interface Details {
  readonly errorDetails: readonly ErrorDetail[];
}

/** Packed details, such as a `PackedStatus`. */
interface PackedDetails {
  /** Returns the first detail of a type, `null` if there is none, and `undefined` if all details must be searched. */
  read<T>(codec: DetailCodec<T>): T | null | undefined;
}

const NONE: readonly ErrorDetail[] = [];

/** An index, because there may be thousands of details, and a search for each would be quadratic. */
function byType(details: readonly ErrorDetail[]): ReadonlyMap<string, readonly ErrorDetail[]> {
  const found = new Map<string, ErrorDetail[]>();
  for (const detail of details) {
    const typeName = typeNameOf(detail.typeUrl);
    const others = found.get(typeName);
    if (others) others.push(detail);
    else found.set(typeName, [detail]);
  }
  return found;
}

function emptyMessage(codec: DetailCodec<unknown>): unknown {
  try {
    return codec.decode(new Uint8Array());
  } catch {
    return undefined;
  }
}
