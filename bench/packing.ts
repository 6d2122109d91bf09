import { pack, unpack } from "grpc-rich-errors";
import { catalog, StreamRevisionConflictError } from "grpc-rich-errors/catalogs/kurrentdb";
import { packByHand, unpackByHand } from "./by-hand.js";
import type { Contender } from "./pairs.js";

const detail = { stream: "orders-17", expectedRevision: 5n, actualRevision: 9_007_199_254_740_993n };
const options = { catalogs: [catalog] };
const error = new StreamRevisionConflictError(detail);
const conflict = { ...detail, message: error.message };
const trailer = Buffer.from(pack(error));
if (!trailer.equals(packByHand(conflict))) throw new Error("the two ways to pack give different bytes");

/** Packing one error: by hand, then by this package, with and without making the error. */
export const packing: readonly Contender[] = [
  { name: "by hand", run: repeat(() => packByHand(conflict)) },
  { name: "an error that is there", run: repeat(() => pack(error)) },
  { name: "a new error", run: repeat(() => pack(new StreamRevisionConflictError(detail))) },
  { name: "only `new Error`", run: repeat(() => new Error(conflict.message)) },
];

/** Unpacking one error: by hand, then by this package, with more or less of it read. */
export const unpacking: readonly Contender[] = [
  { name: "by hand", run: repeat(() => unpackByHand(trailer)) },
  { name: "reason read", run: repeat(() => unpack(trailer, options).reason) },
  { name: "detail read", run: repeat(() => unpack(trailer, options).detail) },
];

/** Keeps what the work gives, so that none of it is left out. */
export let kept: unknown;

function repeat(work: () => unknown): (times: number) => void {
  return (times) => {
    for (let time = 0; time < times; time++) kept = work();
  };
}
