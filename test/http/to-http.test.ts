import { Metadata } from "@grpc/grpc-js";
import { Code, fromStatus, packError, RichError, StandardDetails, toStatus } from "grpc-rich-errors";
import { HapndConcurrencyError, catalog as hapnd, ReducerNotReadyError } from "grpc-rich-errors/catalogs/hapnd";
import { ErrorInfo, packDetail } from "grpc-rich-errors/details";
import { fromHttp, toHttp } from "grpc-rich-errors/http";
import { describe, expect, it } from "vitest";
import { defaultHttpStatus } from "../../src/defaults.js";
import { SIDES, catalog as shapes, TooManySidesError, tooManySides } from "../support/errors.js";
import { FORMATS } from "../support/over-http.js";

const SECRET = "hunter2";

describe("the HTTP status of a response", () => {
  it.each(Object.entries(Code))("follows from the code if the error is not declared: %s", (_, code) => {
    expect(toHttp(new RichError(code, "no")).status).toBe(defaultHttpStatus(code));
  });

  it("is the declared one if the error is declared", () => {
    expect(toHttp(tooManySides()).status).toBe(422);
    expect(toHttp(new ReducerNotReadyError()).status).toBe(400);
  });

  it("follows from the code if another server sent the error with a code other than the declared one", () => {
    const odd = fromStatus({ ...toStatus(tooManySides()), code: Code.UNAVAILABLE }, { catalogs: [shapes] });
    expect(toHttp(odd, { catalogs: [shapes] }).status).toBe(503);
  });
});

describe("the headers of a response", () => {
  it.each([
    ["status", "application/json"],
    ["problem", "application/problem+json"],
    ["compact", "application/json"],
  ] as const)("name the media type of the format %s", (format, type) => {
    expect(toHttp(new RichError(Code.ABORTED, "no"), { format }).headers).toEqual({ "Content-Type": type });
  });

  it.each([
    [0, "0"],
    [1, "1"],
    [1000, "1"],
    [1001, "2"],
    [-5, "0"],
    [Number.MAX_VALUE, "2147484"],
  ])("have a retry delay of %d ms rounded up to seconds: %s", (retryDelay, header) => {
    expect(toHttp(tooManySides({ retryDelay })).headers["Retry-After"]).toBe(header);
  });
});

describe("the body of a response", () => {
  it.each(FORMATS)("survives JSON unchanged in the format %s", (format) => {
    const { body } = toHttp(tooManySides({ retryDelay: 5, info: { a: "\ud800" } }), { format });
    expect(JSON.parse(JSON.stringify(body))).toEqual(body);
  });

  it("has the format status by default", () => {
    expect(toHttp(tooManySides()).body).toEqual(toHttp(tooManySides(), { format: "status" }).body);
  });
});

const hostile = new Proxy(
  {},
  Object.fromEntries(
    Reflect.ownKeys(Reflect).map((trap) => [
      trap,
      () => {
        throw new Error(SECRET);
      },
    ]),
  ),
);

function serviceError(code: number, details: string, trailers = new Metadata()): Error {
  const message = `${code} ${Object.keys(Code)[code - 1]}: ${details}`;
  return Object.assign(new Error(message), { code, details, metadata: trailers });
}

const sidesOfAnother = fromStatus(toStatus(tooManySides()), { catalogs: [shapes] });

