import type { Server } from "@grpc/grpc-js";
import type { RichError, RichErrorServerOptions } from "grpc-rich-errors";
import type { Shape } from "../../support/shapes.js";

/** The facts of an error in a form that no library has. Messages are names, and bytes are hexadecimal. */
export interface PairFacts {
  readonly zigzag: bigint;
  readonly most: bigint;
  readonly exact: bigint;
  readonly longs: readonly bigint[];
  readonly choice: readonly ["text" | "chosen", string] | readonly ["number", bigint] | undefined;
  readonly labels: Entries<string>;
  readonly counts: Entries<bigint>;
  readonly parts: Entries<string>;
  readonly maybe: number | undefined;
  readonly note: string | undefined;
  readonly wrapped: number | undefined;
  /** The message in the Any holds an Any, too. */
  readonly any: AnyFacts | undefined;
  readonly raw: string;
  readonly kind: number;
  readonly kinds: readonly number[];
  readonly ratio: number;
  readonly floats: readonly number[];
  /** The names of a part, of the part in it, and so on. */
  readonly part: readonly string[];
}

type Entries<T> = readonly (readonly [key: string, value: T])[];

export interface AnyFacts {
  readonly typeUrl: string;
  readonly zigzag: bigint;
  readonly any: AnyFacts | undefined;
}

/** The name by which a table shows a loss. */
export const NAMES: Readonly<Record<keyof PairFacts | "later", string>> = {
  zigzag: "`sint64` beyond 2^53",
  most: "`uint64` beyond 2^53",
  exact: "`int64` with `jstype = JS_STRING`",
  longs: "`repeated int64` beyond 2^53",
  choice: "`fixed64` in a oneof",
  labels: "text map",
  counts: "`sint64` map",
  parts: "message map",
  maybe: "optional integer",
  note: "optional text",
  wrapped: "wrapper",
  any: "nested Any",
  raw: "bytes",
  kind: "unknown enum value",
  kinds: "unknown enum values",
  ratio: "NaN",
  floats: "-0 and infinities",
  part: "deep nesting",
  later: "unknown fields",
};

/** The type of the detail. */
export const TYPE = "pairs.v1.Facts";

const ANY_URL = `type.googleapis.com/${TYPE}`;
const BEYOND = 9_007_199_254_740_993n;

const FIRST: PairFacts = {
  zigzag: -BEYOND,
  most: 18_446_744_073_709_551_615n,
  exact: -9_223_372_036_854_775_808n,
  longs: [BEYOND, -BEYOND, 0n],
  choice: ["text", ""],
  labels: [
    ["__proto__", "a"],
    ["constructor", "b"],
    ["", "c"],
  ],
  counts: [
    ["__proto__", 1n],
    ["toString", -2n],
  ],
  parts: [
    ["__proto__", "d"],
    ["constructor", "e"],
  ],
  maybe: 0,
  note: "",
  wrapped: 0,
  any: { typeUrl: ANY_URL, zigzag: 1n, any: { typeUrl: ANY_URL, zigzag: -2n, any: undefined } },
  raw: "00ff80fe",
  kind: 99,
  kinds: [1, 99, 0],
  ratio: Number.NaN,
  floats: [-0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1.5],
  part: Array.from({ length: 60 }, (_, level) => `level ${level}`),
};

/** One set of facts for each case of the oneof, and the defaults of all fields. The index is that in requests. */
export const FACTS: readonly PairFacts[] = [
  FIRST,
  { ...FIRST, choice: ["number", BEYOND], maybe: undefined, note: undefined, wrapped: undefined },
  { ...FIRST, choice: ["chosen", "é"], any: undefined },
  {
    ...{ zigzag: 0n, most: 0n, exact: 0n, longs: [], choice: undefined, labels: [], counts: [], parts: [] },
    ...{ maybe: undefined, note: undefined, wrapped: undefined, any: undefined, raw: "", kind: 0, kinds: [] },
    ...{ ratio: 0, floats: [], part: [] },
  },
];

/** The index of the request for an error with a field that the message does not have. */
export const LATER = FACTS.length;

/** The bytes of such a detail: the fields 1 and 100 of `LaterFacts`. */
export const LATER_BYTES: Uint8Array = Uint8Array.of(0x08, 0x01, 0xa2, 0x06, 0x03, 0x6e, 0x65, 0x77);

/** A client with promises, whose calls end with the error of the request. */
interface PairCalls<Request> {
  unary(request: Request): Promise<unknown>;
  clientStream(requests: readonly Request[]): Promise<unknown>;
  serverStream(request: Request): AsyncIterable<unknown>;
  bidi(requests: readonly Request[]): AsyncIterable<unknown>;
}

/** The four shapes of calls, with the index of the request. */
export type PairClient = Readonly<Record<Shape, (index: number) => Promise<unknown>>>;

/** @param request makes the request with an index */
export function clientOf<Request>(calls: PairCalls<Request>, request: (index: number) => Request): PairClient {
  return {
    unary: (index) => calls.unary(request(index)),
    clientStream: (index) => calls.clientStream([request(index)]),
    serverStream: (index) => drained(calls.serverStream(request(index))),
    bidi: (index) => drained(calls.bidi([request(index)])),
  };
}

async function drained(responses: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of responses);
}

/** One protobuf library, used as its users do. */
export interface PairLibrary {
  readonly name: string;
  /** The options of the server's interceptor. */
  readonly options: RichErrorServerOptions;
  /** Adds the service. Its methods throw the error of the request: {@link FACTS}, or {@link LATER}. */
  serve(server: Server): void;
  /** Opens a client of the service. */
  connect(address: string): { readonly calls: PairClient; close(): void };
  /** Reads the detail of an error that a client caught. */
  read(error: RichError): PairFacts;
  /** Writes the detail of an error that a client caught once more. */
  rewrite(error: RichError): Uint8Array;
}

/** The facts of a request. */
export function factsOf(index: number): PairFacts {
  const facts = FACTS[index];
  if (!facts) throw new Error(`there are no facts ${index}`);
  return facts;
}

/** Bytes as a hexadecimal text. */
export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

/** Makes nested messages of names, the innermost first. */
export function nested<T>(names: readonly string[], wrap: (name: string, inner: T | undefined) => T): T | undefined {
  return names.reduceRight<T | undefined>((inner, name) => wrap(name, inner), undefined);
}

/** A part in the form of most libraries. */
export interface PlainPart {
  readonly name: string;
  readonly inner?: PlainPart | null | undefined;
}

/** The names of a part and those in it. */
export function namesOf(part: PlainPart | null | undefined): string[] {
  const names: string[] = [];
  for (let next = part; next; next = next.inner) names.push(next.name);
  return names;
}

/** The own entries of a map. The order is that of the wire. */
export function entriesOf<T, U>(map: Readonly<Record<string, T>>, value: (entry: T) => U): [string, U][] {
  return Object.entries(map).map(([key, entry]) => [key, value(entry)]);
}

/** An object with these entries as its own. */
export function mapOf<T, U>(entries: Entries<T>, value: (entry: T) => U): Record<string, U> {
  return Object.fromEntries(entries.map(([key, entry]) => [key, value(entry)]));
}
