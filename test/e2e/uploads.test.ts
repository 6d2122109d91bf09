import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { Metadata } from "@grpc/grpc-js";
import { describe, expect, it } from "vitest";
import { type FixtureClient, fixtureClient, startFixture } from "../support/fixture.js";

// Between two processes, a grpc-js client sends the end of a cancelled stream and its reset separately.

async function start() {
  const { process, started } = await startFixture("upload-server.mjs");
  const client = await fixtureClient(started as number, {});
  const counts = async () => {
    process.send("count");
    return (await once(process, "message"))[0] as { complete: number; cutOff: number };
  };
  return { client, counts };
}

const CALLS = {
  clientStream: (client: FixtureClient, over: () => void) => client.clientStream(new Metadata(), {}, over),
  bidi: (client: FixtureClient, over: () => void) =>
    client
      .bidi(new Metadata(), {})
      .on("error", () => {})
      .on("status", over)
      .resume(),
};

describe.each(["clientStream", "bidi"] as const)("a %s upload to another process", (shape) => {
  it.each([
    ["one after the other", 1],
    ["twenty at once", 20],
  ])("never looks complete if it is cancelled, %s", async (_, parallel) => {
    const { client, counts } = await start();
    const cancelled = () =>
      new Promise<void>((resolve) => {
        const call = CALLS[shape](client, resolve);
        call.write(Buffer.from("a"), () => setTimeout(() => call.cancel(), 3));
      });
    for (let made = 0; made < 200; made += parallel) await Promise.all(Array.from({ length: parallel }, cancelled));
    let seen = await counts();
    // A handler that did not start before the cancellation never starts.
    for (let tries = 0; tries < 100 && seen.cutOff + seen.complete < 100; tries++) {
      await wait(20);
      seen = await counts();
    }
    expect(seen.cutOff).toBeGreaterThan(100);
    expect(seen.complete).toBe(0);
  });

  it("looks complete if the client ends it", async () => {
    const { client, counts } = await start();
    const ended = () =>
      new Promise<void>((resolve) => {
        const call = CALLS[shape](client, resolve);
        call.write(Buffer.from("a"));
        call.end();
      });
    await Promise.all(Array.from({ length: 100 }, ended));
    expect(await counts()).toEqual({ complete: 100, cutOff: 0 });
  });
});
