import { once } from "node:events";
import { Metadata } from "@grpc/grpc-js";
import { richErrorClientOptions } from "grpc-rich-errors";
import { AccessDeniedError, catalog } from "grpc-rich-errors/catalogs/kurrent";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Fixture, type FixtureClient, fixtureClient, forkFixture } from "../support/fixture.js";
import { SHAPES, type Shape } from "../support/shapes.js";

// A monitor sees a failed call as its client does: OpenTelemetry's own instrumentation, and `errorMonitor`.

interface Ways {
  readonly one: readonly string[];
  readonly many: readonly string[];
}

/** The end of one call on the server's side. */
interface Traced {
  readonly attributes: Record<string, unknown>;
  readonly status: { readonly code: number; readonly message?: string };
  /** The errors that listeners of `errorMonitor` got. */
  readonly monitored: readonly { readonly code: number; readonly name: string }[];
}

const UNSET = 0;
const ERROR = 2;

const FAILURES = {
  declared: { code: 7, name: AccessDeniedError.name },
  plain: { code: 13, name: "RichError" },
} as const;

/** A new connection to a server. */
function clientOf(fixture: Fixture): Promise<FixtureClient> {
  const { port } = fixture.started as { port: number };
  return fixtureClient(port, richErrorClientOptions({ catalogs: [catalog] }));
}

interface Seen {
  readonly error: { readonly code: number; readonly details: string } | null;
  readonly messages: readonly string[];
}

function call(client: FixtureClient, shape: Shape, what: object): Promise<Seen> {
  const metadata = new Metadata();
  metadata.set("x-way", JSON.stringify(what));
  const options = { deadline: Date.now() + 20_000 };
  const messages: string[] = [];
  return new Promise((resolve) => {
    const done = (error: Seen["error"], message?: Buffer) =>
      resolve({ error, messages: message ? [message.toString()] : [] });
    if (shape === "unary") client.unary(Buffer.from("x"), metadata, options, done);
    else if (shape === "clientStream") client.clientStream(metadata, options, done).end();
    else {
      const bidi = shape === "bidi" && client.bidi(metadata, options);
      const stream = bidi || client.serverStream(Buffer.from("x"), metadata, options);
      stream.on("data", (message: Buffer) => messages.push(message.toString()));
      stream.on("error", (error: Error) => resolve({ error: error as never, messages }));
      stream.on("status", ({ code }) => code === 0 && resolve({ error: null, messages }));
      if (bidi) bidi.end();
    }
  });
}

async function traced({ process }: Fixture): Promise<Traced> {
  process.send("report");
  const [report] = await once(process, "message");
  return report as Traced;
}

describe.each(["traced-server.cjs", "traced-server.mjs"])("OpenTelemetry in %s", (script) => {
  describe.each(["before", "after"])("loaded %s the package", (order) => {
    let fixture: Fixture;

    beforeAll(async () => {
      fixture = await forkFixture(script, [order]);
    });

    afterAll(() => void fixture.process.kill());

    it.each(SHAPES)("sees the error of a failed %s call", async (shape) => {
      const { ways } = fixture.started as { ways: Ways };
      const client = await clientOf(fixture);
      const many = shape === "serverStream" || shape === "bidi";
      expect(ways.one.length).toBeGreaterThan(5);
      for (const way of many ? ways.many : ways.one) {
        for (const [failure, { code, name }] of Object.entries(FAILURES)) {
          const { error } = await call(client, shape, { way, failure });
          expect([way, error?.code]).toEqual([way, code]);
          const { attributes, status, monitored } = await traced(fixture);
          expect([way, attributes]).toMatchObject([
            way,
            {
              "rpc.grpc.status_code": code,
              "grpc.error_name": name,
              "grpc.error_message": error?.details,
            },
          ]);
          expect([way, status.code]).toEqual([way, ERROR]);
          expect([way, monitored[0]]).toEqual([way, { code, name }]);
          expect(JSON.stringify([attributes, status, monitored])).not.toContain("hunter2");
        }
      }
    });

    it.each(SHAPES)("sees the success of a %s call, and its listeners can be removed", async (shape) => {
      const client = await clientOf(fixture);
      for (const [way, response] of [
        ["succeeds", "ok"],
        ["listeners", "0"],
      ]) {
        expect(await call(client, shape, { way })).toEqual({ error: null, messages: [response] });
        const { attributes, status, monitored } = await traced(fixture);
        expect(attributes).toMatchObject({ "rpc.grpc.status_code": 0 });
        expect(status.code).toBe(UNSET);
        expect(monitored).toEqual([]);
      }
    });

    it.each(["serverStream", "bidi"] as const)("sees that the client of a %s call cancelled it", async (shape) => {
      const client = await clientOf(fixture);
      const metadata = new Metadata();
      metadata.set("x-way", JSON.stringify({ way: "waits" }));
      const stream = shape === "bidi" ? client.bidi(metadata, {}) : client.serverStream(Buffer.from("x"), metadata, {});
      stream.on("error", () => {}).once("data", () => stream.cancel());
      const { attributes, status, monitored } = await traced(fixture);
      expect(attributes).toMatchObject({ "rpc.grpc.status_code": 1 });
      expect(status.code).toBe(ERROR);
      expect(monitored).toEqual([{ code: 1, name: "RichError" }]);
    });
  });
});
