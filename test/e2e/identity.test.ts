import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import fc from "fast-check";
import { fromJson, type RichError, richErrorClientOptions, StandardDetails, toStatus } from "grpc-rich-errors";
import { fromHttp, type HttpFormat, toHttp } from "grpc-rich-errors/http";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Values } from "../gen/values/v1/values.js";
import { BadValuesError, catalog as values } from "../gen/values/v1/values.rich.js";
import { SealedErrorDetails } from "../gen/vault/v1/vault.js";
import { SealedError, catalog as vault } from "../gen/vault/v1/vault.rich.js";
import { openShapes, type Shapes } from "../support/shapes.js";
import { SEALED, SECRET, secretsIn } from "../support/vault.js";

// An error is the same error after any way out of a process and back, in any order.

const CATALOGS = [values, vault];
const OPTIONS = { catalogs: CATALOGS };
const RELAY = fileURLToPath(new URL("fixtures/error-relay.mjs", import.meta.url));

let thrown: unknown;
let shapes: Shapes;
let http: Server;
let format: HttpFormat = "status";
let worker: Worker;
let child: ChildProcess;
let advanced: ChildProcess;

const fail = () => {
  throw thrown;
};

beforeAll(async () => {
  const client = richErrorClientOptions(OPTIONS);
  shapes = await openShapes({ unary: fail }, { catalogs: CATALOGS, client, boundary: { maxHeaderBytes: 60_000 } });
  http = createServer((_, response) => {
    const { status, headers, body } = toHttp(thrown, { ...OPTIONS, format });
    response.writeHead(status, { ...headers }).end(JSON.stringify(body));
  }).listen(0, "127.0.0.1");
  await once(http, "listening");
  worker = new Worker(RELAY);
  child = fork(RELAY);
  advanced = fork(RELAY, { serialization: "advanced" });
});

afterAll(async () => {
  shapes.close();
  http.close();
  http.closeAllConnections();
  child.kill();
  advanced.kill();
  await worker.terminate();
});

const byProcess = (of: () => ChildProcess) => async (error: RichError) => {
  const [answer] = await Promise.all([once(of(), "message"), of().send(error.toJSON())]);
  return fromJson(answer[0], OPTIONS);
};

const byHttp = (by: HttpFormat) => async (error: RichError) => {
  thrown = error;
  format = by;
  const response = await fetch(`http://127.0.0.1:${(http.address() as AddressInfo).port}`);
  return fromHttp(response.status, response.headers, await response.text(), OPTIONS);
};

/** The ways of an error from one place to another. The format "compact" has no details beside the error's own. */
const HOPS: Readonly<Record<string, (error: RichError) => Promise<RichError> | RichError>> = {
  "the JSON of a queue": (error) => fromJson(JSON.parse(JSON.stringify(error)), OPTIONS),
  "JSON in a place without catalogs": (error) => fromJson(fromJson(error.toJSON()).toJSON(), OPTIONS),
  structuredClone: (error) => fromJson(structuredClone(error.toJSON()), OPTIONS),
  "a worker thread": async (error) => {
    worker.postMessage(error.toJSON());
    return fromJson((await once(worker, "message"))[0], OPTIONS);
  },
  "a child process": byProcess(() => child),
  "a child process with structured clones": byProcess(() => advanced),
  gRPC: (error) => {
    thrown = error;
    return shapes.calls.unary({ scenario: "", before: 0 }).then(
      () => {
        throw new Error("the call succeeded");
      },
      (caught: unknown) => caught as RichError,
    );
  },
  "HTTP, status": byHttp("status"),
  "HTTP, problem": byHttp("problem"),
};

const text = fc.constantFrom("", "a", "ü\u0000", '"\\', "日本");
const long = fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n);
const empty = Values.decode(new Uint8Array());

const detail = fc.record({
  int: fc.integer(),
  long,
  unsignedLong: fc.bigInt(0n, 2n ** 64n - 1n),
  zigzag: long,
  double: fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, 0.1, 1e300, 0),
  text,
  raw: fc.uint8Array({ maxLength: 5 }).map((bytes) => Buffer.from(bytes)),
  longs: fc.array(long, { maxLength: 3 }),
  byName: fc.dictionary(fc.constantFrom("a", "constructor", "toString", "b c"), long, { maxKeys: 3 }),
  chosen: fc.oneof(
    fc.constant(undefined),
    text.map((value) => ({ $case: "chosenText" as const, value })),
  ),
  maybeText: fc.option(text, { nil: undefined }),
  optional: fc.option(fc.integer(), { nil: undefined }),
});

const error = fc.oneof(
  detail.map(({ chosen, ...fields }) => {
    const errorDetails = new StandardDetails().addFieldViolation("a.b", "must be ü");
    const options = { retryDelay: 1500, errorDetails, info: { fact: "ü", ["__proto__"]: "own" } };
    return new BadValuesError({ ...empty, ...fields, choice: chosen }, options);
  }),
  fc.constantFrom("password", "hint").map((member) => {
    const proof = { $case: member as "hint", value: member === "hint" ? "blue" : SECRET };
    return new SealedError({ ...SEALED, proof, attachment: undefined });
  }),
);

it("keeps class, code, reason, domain, message and details over ten hops in any order", {
  timeout: 120_000,
}, async () => {
  const visited = new Set<string>();
  const hops = fc.array(fc.constantFrom(...Object.keys(HOPS)), { minLength: 10, maxLength: 10 });
  await fc.assert(
    fc.asyncProperty(error, hops, async (original, names) => {
      let arrived: RichError = original;
      for (const name of names) {
        arrived = (await HOPS[name]?.(arrived)) as RichError;
        visited.add(name);
      }
      const { code, reason, domain, message, retryDelay, name, info, standardDetails } = original;
      expect(arrived).toBeInstanceOf(original.constructor);
      expect(arrived).toMatchObject({ code, reason, domain, message, retryDelay, name, received: true });
      expect(arrived.info).toEqual(info);
      expect(arrived.standardDetails.badRequest).toEqual(standardDetails.badRequest);
      const expected = original instanceof SealedError ? withoutSecrets(original) : original.detail;
      expect(arrived.detail).toEqual(expected);
      expect(arrived.issues).toEqual([]);
      // Redacted fields stay redacted, and say so.
      expect(JSON.parse(JSON.stringify(arrived.toJSON().detail))).toEqual(
        JSON.parse(JSON.stringify(original.toJSON().detail)),
      );
      expect(secretsIn(JSON.stringify(arrived))).toEqual([]);
    }),
    { numRuns: 40 },
  );
  expect([...visited].sort()).toEqual(Object.keys(HOPS).sort());
});

function withoutSecrets(error: SealedError): unknown {
  const own = toStatus(error).details.at(-1);
  return SealedErrorDetails.decode(own?.value ?? new Uint8Array());
}