describe("toHttp keeps from the caller", () => {
  it.each<[string, unknown]>([
    ["an Error", new Error(SECRET)],
    ["an error of a file system", Object.assign(new Error(SECRET), { code: "ENOENT", errno: -2, path: SECRET })],
    ["an error with an HTTP status", Object.assign(new Error(SECRET), { status: 404, statusCode: 404, expose: true })],
    ["a text", SECRET],
    ["nothing", undefined],
    ["an object", { error: SECRET, errorCode: SECRET }],
    ["a proxy that throws", hostile],
    ["an error that RichError.from wrapped", RichError.from(new Error(SECRET))],
    ["an error of another server that no catalog declares", serviceError(5, SECRET)],
    [
      "an error that came over HTTP and that no catalog declares",
      fromHttp(404, {}, { error: SECRET, errorCode: SECRET }),
    ],
  ])("%s", (_, thrown) => {
    for (const format of FORMATS) {
      const response = toHttp(thrown, { format, catalogs: [shapes] });
      const { status, headers, body, masked, requestId, sent } = response;
      expect([status, masked, sent.code]).toEqual([500, true, Code.INTERNAL]);
      expect(JSON.stringify([headers, body])).not.toContain(SECRET);
      expect(JSON.stringify(body)).toContain(`"internal error"`);
      expect(JSON.stringify(body)).toContain(`"requestId":"${requestId}"`);
      expect(sent.cause).toBe(thrown);
    }
  });

  it("everything but the request id, which is the given one if it is valid", () => {
    expect(toHttp(0, { requestId: "r-7" }).requestId).toBe("r-7");
    expect(toHttp(0, { requestId: "<script>" }).requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(toHttp(0, { requestId: undefined }).requestId).not.toBe(toHttp(0).requestId);
  });

  it("DebugInfo, unless the option debugInfo is set", () => {
    const thrown = tooManySides({ errorDetails: new StandardDetails().setDebugInfo(SECRET).setRequestInfo("r") });
    for (const format of ["status", "problem"] as const) {
      expect(JSON.stringify(toHttp(thrown, { format }).body)).not.toContain(SECRET);
      expect(JSON.stringify(toHttp(thrown, { format }).body)).toContain("google.rpc.RequestInfo");
      expect(JSON.stringify(toHttp(thrown, { format, debugInfo: true }).body)).toContain(SECRET);
    }
  });

  it("another server's DebugInfo, even if the option debugInfo is set", () => {
    const debug = { "@type": "type.googleapis.com/google.rpc.DebugInfo", detail: SECRET };
    const { body } = toHttp(tooManySides());
    for (const detail of [debug, { ...debug, stackEntries: SECRET }]) {
      const details = [...body.error.details, detail];
      const received = fromHttp(422, {}, { error: { ...body.error, details } }, { catalogs: [shapes] });
      const { masked, body: passed } = toHttp(received, { catalogs: [shapes], debugInfo: true });
      expect(masked).toBe(false);
      expect(JSON.stringify(passed)).not.toContain(SECRET);
    }
  });

  it("trailers", () => {
    const metadata = new Metadata();
    metadata.set("x-token", SECRET);
    expect(JSON.stringify(toHttp(tooManySides({ metadata })))).not.toContain(SECRET);
  });
});

describe("toHttp sends to the caller", () => {
  it("a RichError made in this process, unchanged", () => {
    const thrown = tooManySides();
    expect(toHttp(thrown)).toMatchObject({ sent: thrown, masked: false, requestId: undefined });
  });

  it("a plain status of grpc-js", () => {
    expect(toHttp({ code: Code.NOT_FOUND, details: "no such order" })).toMatchObject({
      status: 404,
      body: { error: { message: "no such order", status: "NOT_FOUND" } },
    });
  });

  it.each<[string, unknown]>([
    ["over gRPC", sidesOfAnother],
    ["over gRPC, as the error of a grpc-js client", serviceError(3, "x", packError(tooManySides()).metadata)],
    ["over HTTP", fromHttp(422, {}, toHttp(tooManySides()).body, { catalogs: [shapes] })],
  ])("an error of another server that a catalog declares and that came %s", (_, thrown) => {
    const { status, body, sent, masked } = toHttp(thrown, { catalogs: [shapes], format: "compact" });
    expect([status, masked]).toEqual([422, false]);
    expect(sent).toBeRichError(TooManySidesError, SIDES);
    expect(body).toMatchObject({ shape: "chiliagon", sides: "9007199254740993", limit: { most: 12 } });
  });

  it("another server's details of unknown types that forwardDetails names", () => {
    const fact = { "@type": "t/new.v1.Fact", is: ["so"] };
    const packed = { typeUrl: "t/new.v1.Packed", value: Uint8Array.of(8, 1) };
    const first = toHttp(tooManySides({ errorDetails: [packed] })).body;
    const received = fromHttp(
      422,
      {},
      { error: { ...first.error, details: [...first.error.details, fact] } },
      { catalogs: [shapes] },
    );
    const [info, , own] = first.error.details;
    const { body, problems } = toHttp(received, { catalogs: [shapes] });
    expect(body.error.details).toEqual([info, own]);
    expect(problems).toMatchObject([{ message: expect.stringContaining(": new.v1.Packed, new.v1.Fact;") }]);
    const options = { catalogs: [shapes], forwardDetails: ["new.v1.Fact", "new.v1.Packed"] };
    const packedHere = { "@type": "type.googleapis.com/new.v1.Packed", "@bytes": "CAE=" };
    expect(toHttp(received, options).body.error.details).toEqual([info, packedHere, own, fact]);
    expect(toHttp(received, { ...options, format: "problem" }).body.details).toContainEqual(fact);
  });

  it("a detail without descriptors, as bytes", () => {
    const { descriptors: _, ...definition } = TooManySidesError.definition;
    const thrown = new RichError(definition, SIDES);
    expect(toHttp(thrown).body.error.details.at(-1)).toEqual({
      "@type": "type.googleapis.com/shapes.v1.TooManySidesErrorDetails",
      "@bytes": expect.stringMatching(/^[\w+/=]+$/),
    });
    expect(toHttp(thrown, { format: "problem" }).body.details).toHaveLength(1);
    expect(fromHttp(422, {}, toHttp(thrown).body, { catalogs: [shapes] })).toBeRichError(TooManySidesError, SIDES);
  });

  it("an error that a gRPC client reads like one that was sent over gRPC", () => {
    const { status, headers, body } = toHttp(new HapndConcurrencyError({ expectedVersion: 5n, actualVersion: 7n }));
    const { code, message, details } = toStatus(fromHttp(status, headers, body, { catalogs: [hapnd] }));
    expect([code, message]).toEqual([Code.ABORTED, "the aggregate is at version 7, not 5"]);
    expect(details[0]).toEqual(
      packDetail(ErrorInfo, { reason: "CONCURRENCY_CONFLICT", domain: "hapnd", metadata: {} }),
    );
    expect(fromStatus({ code, message, details }, { catalogs: [hapnd] })).toBeRichError(HapndConcurrencyError, {
      expectedVersion: 5n,
      actualVersion: 7n,
    });
  });
});
