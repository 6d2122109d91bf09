import type { Metadata, MetadataOptions, MetadataValue } from "@grpc/grpc-js";
import { THROWN } from "../platform/symbols.js";
import { isObject } from "../platform/values.js";
import { markReceived } from "../status/metadata.js";
import { isReserved, sendableValue } from "../status/metadata-fields.js";
import { TRAILER } from "../status/trailer.js";

/**
 * The metadata that a thrown error carries: its own trailers, and the trailer with its details. Also the metadata of an
 * error that another library than grpc-js received.
 *
 * It has every method of grpc-js's `Metadata`, and the field that grpc-js reads when it merges metadata. It is not that
 * class, because errors must work where grpc-js is not loaded: in browsers and behind HTTP.
 *
 * grpc-js hands interceptors a code, a text and metadata, but not the error. So the metadata and the trailer are both
 * marked with the error. A clone keeps both marks. A `Metadata` into which another interceptor merged this one still
 * has the marked trailer.
 */
class CarriedMetadata implements Omit<Metadata, "clone"> {
  /** Under the name that grpc-js gives it, because `merge` of its class reads it. */
  protected internalRepr: Map<string, MetadataValue[]>;
  #options: MetadataOptions;
  readonly #opaque: Map<string, unknown>;

  /**
   * @param thrown the error that carries the metadata. `undefined` for metadata that came from a peer.
   * @param fields must be sendable if the metadata carries an error
   */
  constructor(
    thrown: Error | undefined,
    fields: Iterable<readonly [string, readonly MetadataValue[]]>,
    options: MetadataOptions,
    opaque?: Iterable<readonly [string, unknown]>,
  ) {
    this.internalRepr = new Map([...fields].map(([name, values]) => [name, [...values]]));
    this.#options = options;
    this.#opaque = new Map(opaque);
    if (thrown) Object.defineProperty(this, THROWN, { value: thrown });
    // Its text and its details are another server's.
    if (!thrown || ("received" in thrown && thrown.received === true)) markReceived(this);
  }

  /** @throws Error for a name or a value that HTTP/2 cannot send */
  set(key: string, value: MetadataValue): void {
    this.internalRepr.set(nameOf(key), [checkValue(key, value)]);
  }

  /** @throws Error for a name or a value that HTTP/2 cannot send */
  add(key: string, value: MetadataValue): void {
    this.internalRepr.set(nameOf(key), [...this.get(key), checkValue(key, value)]);
  }

  remove(key: string): void {
    this.internalRepr.delete(nameOf(key));
  }

  get(key: string): MetadataValue[] {
    return this.internalRepr.get(nameOf(key)) ?? [];
  }

  getMap(): Record<string, MetadataValue> {
    return Object.fromEntries(
      [...this.internalRepr].flatMap(([name, [first]]) => (first === undefined ? [] : [[name, first]])),
    );
  }

  clone(): CarriedMetadata {
    return new CarriedMetadata(thrownOf(this) as Error | undefined, this.internalRepr, this.#options, this.#opaque);
  }

  merge(other: Pick<Metadata, "toJSON">): void {
    for (const [name, values] of Object.entries(other.toJSON())) for (const value of values) this.add(name, value);
  }

  setOptions(options: MetadataOptions): void {
    this.#options = options;
  }

  getOptions(): MetadataOptions {
    return this.#options;
  }

  setOpaque(key: string, value: unknown): void {
    this.#opaque.set(key, value);
  }

  getOpaque(key: string): unknown {
    return this.#opaque.get(key);
  }

  toHttp2Headers(): Record<string, string | string[]> {
    return Object.fromEntries(
      [...this.internalRepr].map(([name, values]) => {
        const texts = values.map((value) => (typeof value === "string" ? value : value.toString("base64")));
        const [first = ""] = texts;
        return [name, texts.length === 1 ? first : texts];
      }),
    );
  }

  toJSON(): Record<string, MetadataValue[]> {
    return Object.fromEntries(this.internalRepr);
  }
}

function nameOf(key: string): string {
  return key.toLowerCase();
}

function checkValue(key: string, value: unknown): MetadataValue {
  const sent = isReserved(nameOf(key)) ? undefined : sendableValue(nameOf(key), value);
  if (sent === undefined)
    throw new Error(`the metadata field ${JSON.stringify(key)} has a name or a value that HTTP/2 cannot send`);
  return sent;
}

/**
 * Returns metadata that carries an error.
 *
 * @param fields must be sendable
 */
export function carry(
  thrown: Error,
  fields: Iterable<readonly [string, readonly MetadataValue[]]>,
  options: MetadataOptions = {},
): Metadata {
  const metadata: unknown = new CarriedMetadata(thrown, fields, options);
  // grpc-js's class has private members, so no other class is assignable to it.
  return metadata as Metadata;
}

/** Returns metadata that came from a peer. */
export function peerMetadata(fields: Iterable<readonly [string, readonly MetadataValue[]]>): Metadata {
  const metadata: unknown = new CarriedMetadata(undefined, fields, {});
  return metadata as Metadata;
}

/** Marks the trailer in metadata with its error. */
export function markTrailer(metadata: Metadata, thrown: Error): void {
  for (const trailer of metadata.get(TRAILER)) Object.defineProperty(trailer, THROWN, { value: thrown });
}

/** Returns the error that carries metadata, or that carried its trailer. Never throws. */
export function thrownOf(metadata: unknown): unknown {
  try {
    if (!isObject(metadata)) return undefined;
    const { [THROWN]: thrown, get } = metadata as { [THROWN]?: unknown; get?: unknown };
    if (thrown !== undefined || typeof get !== "function") return thrown;
    const [trailer] = (metadata as Metadata).get(TRAILER);
    return (trailer as { [THROWN]?: unknown } | undefined)?.[THROWN];
  } catch {
    // A getter or an overridden method threw.
    return undefined;
  }
}
