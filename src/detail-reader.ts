import type { Definition } from "./definition.js";
import { type DetailCodec, type ErrorDetail, typeNameOf } from "./detail.js";
import type { Issue } from "./issue.js";
import type { PeerError } from "./peer-error.js";
import { reviewDetails } from "./received.js";
import { StandardDetails } from "./standard-details.js";
import { thrownText } from "./thrown-text.js";

/** Where the details of an error are, and where it is kept what is wrong with them. */
export interface DetailSource {
  readonly errorDetails: readonly ErrorDetail[];
  readonly issues: Issue[];
}

/** Decodes details of one error when they are asked for. What cannot be read becomes an issue, once. */
export class DetailReader {
  readonly #source: DetailSource;
  #unreadable: Set<ErrorDetail> | undefined;

  constructor(source: DetailSource) {
    this.#source = source;
  }

  /** All details of a type that can be read. Never throws. */
  findAll<T>(codec: DetailCodec<T>): T[] {
    const found: T[] = [];
    for (const detail of this.#source.errorDetails) {
      if (typeNameOf(detail.typeUrl) !== codec.typeName || this.#unreadable?.has(detail)) continue;
      try {
        found.push(codec.decode(detail.value));
      } catch (error) {
        this.#unreadable ??= new Set();
        this.#unreadable.add(detail);
        const message = `the detail of the type "${codec.typeName}" cannot be read: ${thrownText(error)}`;
        this.#source.issues.push({ kind: "malformed-detail", message, typeUrl: detail.typeUrl });
      }
    }
    return found;
  }

  /** The first detail of a type that can be read. Never throws. */
  find<T>(codec: DetailCodec<T>): T | undefined {
    return this.findAll(codec)[0];
  }

  /** The standard details that can be read. */
  get standard(): StandardDetails {
    return StandardDetails.from((codec) => this.find(codec));
  }

  /** The detail that an error is declared with: a message without content if there is none that can be read. */
  own({ detail: codec }: Definition): unknown {
    return codec && (this.find(codec) ?? emptyMessage(codec));
  }

  /** Looks for what is wrong with an error from a peer. What only decoding tells is among the source's issues then. */
  review(received: PeerError): Issue[] {
    const issues = reviewDetails(received);
    const { definition, errorDetails } = received;
    void this.standard;
    if (definition?.detail) {
      const { typeName } = definition.detail;
      void this.own(definition);
      if (!errorDetails.some(({ typeUrl }) => typeNameOf(typeUrl) === typeName)) {
        issues.push({ kind: "missing-detail", message: `the detail of the type "${typeName}" is missing` });
      }
    }
    return issues;
  }
}

function emptyMessage(codec: DetailCodec<unknown>): unknown {
  try {
    return codec.decode(new Uint8Array());
  } catch {
    return undefined;
  }
}
