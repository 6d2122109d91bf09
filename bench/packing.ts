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
if (!trailer.equals(packByHand(conflict)))
  throw new Error("grpc-rich-errors and hand-written code pack different bytes");

/** The error of a server that packs with hand-written code. */
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

/** The error of a client that unpacks with hand-written code. */
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

const HAND_WRITTEN = "hand-written";
const HAND_WRITTEN_WITH_ERROR = "hand-written, returning an Error";
const HAND_WRITTEN_OF_NEW = "hand-written, creating an Error";

const packing: readonly Contender[] = [
  { name: HAND_WRITTEN, run: repeat(() => packByHand(conflict)) },
  { name: HAND_WRITTEN_OF_NEW, run: repeat(() => packByHand(makeByHand())) },
  { name: "grpc-rich-errors, existing error", ...prepared(make, pack) },
  { name: "grpc-rich-errors, packed again", run: repeat(() => pack(error)) },
  { name: "grpc-rich-errors, creating the error", run: repeat(() => pack(make())) },
  { name: "`new Error` alone", run: repeat(() => new Error(conflict.message)) },
];

const PACKING_GOALS: Readonly<Record<string, Goal>> = {
  "grpc-rich-errors, creating the error": { bound: "at most", figure: 1, to: HAND_WRITTEN_OF_NEW },
};

const unpacking: readonly Contender[] = [
  { name: HAND_WRITTEN, run: repeat(() => unpackByHand(trailer)) },
  { name: HAND_WRITTEN_WITH_ERROR, run: repeat(() => new UnpackedError(unpackByHand(trailer))) },
  { name: "grpc-rich-errors, reading the reason", run: repeat(() => unpack(trailer, options).reason) },
  { name: "grpc-rich-errors, reading the detail", run: repeat(() => unpack(trailer, options).detail) },
];

const UNPACKING_GOALS: Readonly<Record<string, Goal>> = {
  "grpc-rich-errors, reading the reason": { bound: "at most", figure: 0.15, to: HAND_WRITTEN_WITH_ERROR },
  "grpc-rich-errors, reading the detail": { bound: "at most", figure: 0.25, to: HAND_WRITTEN_WITH_ERROR },
};

/** One error with its detail, compared with code that is written for this error alone and packs the same bytes. */
export const oneError: Part = {
  name: "one-error",
  title: "One error, compared with hand-written code",
  extent: "31 rounds of 25 ms each",
  async *measure(effort) {
    const title = `\`StreamRevisionConflictError\` (${trailer.length} bytes)`;
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
