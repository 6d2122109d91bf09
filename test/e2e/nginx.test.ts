import { credentials } from "@grpc/grpc-js";
import { type PromiseClient, promises, RichError, richErrorClientOptions } from "grpc-rich-errors";
import { expect, it, onTestFinished } from "vitest";
import { ShapesClient } from "../gen/shapes/v1/shapes.js";
import { catalog, TooManySidesError } from "../support/errors.js";
import { nginxVersion, startNginx } from "../support/nginx.js";
import { SHAPES, type Shape } from "../support/shapes.js";
import { patienceFor, SIZES, sizesTable, startLarge } from "../support/sizes.js";

// nginx responds with 502 if a header block is larger than its buffer, and clients read that as UNAVAILABLE.

const version = nginxVersion();
if (!version) console.log("nginx is not installed (Debian: apt-get install nginx-light): its test is skipped");

const TIMES = 100;
/** A size at which most errors get lost without a budget. */
const FEW = 24;

type Calls = PromiseClient<ShapesClient>;

async function connectThroughNginx(maxHeaderBytes?: number): Promise<Calls> {
  const port = await startNginx(await startLarge(maxHeaderBytes));
  const options = richErrorClientOptions({ catalogs: [catalog] });
  const client = new ShapesClient(`127.0.0.1:${port}`, credentials.createInsecure(), options);
  onTestFinished(() => client.close());
  return promises(client);
}

async function failureOf(calls: Calls, shape: Shape, number: number, before: number, patience: number) {
  const request = { scenario: String(number), before };
  const options = { deadline: Date.now() + patience };
  try {
    if (shape === "unary") await calls.unary(request, options);
    else if (shape === "clientStream") await calls.clientStream([request], options);
    else
      for await (const _ of shape === "bidi" ? calls.bidi([request], options) : calls.serverStream(request, options));
  } catch (error) {
    return RichError.from(error);
  }
  throw new Error("the call succeeded");
}

/** How many errors arrive with code and reason, by size. */
async function arrivals(calls: Calls, isBounded: boolean): Promise<number[]> {
  // The server of plain grpc-js fails one shape only.
  const shapes = isBounded ? SHAPES : (["unary"] as const);
  const arrived: number[] = [];
  for (const bytes of SIZES) {
    const failures = await Promise.all(
      Array.from({ length: isBounded ? TIMES : FEW }, (_, number) => {
        const shape = shapes[number % shapes.length] ?? "unary";
        return failureOf(calls, shape, Math.floor(number / shapes.length), bytes, patienceFor(bytes, isBounded));
      }),
    );
    arrived.push(failures.filter((error) => error instanceof TooManySidesError && error.code === 3).length);
  }
  return arrived;
}

it.skipIf(!version)(
  "an error of any size passes nginx with its reason, but without the budget a large one does not",
  async () => {
    const bounded = await arrivals(await connectThroughNginx(4_096), true);
    const unbounded = await arrivals(await connectThroughNginx(), false);
    const words = (counts: readonly number[], times: number) => counts.map((count) => `${count} of ${times}`);
    const columns = { "with the default budget": words(bounded, TIMES), "without a budget": words(unbounded, FEW) };
    console.log(sizesTable(`errors through ${version}`, columns));
    expect(bounded).toEqual(SIZES.map(() => TIMES));
    expect(unbounded[0]).toBe(FEW);
    expect(unbounded.slice(SIZES.indexOf(8192))).toEqual(SIZES.slice(SIZES.indexOf(8192)).map(() => 0));
  },
  180_000,
);
