import { describe, expect, it } from "vitest";
import type { ShapeResponse } from "../../gen/shapes/v1/shapes.js";
import { catalog, SIDES, TooManySidesError, tooManySides } from "../../support/errors.js";
import { type Handlers, request, startShapes } from "../../support/shapes.js";
import { callOn } from "../../support/surfaces.js";
import { until } from "../../support/turns.js";
import { expectNothingUncaught } from "../../support/watch.js";

expectNothingUncaught();

interface Sink {
  write(message: ShapeResponse, encoding?: unknown, callback?: unknown): boolean;
  end(callback?: unknown): unknown;
  emit(event: string, error?: unknown): boolean;
  destroy(error?: Error): unknown;
}

function streams(handler: (call: Sink) => void): Partial<Handlers> {
  const handle = (call: unknown) => handler(call as Sink);
  return { serverStream: handle as never, bidi: handle as never };
}

const STREAMS = ["serverStream", "bidi"] as const;

const FAILURES: readonly [string, (error?: unknown) => unknown][] = [
  [
    "throws",
    () => {
      throw tooManySides();
    },
  ],
  ["rejects", async () => Promise.reject(tooManySides())],
];

describe.each(STREAMS)("a callback of a %s call", (shape) => {
  describe.each(FAILURES)("that %s", (_, fail) => {
    it.each([
      ["write(message, callback)", (call: Sink) => call.write({ index: 0 }, fail)],
      ["write(message, encoding, callback)", (call: Sink) => call.write({ index: 0 }, "utf8", fail)],
    ])("of %s ends the call with the error", async (_, write) => {
      // With and without the interceptor.
      for (const options of [{ catalogs: [catalog] }, { onlyInterceptors: [] }]) {
        const shapes = await startShapes(
          streams((call) => void write(call)),
          options,
        );
        const { messages, error } = await callOn(shapes, shape);
        expect(messages).toEqual([0]);
        expect(error).toBeRichError(TooManySidesError, SIDES);
        expect((await callOn(shapes, "unary")).error).toBeUndefined();
      }
    });

    it("of end(callback) is reported, and the call succeeds", async () => {
      const shapes = await startShapes(
        streams((call) => {
          call.write({ index: 0 });
          call.end(fail);
        }),
        { catalogs: [catalog] },
      );
      expect(await callOn(shapes, shape)).toEqual({ messages: [0], error: undefined });
      await until(() => shapes.late.length > 0);
      expect(shapes.late[0]?.error).toBeRichError(TooManySidesError, SIDES);
    });

    it("of a message that is never written is reported", async () => {
      const shapes = await startShapes(
        streams((call) => {
          call.end();
          call.write({ index: 0 }, fail);
        }),
      );
      await callOn(shapes, shape);
      await until(() => shapes.late.length > 0);
      expect(shapes.late.at(-1)?.error).toBeRichError(TooManySidesError, SIDES);
    });

    it("of queued messages is reported when the client cancels", async () => {
      const shapes = await startShapes(
        streams((call) => {
          for (let index = 0; index < 1000; index++) call.write({ index }, (error: unknown) => error && fail());
        }),
      );
      const { client } = shapes;
      const call = shape === "bidi" ? client.bidi() : client.serverStream(request());
      call.on("error", () => {}).once("data", () => call.cancel());
      await until(() => shapes.late.length > 0);
      expect(shapes.late[0]?.error).toBeRichError(TooManySidesError, SIDES);
      expect((await callOn(shapes, "unary")).error).toBeUndefined();
    });
  });

  it("is called after its message is written", async () => {
    const heard: unknown[] = [];
    const shapes = await startShapes(
      streams((call) => {
        call.write({ index: 0 }, (error: unknown) => {
          heard.push(["written", error]);
          call.write({ index: 1 }, "utf8", () => {
            heard.push("written with an encoding");
            call.end((error: unknown) => heard.push(["ended", error]));
          });
        });
      }),
    );
    expect(await callOn(shapes, shape)).toEqual({ messages: [0, 1], error: undefined });
    await until(() => heard.length === 3);
    expect(heard).toEqual([["written", undefined], "written with an encoding", ["ended", undefined]]);
  });
});
