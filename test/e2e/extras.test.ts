import { Code, RichError, type RichErrorServerOptions, StandardDetails } from "grpc-rich-errors";
import { describe, expect, it } from "vitest";
import { CornersBusyError, SIDES, TooManySidesError, tooManySides } from "../support/errors.js";
import { metadataOf } from "../support/metadata.js";
import { rawCall } from "../support/raw.js";
import { type Handlers, request, SHAPES, type Shapes, startShapes } from "../support/shapes.js";
import { callOn } from "../support/surfaces.js";
import { expectNothingUncaught } from "../support/watch.js";

// A server adds to its errors what its options ask for, and nothing by default.

expectNothingUncaught();

type Options = Omit<RichErrorServerOptions, "catalogs" | "map" | "onError">;

function failing(make: () => unknown): Handlers {
  const fail = () => {
    throw make();
  };
  return { unary: fail, clientStream: fail, serverStream: fail, bidi: fail };
}

async function failureOf(shapes: Shapes, shape: (typeof SHAPES)[number], entries = {}): Promise<RichError> {
  const { error } = await callOn(shapes, shape, { metadata: metadataOf(entries) });
  if (!(error instanceof RichError)) throw new TypeError(`expected a RichError, got ${error}`);
  return error;
}

const MESSAGES = { de: { TOO_MANY_SIDES: "{shape} hat {sides} Seiten" }, en: { TOO_MANY_SIDES: "{sides} sides" } };
const ALL: Options = { requestInfo: true, help: true, messages: MESSAGES, retryPushback: true, debug: () => true };
const CALLER = { "x-request-id": "r-7", "accept-language": "de-AT", "x-debug": "1" };

describe.each(SHAPES)("an error of a %s call", (shape) => {
  it("has no extra details by default", async () => {
    const shapes = await startShapes(failing(tooManySides));
    const error = await failureOf(shapes, shape, CALLER);
    expect(error.errorDetails).toHaveLength(2);
    expect(error.metadata?.get("grpc-retry-pushback-ms")).toEqual([]);
  });

  it("has the extra details that the options ask for, and stays the same error", async () => {
    const shapes = await startShapes(failing(tooManySides), { boundary: ALL });
    const error = await failureOf(shapes, shape, CALLER);
    expect(error).toBeRichError(TooManySidesError, SIDES);
    expect(error).toMatchObject({ issues: [], shed: [] });
    const { requestInfo, localizedMessage, help, debugInfo } = error.standardDetails;
    expect(requestInfo?.requestId).toBe("r-7");
    expect(localizedMessage).toEqual({ locale: "de", message: "chiliagon hat 9007199254740993 Seiten" });
    expect(help?.links).toHaveLength(1);
    expect(debugInfo?.stackEntries[0]).toMatch(/^at /);
    expect(error.metadata?.get("grpc-retry-pushback-ms")).toEqual(["-1"]);
    expect(shapes.failed).toMatchObject([{ requestId: "r-7", problems: [], shed: [] }]);
  });

  it("shows the server's internals only to callers that the server allows", async () => {
    const thrown = new Error("hunter2", { cause: new TypeError("behind it") });
    const debug: Options["debug"] = (call) => call.metadata.get("x-debug")[0] === "1" && call.method.length > 5;
    const shapes = await startShapes(
      failing(() => thrown),
      { boundary: { debug } },
    );
    const withDebugInfo = await failureOf(shapes, shape, CALLER);
    expect(withDebugInfo).toMatchObject({ code: Code.INTERNAL, message: "internal error" });
    expect(withDebugInfo.standardDetails.debugInfo?.detail).toBe("Error: hunter2");
    expect(withDebugInfo.standardDetails.debugInfo?.stackEntries).toContain("caused by TypeError: behind it");
    const withoutDebugInfo = await failureOf(shapes, shape);
    expect(withoutDebugInfo.standardDetails.debugInfo).toBeUndefined();
    expect(JSON.stringify(withoutDebugInfo)).not.toContain("hunter2");
  });

  it("is sent without an extra whose option fails, and the failure is reported", async () => {
    const broken = new Error("broken");
    const debug = () => {
      throw broken;
    };
    const shapes = await startShapes(failing(tooManySides), { boundary: { debug } });
    expect(await failureOf(shapes, shape)).toBeRichError(TooManySidesError, SIDES);
    expect(shapes.failed).toMatchObject([{ problems: [{ cause: broken }] }]);
  });
});

