import { credentials } from "@grpc/grpc-js";
import { type PromiseClient, promises, RichError, richErrorClientOptions } from "grpc-rich-errors";
import { expect, it, onTestFinished } from "vitest";
import { ShapesClient } from "../gen/shapes/v1/shapes.js";
import { catalog, TooManySidesError } from "../support/errors.js";
import { nginxVersion, startNginx } from "../support/nginx.js";
import { SHAPES, type Shape } from "../support/shapes.js";
import { SIZES, sizesTable, startLarge } from "../support/sizes.js";

// nginx answers 502 for a header block that is larger than its buffer, which clients take for UNAVAILABLE.

const version = nginxVersion();
if (!version) console.log("nginx is not installed (Debian: apt-get install nginx-light): its test is skipped");

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

/** How many errors of how many arrive with code and reason, for each size. */
async function arrivals(calls: Calls, shapes: readonly Shape[], times: number, patience: number): Promise<number[]> {
  const arrived: number[] = [];
  for (const bytes of SIZES) {
    const failures = await Promise.all(
      Array.from({ length: times }, (_, number) => {
        const shape = shapes[number % shapes.length] ?? "unary";
        return failureOf(calls, shape, Math.floor(number / shapes.length), bytes, patience);
      }),
    );
    arrived.push(failures.filter((error) => error instanceof TooManySidesError && error.code === 3).length);
  }
  return arrived;
}

it.skipIf(!version)(
  "an error of any size arrives through nginx with its reason, which without the budget it does not",
  async () => {
    const bounded = await arrivals(await connectThroughNginx(4_096), SHAPES, 100, 30_000);
    // Where an error hangs the connection of plain grpc-js, nobody answers.
    const unbounded = await arrivals(await connectThroughNginx(), ["unary"], 24, 250);
    const words = (counts: readonly number[], times: number) => counts.map((count) => `${count} of ${times}`);
    const columns = { "with the default budget": words(bounded, 100), "without a budget": words(unbounded, 24) };
    console.log(sizesTable(`errors through ${version}`, columns));
    expect(bounded).toEqual(SIZES.map(() => 100));
    expect(unbounded[0]).toBe(24);
    expect(unbounded.slice(SIZES.indexOf(8192))).toEqual(SIZES.slice(SIZES.indexOf(8192)).map(() => 0));
  },
  60_000,
);
