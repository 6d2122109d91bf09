import { type EventEmitter, errorMonitor } from "node:events";
import { expect, it } from "vitest";
import { catalog, SIDES, TooManySidesError, tooManySides } from "../../support/errors.js";
import { type Handlers, request, SHAPES, type Shapes, startShapes } from "../../support/shapes.js";
import { callOn } from "../../support/surfaces.js";
import { expectNothingUncaught } from "../../support/watch.js";

expectNothingUncaught();

const TWO = { requests: [request(), request()] };

/** Handlers with many requests that fail in a listener on the call. */
function inListener(event: string, fail: () => unknown): Partial<Handlers> {
  return {
    clientStream: (call, _callback) => void call.on(event, fail).resume(),
    bidi: (call) => void call.on(event, fail).resume(),
  };
}

async function expectFailure(shapes: Shapes, shape: "clientStream" | "bidi"): Promise<void> {
  const { error } = await callOn(shapes, shape, TWO);
  expect(error).toBeRichError(TooManySidesError, SIDES);
  expect((await callOn(shapes, "unary")).error).toBeUndefined();
}

it.each(["clientStream", "bidi"] as const)(
  "a listener that throws ends the call with its error (%s)",
  async (shape) => {
    for (const event of ["data", "end"]) {
      const fail = () => {
        throw tooManySides();
      };
      await expectFailure(await startShapes(inListener(event, fail), { catalogs: [catalog] }), shape);
    }
  },
);

it.each(["clientStream", "bidi"] as const)(
  "a listener that rejects ends the call with its error (%s)",
  async (shape) => {
    for (const event of ["data", "end"]) {
      const fail = async () => {
        await new Promise((resolve) => setImmediate(resolve));
        throw tooManySides();
      };
      await expectFailure(await startShapes(inListener(event, fail)), shape);
    }
  },
);

it.each(SHAPES)("a listener for the end of the call that throws does not crash the process (%s)", async (shape) => {
  const shapes = await startShapes({
    unary: (call) => {
      call.on("cancelled", () => {
        throw new Error("too late");
      });
      return { index: 1 };
    },
    clientStream: (call) => {
      call.once("cancelled", () => {
        throw new Error("too late");
      });
      return { index: 1 };
    },
    serverStream: (call) => {
      call.addListener("close", () => {
        throw new Error("too late");
      });
      return [{ index: 1 }];
    },
    bidi: (call) => {
      call.on("close", async () => Promise.reject(new Error("too late")));
      return [{ index: 1 }];
    },
  });
  expect(await callOn(shapes, shape)).toEqual({ messages: [1], error: undefined });
  expect((await callOn(shapes, "unary")).error).toBeUndefined();
});

it("listeners are removed and listed as on any emitter, and called once if added by once", async () => {
  const heard: string[] = [];
  const seen: unknown[] = [];
  const shapes = await startShapes({
    bidi: (call) => {
      const removed = () => heard.push("removed");
      const kept = () => heard.push("kept");
      call.on("data", removed).on("data", kept);
      call.once("data", () => heard.push("once"));
      call.removeListener("data", removed);
      seen.push(call.listeners("data").includes(kept), call.listenerCount("data"));
      call.on("end", () => call.end());
    },
  });
  await callOn(shapes, "bidi", TWO);
  expect(heard).toEqual(["kept", "once", "kept"]);
  expect(seen).toEqual([true, 2]);
});

it.each(SHAPES)("listeners for errors and monitors get each error once (%s)", async (shape) => {
  const heard: unknown[] = [];
  const handler = (call: EventEmitter) => {
    call.on(errorMonitor, (error) => void heard.push(["monitor", error]));
    call.on("error", (error) => void heard.push(["on", error]));
    call.once("error", (error) => void heard.push(["once", error]));
    call.emit("error", thrown);
    call.emit("error", "again");
  };
  const thrown = tooManySides();
  const shapes = await startShapes({ [shape]: handler } as Partial<Handlers>, { catalogs: [catalog] });
  expect((await callOn(shapes, shape, TWO)).error).toBeRichError(TooManySidesError, SIDES);
  expect(heard).toEqual([
    ["monitor", thrown],
    ["on", thrown],
    ["once", thrown],
    ["monitor", "again"],
    ["on", "again"],
  ]);
});

it.each(SHAPES)("a listener for errors that throws does not change the error (%s)", async (shape) => {
  // A handler that takes a callback may fail later.
  const handler = (call: EventEmitter, _callback: unknown) => {
    call.on("error", () => {
      throw new Error("from the listener");
    });
    setImmediate(() => call.emit("error", tooManySides()));
  };
  const shapes = await startShapes({ [shape]: handler } as Partial<Handlers>, { catalogs: [catalog] });
  expect((await callOn(shapes, shape, TWO)).error).toBeRichError(TooManySidesError, SIDES);
});