describe("all extras together", () => {
  it("stay within the budget, and are dropped in the documented order", async () => {
    const long = () =>
      tooManySides({
        message: "m".repeat(900),
        errorDetails: new StandardDetails().setResourceInfo({ owner: "o".repeat(500) }),
      });
    const order: string[] = [];
    for (const maxHeaderBytes of [8192, 4096, 3400, 2800, 2400, 2000, 1200]) {
      const shapes = await startShapes(failing(long), { boundary: { ...ALL, maxHeaderBytes } });
      const { trailers } = await rawCall(shapes.address, "/shapes.v1.Shapes/Unary", [new Uint8Array()], CALLER);
      const sizes = Object.entries(trailers).map(([name, value]) => name.length + String(value).length + 32);
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(maxHeaderBytes);
      expect(trailers["grpc-retry-pushback-ms"]).toBe("-1");
      const [failed] = shapes.failed;
      expect(failed?.shed.slice(0, order.length)).toEqual(order);
      order.push(...(failed?.shed.slice(order.length) ?? []));
    }
    expect(order.slice(0, 3)).toEqual(["DebugInfo", "Help", "LocalizedMessage"]);
    expect(order).toContain("RequestInfo");
  });

  it("are sent together with the trailers of another interceptor", async () => {
    const { ServerInterceptingCall } = await import("@grpc/grpc-js");
    const shapes = await startShapes(failing(tooManySides), {
      boundary: { ...ALL, maxHeaderBytes: 1500 },
      interceptors: [
        (_, call) =>
          new ServerInterceptingCall(call, {
            sendStatus: (status, next) => {
              status.metadata?.set("x-cost", "7".repeat(300));
              next(status);
            },
          }),
      ],
    });
    const error = await failureOf(shapes, "unary", CALLER);
    expect(error).toBeRichError(TooManySidesError, SIDES);
    expect(error.metadata?.get("x-cost")).toHaveLength(1);
    expect(error.metadata?.get("grpc-retry-pushback-ms")).toEqual(["-1"]);
  });
});

describe("a grpc-js client that retries by itself", () => {
  /** Counts the calls of a client with this backoff, at a server that always fails. */
  async function attempts(backoff: string, make: () => unknown, boundary: Options): Promise<number> {
    const retryPolicy = {
      maxAttempts: 3,
      initialBackoff: backoff,
      maxBackoff: backoff,
      backoffMultiplier: 1,
      retryableStatusCodes: ["UNAVAILABLE", "INVALID_ARGUMENT"],
    };
    const methodConfig = [{ name: [{ service: "shapes.v1.Shapes" }], retryPolicy }];
    const client = { "grpc.service_config": JSON.stringify({ loadBalancingConfig: [], methodConfig }) };
    let count = 0;
    const shapes = await startShapes(
      failing(() => {
        count++;
        return make();
      }),
      { client, boundary },
    );
    await expect(shapes.calls.unary(request(), { deadline: Date.now() + 5000 })).rejects.toBeInstanceOf(RichError);
    return count;
  }

  it("waits for the delay of the error instead of its own", async () => {
    const busy = () => new CornersBusyError({ retryDelay: 5 });
    expect(await attempts("3600s", busy, { retryPushback: true })).toBe(3);
  });

  it("stops if the request must not be sent again", async () => {
    const refused = () => tooManySides({ retryDelay: 5 });
    expect(await attempts("0.001s", refused, { retryPushback: false })).toBe(3);
    expect(await attempts("0.001s", refused, { retryPushback: true })).toBe(1);
  });
});
