import type { Issue } from "../issue.js";
import { thrownText } from "../platform/values.js";
import { type DetailCodec, type ErrorDetail, typeNameOf } from "./detail.js";

/** Decodes details of one error when they are asked for. What cannot be read becomes an issue, once. */
export class DetailReader {
  readonly #given: Details;
  readonly #issues: Issue[];
  readonly #packed: PackedDetails | undefined;
  #byType: ReadonlyMap<string, readonly ErrorDetail[]> | undefined;
  #unreadable: Set<ErrorDetail> | undefined;

  /**
   * @param given asked for all its details only where single ones cannot be found among those that are packed
   * @param issues where it is kept what is wrong with the details
   * @param packed the same details as they came, where they came packed
   */
  constructor(given: Details, issues: Issue[], packed?: PackedDetails) {
    this.#given = given;
    this.#issues = issues;
    this.#packed = packed;
  }

  /** The first detail of a type that can be read. Never throws. */
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

  /** All details of a type that can be read. Never throws. */
  findAll<T>(codec: DetailCodec<T>): T[] {
    const found: T[] = [];
    for (const detail of this.#ofType(codec)) {
      const message = this.#read(codec, detail);
      if (message !== undefined) found.push(message);
    }
    return found;
  }

  /** The detail that an error is declared with: a message without content if there is none that can be read. */
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
      return codec.decode(detail.value);
    } catch (error) {
      this.#unreadable ??= new Set();
      this.#unreadable.add(detail);
      const message = `the detail of the type "${codec.typeName}" cannot be read: ${thrownText(error)}`;
      this.#issues.push({ kind: "malformed-detail", message, typeUrl: detail.typeUrl });
      return undefined;
    }
  }
}

/** What has details. */
interface Details {
  readonly errorDetails: readonly ErrorDetail[];
}

/** Details as bytes. */
interface PackedDetails {
  /** The first detail of a type; null if there is none, nothing if all have to be looked at. */
  read<T>(codec: DetailCodec<T>): T | null | undefined;
}

const NONE: readonly ErrorDetail[] = [];

/** There may be thousands of details, each to be asked for: one has to be found without looking at all others. */
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
