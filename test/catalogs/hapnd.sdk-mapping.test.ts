import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Code, RichError, richErrorClientOptions } from "grpc-rich-errors";
import {
  catalog,
  HapndAggregateTypeMismatchError,
  HapndApiError,
  HapndCircuitOpenError,
  HapndConcurrencyError,
  HapndNetworkError,
  HapndValidationError,
} from "grpc-rich-errors/catalogs/hapnd";
import { fromHttp } from "grpc-rich-errors/http";
import { describe, expect, it, onTestFinished } from "vitest";
import { type Handlers, SHAPES, type Shape, startShapes } from "../support/shapes.js";
import { callOn } from "../support/surfaces.js";

// Every failure becomes the error that Hapnd's own SDK for TypeScript maps it to.

const CLASSES = {
  HapndConcurrencyError,
  HapndAggregateTypeMismatchError,
  HapndValidationError,
  HapndApiError,
  HapndNetworkError,
  HapndCircuitOpenError,
};

/** The name of the first class in the SDK's order that a caught value is an instance of. */
function mappedTo(caught: unknown): string | undefined {
  return Object.entries(CLASSES).find(([, of]) => caught instanceof of)?.[0];
}

/** The errors of the documentation: code, HTTP status, further fields of the body, and the class in the SDK. */
const DOCUMENTED: readonly (readonly [errorCode: string, status: number, context: object, sdkClass: string])[] = [
  ["VALIDATION_ERROR", 400, { violations: [{ field: "events", description: "is empty" }] }, "HapndValidationError"],
  ["INVALID_REQUEST", 400, {}, "HapndApiError"],
  ["INVALID_UPLOAD", 400, {}, "HapndApiError"],
  ["INVALID_ZIP", 400, {}, "HapndApiError"],
  ["INVALID_CONTENTS", 400, {}, "HapndApiError"],
  ["FILE_TOO_LARGE", 400, { size: 6_000_000, maxSize: 5_242_880 }, "HapndApiError"],
  ["INVALID_REDUCER", 400, {}, "HapndApiError"],
  ["REDUCER_NOT_READY", 400, {}, "HapndApiError"],
  [
    "AGGREGATE_TYPE_MISMATCH",
    400,
    { aggregateId: "o-7", requestedType: "invoice", actualType: "order" },
    "HapndAggregateTypeMismatchError",
  ],
  ["UNAUTHORIZED", 401, {}, "HapndApiError"],
  ["NOT_FOUND", 404, {}, "HapndApiError"],
  ["NO_REDUCER_BOUND", 404, { aggregateType: "order" }, "HapndApiError"],
  ["CONCURRENCY_CONFLICT", 409, { expectedVersion: 5, actualVersion: 7 }, "HapndConcurrencyError"],
  ["INTERNAL_ERROR", 500, {}, "HapndApiError"],
];

function withIntegers(context: object): object {
  const entries = Object.entries(context);
  return Object.fromEntries(entries.map(([key, value]) => [key, typeof value === "number" ? BigInt(value) : value]));
}

describe.each(SHAPES)("over gRPC, in a call of the shape %s", (shape) => {
  /** The error of a call to a server whose handler throws a value. */
  async function caughtFrom(thrown: unknown): Promise<unknown> {
    const shapes = await startShapes(throwing(thrown), { client: richErrorClientOptions({ catalogs: [catalog] }) });
    return (await callOn(shapes, shape)).error;
  }

  function throwing(thrown: unknown): Partial<Handlers> {
    const handlers: Record<Shape, () => Promise<never>> = {
      unary: () => Promise.reject(thrown),
      clientStream: () => Promise.reject(thrown),
      serverStream: () => Promise.reject(thrown),
      bidi: () => Promise.reject(thrown),
    };
    return { [shape]: handlers[shape] };
  }

  it.each(DOCUMENTED)("%s becomes the class of the SDK", async (errorCode, _, context, sdkClass) => {
    const errorClass = catalog.byReason("hapnd", errorCode);
    if (!errorClass) throw new Error(`${errorCode} is missing`);
    const detail = errorClass.definition.detail && withIntegers(context);
    const caught = await caughtFrom(new RichError(errorClass.definition, detail));
    expect(mappedTo(caught)).toBe(sdkClass);
    expect(caught).toMatchObject({ reason: errorCode, detail });
    expect(caught).toBeInstanceOf(HapndApiError);
  });

  it.each([
    ["a newer error code", new RichError(Code.ABORTED, "frozen", { reason: "FROZEN", domain: "hapnd" })],
    ["an error of another domain", new RichError(Code.ABORTED, "no", { reason: "FROZEN", domain: "proxy" })],
    ["an error without a code", new RichError(Code.NOT_FOUND, "no route")],
    ["a bug of the server", new Error("secret")],
  ])("%s becomes HapndApiError", async (_, thrown) => {
    const caught = await caughtFrom(thrown);
    expect(mappedTo(caught)).toBe("HapndApiError");
    expect(caught).toMatchObject({ name: "HapndApiError" });
  });

  it("a network failure becomes HapndNetworkError", async () => {
    const shapes = await startShapes({}, { client: richErrorClientOptions({ catalogs: [catalog] }) });
    shapes.server.forceShutdown();
    const { error } = await callOn(shapes, shape);
    expect(mappedTo(error)).toBe("HapndNetworkError");
    expect(error).not.toBeInstanceOf(HapndApiError);
  });
});

describe("over HTTP", () => {
  /** The URL of a server with one answer for every request. */
  async function serve(status: number, body: string): Promise<string> {
    const server = createServer((_, response) => response.writeHead(status).end(body));
    await once(server.listen(0, "127.0.0.1"), "listening");
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }

  /** The error of a request, as an SDK makes it. */
  async function caughtFrom(url: string): Promise<unknown> {
    try {
      const response = await fetch(url);
      return fromHttp(response.status, response.headers, await response.text(), { catalogs: [catalog] });
    } catch (thrown) {
      return RichError.from(thrown, { catalogs: [catalog] });
    }
  }

  it.each(DOCUMENTED)("%s becomes the class of the SDK", async (errorCode, status, context, sdkClass) => {
    const body = { error: "what went wrong", errorCode, ...context };
    const caught = await caughtFrom(await serve(status, JSON.stringify(body)));
    expect(mappedTo(caught)).toBe(sdkClass);
    expect(caught).toMatchObject({ message: "what went wrong", reason: errorCode, issues: [] });
    expect(caught).toMatchObject(Object.keys(context).length > 0 ? { detail: withIntegers(context) } : {});
    expect(caught).toBeInstanceOf(HapndApiError);
  });

  it.each([
    [409, JSON.stringify({ error: "frozen", errorCode: "FROZEN" })],
    [418, "{}"],
    [429, ""],
    [500, "<html>oops</html>"],
    [502, "<html>bad gateway</html>"],
  ])("any other answer with the status %i becomes HapndApiError", async (status, body) => {
    expect(mappedTo(await caughtFrom(await serve(status, body)))).toBe("HapndApiError");
  });

  it("a network failure becomes HapndNetworkError", async () => {
    const server = createServer();
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    expect(mappedTo(await caughtFrom(`http://127.0.0.1:${port}/`))).toBe("HapndNetworkError");
  });
});

it("an open circuit breaker becomes HapndCircuitOpenError", () => {
  const open = Object.assign(new Error("Breaker is open"), { code: "EOPENBREAKER" });
  expect(mappedTo(RichError.from(open, { catalogs: [catalog] }))).toBe("HapndCircuitOpenError");
});
