import type { Definition } from "./definition.js";
import type { DetailCodec, ErrorDetail } from "./detail.js";
import type { Issue } from "./issue.js";
import { StandardDetails } from "./standard-details.js";
import { thrownText } from "./thrown-text.js";

/** Decodes details of one error when they are asked for. What cannot be read becomes an issue, once. */
export class DetailReader {
  readonly #given: Details;
  readonly #issues: Issue[];
  readonly #packed: PackedDetails | undefined;
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
    const bytes = this.#packed?.find(codec.typeName);
    if (bytes === null) return undefined;
    if (bytes) {
      try {
        return codec.decode(bytes);
      } catch {
        // There may be another of the type that can be read.
      }
    }
    for (const detail of this.#given.errorDetails) {
      if (!isOfType(detail, codec.typeName)) continue;
      const message = this.#read(codec, detail);
      if (message !== undefined) return message;
    }
    return undefined;
  }

  /** All details of a type that can be read. Never throws. */
  findAll<T>(codec: DetailCodec<T>): T[] {
    const found: T[] = [];
    for (const detail of this.#given.errorDetails) {
      if (!isOfType(detail, codec.typeName)) continue;
      const message = this.#read(codec, detail);
      if (message !== undefined) found.push(message);
    }
    return found;
  }

  /** The standard details that can be read. */
  get standard(): StandardDetails {
    return StandardDetails.from((codec) => this.find(codec));
  }

  /** The detail that an error is declared with: a message without content if there is none that can be read. */
  own({ detail: codec }: Definition): unknown {
    return codec && (this.find(codec) ?? emptyMessage(codec));
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
  /** The bytes of the first detail of a type; null if there is none, nothing if it takes decoding all to find out. */
  find(typeName: string): Uint8Array | null | undefined;
}

/** What follows the last slash is the name; most type URLs have no slash where this name would need it. */
function isOfType({ typeUrl }: ErrorDetail, typeName: string): boolean {
  const start = typeUrl.length - typeName.length;
  return (start === 0 || typeUrl.charCodeAt(start - 1) === SLASH) && typeUrl.endsWith(typeName);
}

const SLASH = 0x2f;

function emptyMessage(codec: DetailCodec<unknown>): unknown {
  try {
    return codec.decode(new Uint8Array());
  } catch {
    return undefined;
  }
}
