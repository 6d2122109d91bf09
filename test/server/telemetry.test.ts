import { Code, type ServerTelemetry } from "grpc-rich-errors";
import { describe, expect, it, vi } from "vitest";
import { tooManySides } from "../support/errors.js";
import { request, startShapes } from "../support/shapes.js";

/** Telemetry that writes down what it sees. */
function watching(): { readonly seen: string[]; readonly telemetry: ServerTelemetry } {
  const seen: string[] = [];
  const telemetry: ServerTelemetry = (method) => {
    seen.push(`begins ${method}`);
    return {
      handled: () => seen.push("handled"),
      failing: ({ sent }) => seen.push(`failing ${sent.code}`),
      ended: (failure) => seen.push(failure ? `ended ${failure.sent.code} ${failure.masked}` : "ended"),
    };
  };
  return { seen, telemetry };
}

describe("the telemetry of a server", () => {
  it("sees a call that succeeds", async () => {
    const { seen, telemetry } = watching();
    const { calls } = await startShapes({}, { boundary: { telemetry } });
    await calls.unary(request());
    expect(seen).toEqual(["begins /shapes.v1.Shapes/Unary", "handled", "ended"]);
  });

  it("sees the failure of a call before and after its status is sent", async () => {
    const { seen, telemetry } = watching();
    const fail = async () => {
      throw new Error("a bug");
    };
    const { calls } = await startShapes({ unary: fail }, { boundary: { telemetry } });
    await expect(calls.unary(request())).rejects.toThrow();
    expect(seen).toEqual(["begins /shapes.v1.Shapes/Unary", "handled", "failing 13", "ended 13 true"]);
  });

  it("sees that a client cancelled a call, and not what the handler does then", async () => {
    const { seen, telemetry } = watching();
    const { client, late } = await startShapes(
      {
        unary: (call, callback) => void call.on("cancelled", () => setImmediate(() => callback(tooManySides()))),
      },
      { boundary: { telemetry } },
    );
    const call = client.unary(request(), () => {});
    await vi.waitFor(() => expect(seen).toContain("handled"));
    call.cancel();
    await vi.waitFor(() => expect(late).toHaveLength(1));
    expect(seen.slice(2)).toEqual([`ended ${Code.CANCELLED} false`]);
  });

  it("may throw, which the client does not notice", async () => {
    const throwing = () => {
      throw new Error("hook");
    };
    const fail = async () => {
      throw tooManySides();
    };
    for (const telemetry of [throwing, () => ({ handled: throwing, failing: throwing, ended: throwing })]) {
      const { calls } = await startShapes({ bidi: fail }, { boundary: { telemetry } });
      await calls.unary(request());
      const read = async () => {
        for await (const _ of calls.bidi([request()]));
      };
      await expect(read()).rejects.toMatchObject({ code: Code.INVALID_ARGUMENT });
    }
  });
});
