import http from "node:http";
import net, { type AddressInfo } from "node:net";
import {
  BrokenCircuitError,
  bulkhead,
  ConsecutiveBreaker,
  circuitBreaker,
  handleAll,
  IsolatedCircuitError,
} from "cockatiel";
import fc from "fast-check";
import { Code } from "grpc-rich-errors";
import { describe, expect, it, onTestFinished } from "vitest";
import { readLocalFailure } from "../../src/error/local-failure.js";

/** Listens on a port for the current test. Returns the address. */
async function listening(server: net.Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Returns the address of a port that nobody listens on. */
async function refusing(): Promise<string> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `127.0.0.1:${port}`;
}

/** Starts a server that resets every connection. */
const resetting = () => listening(net.createServer((socket) => void socket.resetAndDestroy()));

/** Starts a server with a listener of the test. */
const responding = (listener: http.RequestListener) => listening(http.createServer(listener));

const thrownBy = (run: () => Promise<unknown>): Promise<unknown> =>
  run().then(
    () => {
      throw new Error("nothing was thrown");
    },
    (thrown: unknown) => thrown,
  );

const fetching = (address: string, init?: RequestInit) =>
  thrownBy(async () => (await fetch(`http://${address}/`, init)).text());

const getting = (address: string) =>
  thrownBy(() => new Promise((_, reject) => http.get(`http://${address}/`, { agent: false }).on("error", reject)));

describe("a failure of Node or fetch without a response", () => {
  it.each<[string, () => Promise<unknown>, RegExp, string]>([
    [
      "a refused connection",
      async () => getting(await refusing()),
      /^connect ECONNREFUSED 127\.0\.0\.1:\d+$/,
      "NOT_APPLIED",
    ],
    ["a name that does not exist", () => getting("does-not-exist.invalid:80"), /^getaddrinfo E\w+ does/, "NOT_APPLIED"],
    [
      "a response that breaks off",
      async () => getting(await responding(({ socket }) => void socket.destroy())),
      /^socket hang up$/,
      "MAYBE_APPLIED",
    ],
    [
      "a response that is not HTTP",
      async () => getting(await listening(net.createServer((socket) => void socket.end("SSH-2.0\r\n")))),
      /^Parse Error: /,
      "MAYBE_APPLIED",
    ],
    [
      "a refused connection of fetch",
      async () => fetching(await refusing()),
      /^fetch failed: connect ECONNREFUSED 127\.0\.0\.1:\d+$/,
      "NOT_APPLIED",
    ],
    [
      "a name that does not exist, for fetch",
      () => fetching("does-not-exist.invalid"),
      /^fetch failed: getaddrinfo E\w+ does-not-exist\.invalid$/,
      "NOT_APPLIED",
    ],
    ["a connection of fetch that is reset", async () => fetching(await resetting()), /^fetch failed: \S/, "_APPLIED"],
    [
      "a body of fetch that breaks off",
      async () =>
        fetching(
          await responding((_, response) => {
            response.writeHead(200, { "content-length": 100 }).write("x", () => response.destroy());
          }),
        ),
      /^terminated: other side closed$/,
      "MAYBE_APPLIED",
    ],
  ])("is UNAVAILABLE, from the transport: %s", async (_, fail, message, outcome) => {
    const thrown = await fail();
    expect(readLocalFailure(thrown)).toEqual({
      code: Code.UNAVAILABLE,
      message: expect.stringMatching(message),
      originFacts: {
        origin: "TRANSPORT",
        kind: "network",
        outcome: expect.stringContaining(outcome),
        recovery: "BACK_OFF_AND_RETRY",
      },
    });
  });

  it("is DEADLINE_EXCEEDED for a timeout and CANCELLED for an abort, from the client", async () => {
    const address = await responding(() => {});
    const late = await fetching(address, { signal: AbortSignal.timeout(20) });
    expect(readLocalFailure(late)).toMatchObject({
      code: Code.DEADLINE_EXCEEDED,
      originFacts: { origin: "CLIENT", kind: "network", outcome: "MAYBE_APPLIED" },
    });
    const aborted = await fetching(address, { signal: AbortSignal.abort() });
    const read = readLocalFailure(aborted);
    expect(read).toMatchObject({ code: Code.CANCELLED, originFacts: { origin: "CLIENT", outcome: "MAYBE_APPLIED" } });
    expect(read?.originFacts.kind).toBeUndefined();
  });

  it.each([
    ["a scheme that fetch does not know", () => fetch("shop:orders")],
    ["a port that fetch does not call", () => fetch("http://127.0.0.1:1/")],
    ["a text that is not an address", () => fetch("orders")],
  ])("is not a network failure if the caller makes a mistake: %s", async (_, call) => {
    expect(readLocalFailure(await thrownBy(call))).toBeUndefined();
  });
});

describe("the error of a circuit breaker", () => {
  const failing = () => Promise.reject(new Error("it failed"));

  it("is UNAVAILABLE, from the client, if a breaker of cockatiel is open", async () => {
    const breaker = circuitBreaker(handleAll, { breaker: new ConsecutiveBreaker(1), halfOpenAfter: 60_000 });
    expect(readLocalFailure(await thrownBy(() => breaker.execute(failing)))).toBeUndefined();
    const open = await thrownBy(() => breaker.execute(failing));
    expect(open).toBeInstanceOf(BrokenCircuitError);
    expect(readLocalFailure(open)).toEqual({
      code: Code.UNAVAILABLE,
      message: "Execution prevented because the circuit breaker is open",
      originFacts: { origin: "CLIENT", kind: "circuitOpen", outcome: "NOT_APPLIED", recovery: "BACK_OFF_AND_RETRY" },
    });
  });

  it("is the same if the breaker was opened by hand", async () => {
    const breaker = circuitBreaker(handleAll, { breaker: new ConsecutiveBreaker(1), halfOpenAfter: 60_000 });
    breaker.isolate();
    const open = await thrownBy(() => breaker.execute(failing));
    expect(open).toBeInstanceOf(IsolatedCircuitError);
    expect(readLocalFailure(open)?.originFacts.kind).toBe("circuitOpen");
  });

  it("is the same with the code of opossum", () => {
    const open = Object.assign(new Error("Breaker is open"), { code: "EOPENBREAKER" });
    expect(readLocalFailure(open)).toMatchObject({ message: "Breaker is open", originFacts: { kind: "circuitOpen" } });
  });
});

