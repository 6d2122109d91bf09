import { once } from "node:events";
import { Metadata } from "@grpc/grpc-js";
import { RichError, richErrorClientOptions } from "grpc-rich-errors";
import { AccessDeniedError, catalog } from "grpc-rich-errors/catalogs/kurrent";
import { describe, expect, it } from "vitest";
import { type FixtureClient, fixtureClient, startFixture } from "../support/fixture.js";
import { SHAPES, type Shape } from "../support/shapes.js";

// With `containUncaught`, an exception that no code can catch ends the call that caused it, and not the process.

async function start(containment: "contained" | "uncontained" = "contained", fixture = "uncaught-server.mjs") {
  const { process, started } = await startFixture(fixture, [containment]);
  const { port, ways, neverContained } = started as { port: number; ways: string[]; neverContained: string[] };
  const client = await fixtureClient(port, richErrorClientOptions({ catalogs: [catalog] }));
  return { process, ways, neverContained, client };
}

function call(client: FixtureClient, shape: Shape, way: string): Promise<unknown> {
  const metadata = new Metadata();
  metadata.set("x-way", way);
  const options = { deadline: Date.now() + 20_000 };
  return new Promise((resolve) => {
    if (shape === "unary") client.unary(Buffer.from("x"), metadata, options, resolve);
    else if (shape === "clientStream") client.clientStream(metadata, options, resolve).end();
    else {
      const bidi = shape === "bidi" && client.bidi(metadata, options);
      const stream = bidi || client.serverStream(Buffer.from("x"), metadata, options);
      stream.on("error", resolve).on("status", ({ code }) => code === 0 && resolve(null));
      stream.resume();
      if (bidi) bidi.end();
    }
  });
}

describe("an exception that no code can catch", () => {
  it.each(SHAPES)("ends the %s call that caused it", async (shape) => {
    const { process, ways, client } = await start();
    expect(ways.length).toBeGreaterThan(9);
    for (const way of ways) {
      const report = once(process, "message");
      const error = await call(client, shape, way);
      if (way.endsWith("after the response")) expect([way, error]).toEqual([way, null]);
      else if (way.endsWith("junk")) expect(error).toMatchObject({ code: 13, message: "internal error" });
      else expect([way, error instanceof AccessDeniedError]).toEqual([way, true]);
      const [{ late, masked }] = await report;
      expect([way, late, masked]).toEqual([way, way.endsWith("after the response"), way.endsWith("junk")]);
    }
    expect(process.exitCode).toBeNull();
  });

  it("crashes the process without the option, and from a microtask even with it", async () => {
    const { ways, neverContained } = await start();
    const crashes = [...ways, ...neverContained].map((way) => ["uncontained", way] as const);
    const crashesStill = neverContained.map((way) => ["contained", way] as const);
    const codes = await Promise.all(
      [...crashes, ...crashesStill].map(async ([containment, way]) => {
        const { process, client } = await start(containment);
        void call(client, "unary", way);
        const [code] = await once(process, "exit");
        return [way, code];
      }),
    );
    expect(codes).toEqual([...crashes, ...crashesStill].map(([, way]) => [way, 1]));
  });

  it("crashes the process if no call caused it", async () => {
    const { process, client } = await start();
    expect(await call(client, "unary", "in a timer")).toBeInstanceOf(RichError);
    process.send("throw");
    const [code] = await once(process, "exit");
    expect(code).toBe(1);
  });
});

describe("an interceptor failure that only the process sees", () => {
  it.each(SHAPES)("ends the %s call that caused it, and the next call succeeds", async (shape) => {
    const { process, ways, client } = await start("contained", "interceptors-server.mjs");
    const chooseWay = async (way: string) => {
      const ready = once(process, "message");
      process.send(way);
      await ready;
    };
    expect(ways.length).toBeGreaterThan(5);
    for (const way of ways) {
      await chooseWay(way);
      const report = once(process, "message");
      expect([way, await call(client, shape, way)]).toMatchObject([way, { code: 13, message: "internal error" }]);
      expect((await report)[0]).toEqual({ masked: true, late: false });
      await chooseWay("no way");
      expect([way, await call(client, shape, way)]).toEqual([way, null]);
    }
    expect(process.exitCode).toBeNull();
  });
});
