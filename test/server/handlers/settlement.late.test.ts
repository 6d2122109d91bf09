import { setTimeout as wait } from "node:timers/promises";
import type { ServerReadableStream, ServerUnaryCall, sendUnaryData, UntypedHandleCall } from "@grpc/grpc-js";
import { Code, type RichError, richHandlers, signalOf } from "grpc-rich-errors";
import { describe, expect, it, vi } from "vitest";
import { type ShapeRequest, type ShapeResponse, ShapesService } from "../../gen/shapes/v1/shapes.js";
import { tooManySides } from "../../support/errors.js";
import { OK, request, startShapes } from "../../support/shapes.js";

// A monitor that wraps the handlers, such as OpenTelemetry's instrumentation, ends a call when its callback is called.

type Call = ServerUnaryCall<ShapeRequest, ShapeResponse> & ServerReadableStream<ShapeRequest, ShapeResponse>;
type Respond = sendUnaryData<ShapeResponse>;

/** Fails once the call has ended. */
async function failLate(
  call: ServerUnaryCall<unknown, unknown> | ServerReadableStream<unknown, unknown>,
): Promise<never> {
  await new Promise((resolve) => signalOf(call).addEventListener("abort", resolve));
  await wait(5);
  throw tooManySides();
}

/** Starts a server whose handlers a monitor wraps. */
async function startMonitored() {
  const monitored: unknown[] = [];
  const guarded = richHandlers(ShapesService, { ...OK, unary: failLate, clientStream: failLate });
  const wrap = (name: "unary" | "clientStream"): UntypedHandleCall => {
    const handler = guarded[name] as (call: Call, respond: Respond) => void;
    const wrapped = (call: Call, respond: Respond) =>
      handler(call, (error, ...rest) => {
        monitored.push((error as RichError | null)?.code);
        respond(error, ...rest);
      });
    return wrapped as UntypedHandleCall;
  };
  const unguarded = { ...guarded, unary: wrap("unary"), clientStream: wrap("clientStream") };
  return { monitored, ...(await startShapes({}, { unguarded })) };
}

describe("a handler that fails after its client cancelled the call", () => {
  it.each(["unary", "clientStream"] as const)("shows the failure of a %s call to its monitor", async (shape) => {
    const { client, monitored, late, failed } = await startMonitored();
    const error = await new Promise<RichError>((resolve) => {
      const done = (thrown: unknown) => resolve(thrown as RichError);
      const call = shape === "unary" ? client.unary(request(), done) : client.clientStream(done);
      setTimeout(() => call.cancel(), 50);
    });
    expect(error.code).toBe(Code.CANCELLED);
    await vi.waitFor(() => expect(monitored).toEqual([Code.INVALID_ARGUMENT]));
    // Reported once.
    await wait(20);
    expect(late.map(({ error }) => (error as RichError).reason)).toEqual(["TOO_MANY_SIDES"]);
    expect(failed).toEqual([]);
  });
});
