import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import {
  type Client,
  type ClientReadableStream,
  credentials,
  makeGenericClientConstructor,
  type ServiceDefinition,
} from "@grpc/grpc-js";
import fc from "fast-check";
import { type Catalog, type Definition, RichError, richErrorClientOptions } from "grpc-rich-errors";
import { catalog as aerospike } from "grpc-rich-errors/catalogs/aerospike";
import { catalog as eventlog } from "grpc-rich-errors/catalogs/eventlog";
import { catalog as hapnd } from "grpc-rich-errors/catalogs/hapnd";
import { catalog as kurrent } from "grpc-rich-errors/catalogs/kurrent";
import { catalog as kurrentdb } from "grpc-rich-errors/catalogs/kurrentdb";
import { fromHttp, type HttpFormat, toHttp } from "grpc-rich-errors/http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ErrorClass } from "../../src/catalog.js";
import { type BuiltPackage, copyBuiltPackage } from "../support/built.js";
import { detailsOf } from "../support/details.js";

// Every error of five systems, thrown by a server in its own process and caught over a socket.

let built: BuiltPackage;
let server: ChildProcess;
let client: Client & {
  unary(request: Buffer, callback: (error: unknown) => void): void;
  serverStream(request: Buffer): ClientReadableStream<Buffer>;
};

beforeAll(async () => {
  built = copyBuiltPackage();
  server = fork(join(built.folder, "fixtures/systems.mjs"), { stdio: "inherit" });
  const [{ port }] = (await once(server, "message")) as [{ port: number }];
  const service = (await import(join(built.folder, "fixtures/service.mjs"))) as { FixtureService: ServiceDefinition };
  const options = richErrorClientOptions({ catalogs: [aerospike, eventlog, hapnd, kurrent, kurrentdb] });
  client = new (makeGenericClientConstructor(service.FixtureService, "fixture.Fixture"))(
    `127.0.0.1:${port}`,
    credentials.createInsecure(),
    options,
  ) as unknown as typeof client;
});
afterAll(async () => {
  client.close();
  server.disconnect();
  await once(server, "exit");
  built.remove();
});

const unary = (request: Buffer) => new Promise((resolve) => client.unary(request, resolve));

async function serverStream(request: Buffer): Promise<unknown> {
  let messages = 0;
  try {
    for await (const _ of client.serverStream(request)) messages++;
  } catch (error) {
    expect(messages).toBe(1);
    return error;
  }
  return undefined;
}

const SHAPES = { unary, "server-streaming": serverStream };

const FORMATS: readonly HttpFormat[] = ["status", "problem", "compact"];

const SYSTEMS: readonly [name: string, catalog: Catalog, errors: number][] = [
  ["the event log", eventlog, 68],
  ["KurrentDB: streams, indexes, registry and platform", kurrentdb, 10 + 4 + 3 + 8],
  ["the platform of Kurrent alone", kurrent, 8],
  ["Hapnd", hapnd, 14],
  ["Aerospike, server and client", aerospike, 69 + 19],
];

describe.each(SYSTEMS)("%s", (system, catalog, errors) => {
  let calls = 0;

  it(`has ${errors} errors`, () => {
    expect(catalog.size).toBe(errors);
  });

  describe.each(Object.entries(SHAPES))("in a %s call", (_, call) => {
    it.each([...catalog])("$definition.reason arrives as it was thrown", async (errorClass) => {
      const { definition } = errorClass;
      await fc.assert(
        fc.asyncProperty(detailsOf(definition), async (detail) => {
          const error = await call(requestFor(definition, detail));
          expectArrived(error, errorClass, detail);
          for (const format of FORMATS) expectOverHttp(error, errorClass, format, catalog);
          calls++;
        }),
        { numRuns: definition.detail ? 5 : 1 },
      );
    });
  });

  it("is complete", () => {
    const failed = `${errors} errors in ${Object.keys(SHAPES).length} shapes, ${calls} calls failed as they ought to`;
    console.log(`${system}: ${failed}, each there and back in ${FORMATS.length} formats of HTTP`);
    expect(calls).toBeGreaterThanOrEqual(errors * Object.keys(SHAPES).length);
  });
});

function requestFor({ domain, reason, detail: codec }: Definition, detail: unknown): Buffer {
  const bytes = codec ? Buffer.from(codec.encode(detail)).toString("base64") : undefined;
  return Buffer.from(JSON.stringify({ domain, reason, detail: bytes }));
}

function expectArrived(error: unknown, errorClass: ErrorClass, detail: unknown): asserts error is RichError {
  const { definition } = errorClass;
  if (!(error instanceof RichError)) throw error;
  expect(error.constructor).toBe(errorClass);
  expect(error).toBeInstanceOf(errorClass);
  expect(error.definition).toBe(definition);
  expect([error.code, error.reason, error.domain]).toEqual([definition.code, definition.reason, definition.domain]);
  const { number, numericCode, category } = definition;
  expect(error.info?.metadata["code"]).toBe(numericCode ? String(number) : undefined);
  expect(error.definition).toMatchObject({ number, ...(category !== undefined && { category }) });
  expect([error.recovery, error.outcome, error.fault]).toEqual([
    definition.recovery,
    definition.outcome,
    definition.fault,
  ]);
  expect(error.retryDelay).toBe(definition.retryDelay);
  expect(error.detail).toEqual(detail);
  expect([error.shed, error.issues]).toEqual([[], []]);
}

/** The HTTP body of a caught error is the same error to an HTTP client. */
function expectOverHttp(error: RichError, errorClass: ErrorClass, format: HttpFormat, catalog: Catalog): void {
  const { definition } = errorClass;
  const { status, headers, body } = toHttp(error, { format, catalogs: [catalog] });
  expect(status).toBe(definition.httpStatus);
  const back = fromHttp(status, headers, JSON.stringify(body), { catalogs: [catalog] });
  expect(back).toBeInstanceOf(errorClass);
  expect([back.code, back.message, back.domain]).toEqual([error.code, error.message, error.domain]);
  expect(back.detail).toEqual(error.detail);
  // The header has whole seconds, and the compact format has no other delay.
  expect(back.retryDelay).toBe(definition.retryDelay && Math.ceil(definition.retryDelay / 1000) * 1000);
}
