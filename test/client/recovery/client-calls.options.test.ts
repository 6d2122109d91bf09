import { readFileSync, writeFileSync } from "node:fs";
import { type Client, credentials, loadPackageDefinition, Server } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { promises, richErrorClientOptions, richErrorServerInterceptor, richHandlers } from "grpc-rich-errors";
import { CacheLoadLockTimeoutError, catalog } from "grpc-rich-errors/catalogs/eventlog";
import { recovery } from "grpc-rich-errors/recovery";
import { describe, expect, it, onTestFinished } from "vitest";
import { LedgerClient, LedgerService } from "../../gen/ledger/v1/ledger.js";
import { LedgerContract } from "../../gen/ledger/v1/ledger.rich.js";
import { protoFolder } from "../../support/proto-folder.js";
import { listen, startShapes } from "../../support/shapes.js";
import { expectNothingUncaught } from "../../support/watch.js";
import { FAST, failing, failureOf } from "./failing-calls.js";

expectNothingUncaught();

describe("promises with a recovery", () => {
  const config = (entry: object) => JSON.stringify({ methodConfig: [entry] });
  const retryPolicy = {
    maxAttempts: 3,
    initialBackoff: "0.1s",
    maxBackoff: "1s",
    backoffMultiplier: 2,
    retryableStatusCodes: ["UNAVAILABLE"],
  };

  it("refuses a method that the service config retries", async () => {
    const name = [{ service: "shapes.v1.Shapes", method: "Unary" }];
    const { client } = await startShapes({}, { client: { "grpc.service_config": config({ name, retryPolicy }) } });
    expect(() => promises(client, { recovery: recovery.declared })).toThrow(
      new TypeError(
        "promises: the service config of the client has a retryPolicy for /shapes.v1.Shapes/Unary, which recovery would multiply; remove it, or write recovery.none for this method",
      ),
    );
    promises(client, { recovery: { unary: recovery.none, bidi: recovery.declared } });
    promises(client);
  });

  it.each([
    ["of all methods", { name: [{}], retryPolicy }, true],
    ["of a hedged method", { name: [{}], hedgingPolicy: { maxAttempts: 2 } }, true],
    ["of the service", { name: [{ service: "shapes.v1.Shapes" }], retryPolicy }, true],
    ["of another service", { name: [{ service: "shapes.v1.Other" }], retryPolicy }, false],
    ["without retries", { name: [{}], timeout: "1s" }, false],
  ])("reads a service config %s", async (_, entry, isRefused) => {
    const { client } = await startShapes({}, { client: { "grpc.service_config": config(entry) } });
    const install = () => promises(client, { recovery: recovery.declared });
    if (isRefused) expect(install).toThrow(/ has a (retry|hedging)Policy for /);
    else expect(install().unary).toBeTypeOf("function");
  });

  it("accepts a service config whose retries are off", async () => {
    const options = { "grpc.service_config": config({ name: [{}], retryPolicy }), "grpc.enable_retries": 0 };
    const { client } = await startShapes({}, { client: options });
    expect(promises(client, { recovery: recovery.declared }).unary).toBeTypeOf("function");
  });

  it.each([
    [{ recovery: 5 }, "promises: recovery is 5; write recovery.declared, or an object with a recovery for each method"],
    [{ recovery: { unary: {} } }, "promises: recovery.unary is an object; write a recovery, such as recovery.declared"],
    [
      { recovery: { unry: recovery.none } },
      'promises: recovery has the method "unry", which the client does not have; write "unary"',
    ],
    [{ recovery: recovery.none, retries: 3 }, 'promises: the option "retries" is unknown; write "recovery"'],
  ])("refuses %j", async (options, message) => {
    const { client } = await startShapes({});
    expect(() => promises(client, options as never)).toThrow(new TypeError(message));
  });
});

describe("a method", () => {
  it("that declares an idempotency_level is made again although it may have been applied", async () => {
    const folder = protoFolder({
      "shapes.proto": `
        syntax = "proto3";
        package shapes.v1;
        service Shapes {
          rpc Unary(Message) returns (Message) { option idempotency_level = LEVEL; }
        }
        message Message {}`,
    });
    const proto = `${folder}/shapes.proto`;
    for (const [level, attempts] of [
      ["NO_SIDE_EFFECTS", 2],
      ["IDEMPOTENT", 2],
      ["IDEMPOTENCY_UNKNOWN", 1],
    ] as const) {
      writeFileSync(proto, readFileSync(proto, "utf8").replace(/(?<=idempotency_level = )\w+/, level));
      const server = await failing([new CacheLoadLockTimeoutError()]);
      const { shapes } = loadPackageDefinition(loadSync(proto)) as unknown as Loaded;
      const options = richErrorClientOptions({ catalogs: [catalog] });
      const client = new shapes.v1.Shapes(server.address, credentials.createInsecure(), options);
      onTestFinished(() => client.close());
      const { unary } = promises(client, { recovery: recovery.declared.with(FAST) }) as unknown as UnaryOnly;
      const error = await unary?.({}).catch((error: unknown) => error);
      expect(server.seen).toHaveLength(attempts);
      expect(error instanceof CacheLoadLockTimeoutError).toBe(attempts === 1);
    }
  });
});

describe("a contract", () => {
  it("tells which methods of a client of ts-proto are idempotent", async () => {
    const received: string[] = [];
    const fail = (name: string) => () => {
      received.push(name);
      throw new CacheLoadLockTimeoutError();
    };
    const server = new Server({ interceptors: [richErrorServerInterceptor({ catalogs: [catalog] })] });
    const handlers = { append: fail("append"), find: fail("find"), getVersion: fail("getVersion") };
    server.addService(LedgerService, richHandlers(LedgerService, handlers));
    const address = `127.0.0.1:${await listen(server)}`;
    const client = new LedgerClient(
      address,
      credentials.createInsecure(),
      richErrorClientOptions({ catalogs: [catalog] }),
    );
    onTestFinished(() => {
      client.close();
      server.forceShutdown();
    });
    const ledger = promises(client, LedgerContract, { recovery: recovery.declared.with(FAST) });
    const event = { key: undefined, eventId: "e", aggregate: "a" };
    await failureOf(ledger.append(event));
    await failureOf(ledger.find({ clientId: "c", sequence: 1 }));
    await failureOf(ledger.getVersion({ name: "a" }));
    expect(received).toEqual(["append", ...Array(3).fill("find"), ...Array(3).fill("getVersion")]);
  });
});

type UnaryOnly = Readonly<Record<string, (request: object) => Promise<unknown>>>;

interface Loaded {
  readonly shapes: { readonly v1: { readonly Shapes: new (...args: ConstructorParameters<typeof Client>) => Client } };
}
