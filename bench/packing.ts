import { pack, unpack } from "grpc-rich-errors";
import { catalog, StreamRevisionConflictError } from "grpc-rich-errors/catalogs/kurrentdb";
import { type Conflict, packByHand, type Unpacked, unpackByHand } from "./conflict-by-hand.js";
import type { Comparison, Effort, Goal, Part, Row } from "./figures.js";
import { type Contender, compare } from "./pairs.js";
import { prepared, repeat } from "./repeat.js";

const detail = { stream: "orders-17", expectedRevision: 5n, actualRevision: 9_007_199_254_740_993n };
const options = { catalogs: [catalog] };
const make = () => new StreamRevisionConflictError(detail);
const error = make();
const conflict = { ...detail, message: error.message };
const trailer = Buffer.from(pack(error));
if (!trailer.equals(packByHand(conflict))) throw new Error("the two ways to pack give different bytes");

/** What a server that packs by hand throws. */
class ConflictError extends Error implements Conflict {
  constructor(
    readonly stream: string,
    readonly expectedRevision: bigint,
    readonly actualRevision: bigint,
  ) {
    super(conflict.message);
  }
}

const makeByHand = () => new ConflictError(detail.stream, detail.expectedRevision, detail.actualRevision);

/** What a client that unpacks by hand catches. */
class UnpackedError extends Error {
  readonly code: number;
  readonly reason: string;
  readonly stream: string;
  readonly expectedRevision: bigint;
  readonly actualRevision: bigint;

  constructor({ code, message, reason, stream, expectedRevision, actualRevision }: Unpacked) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.stream = stream;
    this.expectedRevision = expectedRevision;
    this.actualRevision = actualRevision;
  }
}

const FLOOR = "by hand";
const FLOOR_WITH_ERROR = "by hand, and an Error made of it";
const FLOOR_OF_NEW = "by hand, of a new Error";

/** Packing one error: by hand, then by this package, with and without making the error. */
const packing: readonly Contender[] = [
  { name: FLOOR, run: repeat(() => packByHand(conflict)) },
  { name: FLOOR_OF_NEW, run: repeat(() => packByHand(makeByHand())) },
  { name: "grpc-rich-errors: an error that is there", ...prepared(make, pack) },
  { name: "grpc-rich-errors: packed once more", run: repeat(() => pack(error)) },
  { name: "grpc-rich-errors: a new error", run: repeat(() => pack(make())) },
  { name: "only `new Error`", run: repeat(() => new Error(conflict.message)) },
];

const PACKING_GOALS: Readonly<Record<string, Goal>> = {
  "grpc-rich-errors: an error that is there": { bound: "at most", figure: 1, to: FLOOR },
  "grpc-rich-errors: a new error": { bound: "at most", figure: 1, to: FLOOR_OF_NEW },
};

/** Unpacking one error: by hand, then by this package, with more or less of it read. */
const unpacking: readonly Contender[] = [
  { name: FLOOR, run: repeat(() => unpackByHand(trailer)) },
  { name: FLOOR_WITH_ERROR, run: repeat(() => new UnpackedError(unpackByHand(trailer))) },
  { name: "grpc-rich-errors: the reason read", run: repeat(() => unpack(trailer, options).reason) },
  { name: "grpc-rich-errors: the detail read", run: repeat(() => unpack(trailer, options).detail) },
];

const UNPACKING_GOALS: Readonly<Record<string, Goal>> = {
  "grpc-rich-errors: the reason read": { bound: "at most", figure: 0.3, to: FLOOR },
  "grpc-rich-errors: the detail read": { bound: "at most", figure: 1, to: FLOOR },
};

/** One error with its detail, beside code that is written by hand for it and gives the same bytes. */
export const oneError: Part = {
  name: "one-error",
  title: "One error, beside code that is written by hand for it",
  extent: "31 rounds of 25 ms for each",
  async *measure(effort) {
    const title = `\`StreamRevisionConflictError\`, ${trailer.length} bytes`;
    yield await comparison(effort, "pack-one", `Packing ${title}`, packing, PACKING_GOALS);
    yield await comparison(effort, "unpack-one", `Unpacking ${title}`, unpacking, UNPACKING_GOALS);
  },
};

async function comparison(
  { smoke }: Effort,
  id: string,
  title: string,
  contenders: readonly Contender[],
  goals: Readonly<Record<string, Goal>>,
): Promise<Comparison> {
  const results = await compare(contenders, smoke ? 2 : 31, smoke ? 100 : { ms: 25 });
  const rows = results.map(({ name, micros, ratio }): Row => {
    const goal = goals[name];
    return { name, value: micros, ratio, ...(goal && { goal }) };
  });
  return { id, title, unit: "µs", rows };
}