describe("the error of a bulkhead", () => {
  it("is RESOURCE_EXHAUSTED, from the client, if it is full", async () => {
    const full = bulkhead(1);
    void full.execute(() => new Promise(() => {}));
    expect(readLocalFailure(await thrownBy(() => full.execute(async () => {})))).toEqual({
      code: Code.RESOURCE_EXHAUSTED,
      message: "Bulkhead capacity exceeded (0/1 execution slots, 0/0 available)",
      originFacts: { origin: "CLIENT", outcome: "NOT_APPLIED", fault: "CALLER" },
    });
  });
});

const coded = (code: unknown, fields: object = {}) => Object.assign(new Error("it failed"), { code, ...fields });

describe("readLocalFailure", () => {
  it.each([
    ["UND_ERR_CONNECT_TIMEOUT", "NOT_APPLIED"],
    ["EAI_AGAIN", "NOT_APPLIED"],
    ["CERT_HAS_EXPIRED", "NOT_APPLIED"],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "NOT_APPLIED"],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "NOT_APPLIED"],
    ["EPIPE", "MAYBE_APPLIED"],
    ["ETIMEDOUT", "MAYBE_APPLIED"],
    ["UND_ERR_HEADERS_TIMEOUT", "MAYBE_APPLIED"],
    ["ERR_HTTP2_STREAM_ERROR", "MAYBE_APPLIED"],
  ])("reads an error with the code %s as a network failure, with the outcome %s", (code, outcome) => {
    expect(readLocalFailure(coded(code))).toMatchObject({
      code: Code.UNAVAILABLE,
      originFacts: { kind: "network", outcome },
    });
  });

  it("reads any failure to connect as a network failure, whatever its code", () => {
    expect(readLocalFailure(coded("EACCES", { syscall: "connect" }))?.originFacts.outcome).toBe("NOT_APPLIED");
    expect(readLocalFailure(coded("ETIMEDOUT", { syscall: "connect" }))?.originFacts.outcome).toBe("NOT_APPLIED");
  });

  it("uses the code of several attempts that failed together, because they have no message", () => {
    const cause = Object.assign(new AggregateError([new Error("::1"), new Error("127.0.0.1")]), {
      code: "ECONNREFUSED",
    });
    expect(readLocalFailure(new TypeError("fetch failed", { cause }))?.message).toBe("fetch failed: ECONNREFUSED");
    expect(readLocalFailure(cause)?.message).toBe("ECONNREFUSED");
  });

  it.each(["Failed to fetch", "NetworkError when attempting to fetch resource.", "Load failed"])(
    "recognizes %j of browsers",
    (message) => {
      expect(readLocalFailure(new TypeError(message))).toMatchObject({ message, originFacts: { kind: "network" } });
    },
  );

  it.each([
    ["a TypeError", new TypeError("x is not a function")],
    ["a TypeError with a cause of another kind", new TypeError("fetch failed", { cause: new Error("unknown scheme") })],
    ["a TypeError with a cause that is not an error", new TypeError("fetch failed", { cause: "ECONNRESET" })],
    ["an error that is only caused by a network failure", new Error("no", { cause: coded("ECONNREFUSED") })],
    ["an error of the file system", coded("ENOENT", { syscall: "open" })],
    ["an error with a number as code", coded(14)],
    ["a code that only contains one", coded("MY_ECONNREFUSED_TOO")],
    ["an object that is not an error", { name: "AbortError", code: "ECONNREFUSED", isBrokenCircuitError: true }],
    ["a string", "ECONNREFUSED"],
    ["null", null],
    ["nothing", undefined],
  ])("returns undefined for %s", (_, value) => {
    expect(readLocalFailure(value)).toBeUndefined();
  });

  it("never throws, whatever the error is", () => {
    const text = fc.oneof(fc.string(), fc.constantFrom("ECONNREFUSED", "EOPENBREAKER", "connect", "fetch failed"));
    const fields = fc.record(
      { code: fc.oneof(text, fc.anything()), syscall: fc.oneof(text, fc.anything()), message: fc.anything() },
      { requiredKeys: [] },
    );
    const errors = fc.tuple(fields, fields, text, fc.boolean()).map(([own, behind, name, isTypeError]) => {
      const cause = Object.assign(new Error("behind"), behind);
      const error = isTypeError ? new TypeError("no", { cause }) : new Error("no", { cause });
      return Object.defineProperty(Object.assign(error, own), "name", { value: name });
    });
    fc.assert(
      fc.property(errors, (error) => {
        const read = readLocalFailure(error);
        if (!read) return;
        expect(read.message).toBeTypeOf("string");
        expect([Code.UNAVAILABLE, Code.DEADLINE_EXCEEDED, Code.CANCELLED]).toContain(read.code);
      }),
      { numRuns: 1000 },
    );
  });

  it("returns undefined for an error whose getters throw", () => {
    const hostile = Object.defineProperty(new Error("no"), "code", {
      get: () => {
        throw new Error("no code");
      },
    });
    expect(readLocalFailure(hostile)).toBeUndefined();
  });
});
