import { Code, RichError } from "grpc-rich-errors";
import { serializeCall } from "grpc-rich-errors/logging";
import { describe, expect, it } from "vitest";
import { tooManySides } from "../support/errors.js";
import { type Handlers, SHAPES, startShapes } from "../support/shapes.js";
import { callOn } from "../support/surfaces.js";

async function failedCall(shape: keyof Handlers, thrown: unknown) {
  const fail = () => {
    throw thrown;
  };
  const shapes = await startShapes({ [shape]: fail });
  await callOn(shapes, shape);
  const [call] = shapes.failed;
  if (!call) throw new Error("no call failed");
  return call;
}

const CALL = {
  method: expect.stringMatching(/^\/shapes\.v1\.Shapes\/\w+$/),
  peer: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
};

describe.each(SHAPES)("serializeCall of a %s call", (shape) => {
  it("has the call and the error", async () => {
    const logged = serializeCall(await failedCall(shape, tooManySides()));
    expect(logged).toEqual({
      ...CALL,
      requestId: expect.stringMatching(/^[\da-f-]{36}$/),
      err: expect.objectContaining({ reason: "TOO_MANY_SIDES", outcome: "NOT_APPLIED" }),
    });
  });

  it("says that the error is masked, and why", async () => {
    const upstream = RichError.from({ code: Code.NOT_FOUND, details: "not yours", metadata: undefined });
    const bug = serializeCall(await failedCall(shape, new TypeError("x is undefined")), { stack: true });
    expect(bug).toEqual({
      ...CALL,
      ...{ requestId: expect.any(String), masked: true },
      err: { name: "TypeError", message: "x is undefined", stack: expect.stringContaining("logged-call.test.ts") },
    });
    expect(serializeCall(await failedCall(shape, upstream))).toMatchObject({
      ...{ masked: true, problems: [expect.stringContaining("masked")] },
      err: { code: "NOT_FOUND", received: true },
    });
  });
});
