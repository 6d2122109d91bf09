import { setImmediate as turn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { type Handlers, startShapes } from "../../support/shapes.js";
import { callOn } from "../../support/surfaces.js";
import { expectNothingUncaught } from "../../support/watch.js";

expectNothingUncaught();

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

const SHAPES = ["unary", "clientStream"] as const;

async function whileCollecting<T>(work: Promise<T>): Promise<T> {
  let over = false;
  const done = work.finally(() => {
    over = true;
  });
  while (!over) {
    collectGarbage();
    await turn();
  }
  return done;
}

describe("a handler that returns and drops its callback", () => {
  const HANDLERS: readonly [string, Handlers["unary"]][] = [
    ["at once", (_call, _callback) => undefined],
    ["with a value that is not a response", (_call, _callback) => setTimeout(() => {}, 0) as never],
    ["by a promise", async (_call, _callback) => undefined],
    ["later", (_call, callback) => void setTimeout(() => void callback, 5)],
  ];
  it.each(HANDLERS)("fails with an internal error after garbage collection (%s)", async (_, handler) => {
    const shapes = await startShapes({ unary: handler, clientStream: handler as never });
    for (const shape of SHAPES) {
      const { error } = await whileCollecting(callOn(shapes, shape));
      expect(error).toMatchObject({ code: 13, message: "internal error" });
    }
    const message = "Error: the handler returned without calling its callback, and the callback was garbage-collected";
    expect(shapes.failed.map(({ error }) => String(error))).toEqual([message, message]);
  });
});

it.each(SHAPES)("a %s handler that keeps its callback may call back any time later", async (shape) => {
  const kept: Parameters<Handlers["unary"]>[1][] = [];
  const handler: Handlers["unary"] = async (_, callback) => void kept.push(callback);
  const shapes = await startShapes({ unary: handler, clientStream: handler as never });
  const call = callOn(shapes, shape);
  const calledBack = (async () => {
    while (kept.length === 0) await turn();
    for (let turns = 0; turns < 5; turns++) await turn();
    kept.pop()?.(null, { index: 7 });
    return call;
  })();
  expect(await whileCollecting(calledBack)).toEqual({ messages: [7], error: undefined });
});
