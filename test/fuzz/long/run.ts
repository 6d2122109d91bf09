import { inspect, parseArgs } from "node:util";
import { Metadata } from "@grpc/grpc-js";
import { pack, RichError, unpack } from "grpc-rich-errors";
import { BadRequest } from "grpc-rich-errors/details";
import { fromHttp } from "grpc-rich-errors/http";
import { bodies, CATALOGS, declaredErrors, trailers } from "./corpus.js";
import { Mutator, Random } from "./mutator.js";
import { countSteps, takeSteps } from "./steps.js";

// Reads millions of inputs that are almost valid: none may throw, take more steps than its bytes allow, or leave
// anything behind. Four in five are trailers, the others HTTP bodies.

const { values } = parseArgs({ options: { runs: { type: "string" }, seed: { type: "string" } } });
const runs = Number(values.runs ?? 10_000_000);
const seed = Number(values.seed ?? Date.now() % 2 ** 31);

/**
 * A field has at least two bytes. The readers of the status, of ErrorInfo and of
 * its detail may each look at it, again when the issues are read, and all of this
 * twice, because a trailer is read in two ways.
 */
const STEPS_PER_BYTE = 10;

const reading = { catalogs: CATALOGS };
const errors = declaredErrors(seed);
const random = new Random(seed);
const trailerMutator = new Mutator(random, trailers(errors));
const bodyMutator = new Mutator(random, bodies(errors));
const TYPES = ["application/json", "application/problem+json", "text/html", ""] as const;

const counts = new Map<string, number>();
let slowest = { ms: 0, bytes: 0, start: "" };
let mostSteps = { perByte: 0, bytes: 0 };
let largest = 0;

/** Reads every property of an error. */
function askAll(error: RichError): void {
  void error.detail;
  void error.retryDelay;
  void error.standardDetails.badRequest;
  error.findDetails(BadRequest);
  pack(error);
  for (const { kind } of error.issues) counts.set(kind, (counts.get(kind) ?? 0) + 1);
}

function readTrailer(bytes: Buffer): void {
  askAll(unpack(bytes, reading));
  const metadata = new Metadata();
  metadata.set("grpc-status-details-bin", bytes);
  const error = RichError.from({ code: 9, details: "no", metadata }, reading);
  if (error.code !== 9 || error.message !== "no") throw new Error("the trailer hides the status of the call");
  askAll(error);
}

function readBody(bytes: Buffer, type: string): void {
  askAll(fromHttp(409, { "content-type": type }, bytes, reading));
}

console.log(`seed ${seed}, ${runs} inputs`);
countSteps();
const began = process.hrtime.bigint();
global.gc?.();
const heapBefore = process.memoryUsage().heapUsed;
for (let run = 0; run < runs; run++) {
  const isBody = run % 5 === 4;
  const bytes = (isBody ? bodyMutator : trailerMutator).next();
  const start = performance.now();
  takeSteps();
  try {
    if (isBody) readBody(bytes, random.one(TYPES));
    else readTrailer(bytes);
    const perByte = takeSteps() / (bytes.length + 10);
    if (!isBody && perByte > STEPS_PER_BYTE) throw new Error(`${perByte} fields were looked at for each byte`);
    if (!isBody && perByte > mostSteps.perByte) mostSteps = { perByte, bytes: bytes.length };
    // Printing takes far longer than reading.
    if (run % 1000 === 0) inspect(unpack(bytes, reading));
  } catch (error) {
    console.error(`run ${run} of seed ${seed}, in base64: ${bytes.toString("base64")}`);
    throw error;
  }
  const ms = performance.now() - start;
  if (ms > slowest.ms) slowest = { ms, bytes: bytes.length, start: bytes.subarray(0, 40).toString("hex") };
  largest = Math.max(largest, bytes.length);
  if ((run + 1) % 1_000_000 === 0) {
    global.gc?.();
    const heap = process.memoryUsage().heapUsed - heapBefore;
    console.log(`${run + 1} inputs: heap ${(heap / 2 ** 20).toFixed(1)} MiB more than at the start`);
  }
}

const seconds = Number(process.hrtime.bigint() - began) / 1e9;
console.log(`\n${runs} inputs in ${seconds.toFixed(0)} s, none threw`);
console.log(`largest input: ${largest} bytes`);
console.log(`most steps: ${mostSteps.perByte.toFixed(2)} fields looked at per byte, of ${mostSteps.bytes} bytes`);
console.log(`slowest input: ${slowest.ms.toFixed(1)} ms, of ${slowest.bytes} bytes: ${slowest.start}…`);
console.log(`peak memory of the process: ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB`);
for (const [kind, count] of [...counts].sort(([, a], [, b]) => b - a)) console.log(`${kind}: ${count}`);
