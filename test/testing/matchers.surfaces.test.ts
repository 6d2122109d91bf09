import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Metadata, type StatusObject } from "@grpc/grpc-js";
import { Code, pack, packError, RichError, toStatus } from "grpc-rich-errors";
import { BadRequest, RetryInfo } from "grpc-rich-errors/details";
import { toHttp } from "grpc-rich-errors/http";
import { assertRichError, configure, testServer, toBeRichError } from "grpc-rich-errors/testing";
import grpcWeb from "grpc-web";
import { afterEach, describe, expect, it, onTestFinished } from "vitest";
import { ShapesClient, ShapesService } from "../gen/shapes/v1/shapes.js";
import {
  BadShapeError,
  CornersBusyError,
  catalog,
  ShapeError,
  TooManySidesError,
} from "../gen/shapes/v1/shapes.rich.js";
import { CLIENT_LIBRARIES } from "../support/client-libraries.js";
import { request, SHAPES } from "../support/shapes.js";

const DETAIL = { shape: "disc", sides: 5n, limit: { most: 4n } };
const thrown = () => new TooManySidesError(DETAIL, { retryDelay: 200 });
const fail = () => {
  throw thrown();
};
const FAILING = { unary: fail, clientStream: fail, serverStream: fail, bidi: fail };

// In place of the one of test/setup.ts, which accepts only instances.
expect.extend({ toBeRichError });
afterEach(() => configure({ catalogs: [] }));

const caught = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error: unknown) => error,
  );

/** nice-grpc's error has no trailer. gax keeps that of grpc-js. */
const WITHOUT_TRAILER = new Set(["nice-grpc"]);

describe("the matchers", () => {
  it.each(Object.keys(CLIENT_LIBRARIES).filter((library) => !WITHOUT_TRAILER.has(library)))(
    "read an error of %s, in every call shape",
    async (library) => {
      const { address } = await testServer(ShapesService, FAILING);
      for (const shape of SHAPES) {
        const error = await caught(CLIENT_LIBRARIES[library]?.(address, shape) ?? Promise.resolve());
        // A client of ours without catalogs receives a plain RichError, whose class is not the matcher's to decide.
        if (!(error instanceof RichError)) {
          expect(error).toBeRichError(TooManySidesError, { shape: "disc", limit: { most: 4n } });
          expect(error).not.toBeRichError(TooManySidesError, { shape: "disk" });
        }
        expect(error).not.toBeRichError(CornersBusyError);
        expect(error).toHaveReason("TOO_MANY_SIDES", "shapes.example.com");
        expect(error).not.toHaveReason("TOO_MANY_SIDES", "other.example.com");
        expect(error).toHaveErrorDetail(RetryInfo, { retryDelay: { nanos: 200_000_000 } });
        expect(error).not.toHaveErrorDetail(BadRequest);
      }
    },
  );

  it("read code and text of a nice-grpc error, which has no trailer", async () => {
    const { address } = await testServer(ShapesService, FAILING);
    const error = await caught(CLIENT_LIBRARIES["nice-grpc"]?.(address, "unary") ?? Promise.resolve());
    expect(error).toBeRichError();
    expect(error).not.toBeRichError(TooManySidesError);
    expect(error).not.toHaveReason("TOO_MANY_SIDES");
    expect(() => expect(error).toBeRichError(TooManySidesError)).toThrow(/use the richErrorClientMiddleware of/);
  });

  const { code, details, metadata } = packError(thrown());
  const grpcJs = new Metadata();
  for (const value of metadata.get("grpc-status-details-bin")) grpcJs.set("grpc-status-details-bin", value);
  const packed = Buffer.from(pack(thrown()));
  const http = toHttp(thrown());
  const webMetadata = { "grpc-status": String(code), "grpc-status-details-bin": packed.toString("base64") };

  it.each([
    ["a status of grpc-js", { code, details, metadata: grpcJs } satisfies StatusObject],
    ["packError", packError(thrown())],
    ["an error of grpc-web", new grpcWeb.RpcError(code as number, details, webMetadata)],
    ["a status of grpc-web", { code, details, metadata: webMetadata }],
    ["a google.rpc.Status", toStatus(thrown())],
    ["the bytes of a trailer", new Uint8Array(packed)],
    ["a Buffer", packed],
    ["base64", packed.toString("base64")],
    ["base64 without padding, as on the wire", packed.toString("base64").replace(/=+$/, "")],
    ["metadata", grpcJs],
    ["an HTTP response with its body as text", { ...http, body: JSON.stringify(http.body) }],
    ["an HTTP response with its parsed body", http],
    [
      "a response of Fastify's inject",
      { statusCode: http.status, headers: http.headers, body: JSON.stringify(http.body) },
    ],
    ["a problem", toHttp(thrown(), { format: "problem" })],
    ["the compact format", toHttp(thrown(), { format: "compact" })],
  ])("read %s", (_, value) => {
    expect(value).toBeRichError(TooManySidesError, DETAIL);
    expect(value).not.toBeRichError(TooManySidesError, { sides: 6n });
    expect(value).not.toBeRichError(BadShapeError);
    expect(value).toHaveReason("TOO_MANY_SIDES");
    expect({ value }).toEqual({ value: expect.toBeRichError(TooManySidesError, { shape: "disc" }) });
  });

  it("read a response of fetch, whose body the test can still read", async () => {
    const body = JSON.stringify(http.body);
    const server = createServer((_, response) => void response.writeHead(http.status, http.headers).end(body));
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    await expect(response).toBeRichError(TooManySidesError, DETAIL);
    await expect(response).not.toBeRichError(CornersBusyError);
    await expect(response).toHaveReason("TOO_MANY_SIDES");
    await expect(response).toHaveErrorDetail(RetryInfo);
    expect(await response.text()).toBe(body);
    await expect(response).not.toBeRichError();
  });

  it.each([
    ["a response without an error", { status: 200, headers: {}, body: "" }],
    ["a proxy's response", { status: 502, headers: { "content-type": "text/html" }, body: "<html>" }],
    ["a page of an application", { status: 404, headers: {}, body: "not found" }],
    ["metadata without a trailer", new Metadata()],
    ["a text", "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo="],
    ["a broken trailer", packed.subarray(0, packed.length - 3)],
    ["a status whose text differs from the trailer's", { code, details: "other", metadata: grpcJs }],
    ["an error of grpc-web whose text differs", new grpcWeb.RpcError(code as number, "other", webMetadata)],
    ["a status whose code differs from the trailer's", { code: Code.ABORTED, details, metadata: grpcJs }],
  ])("refuse %s", (_, value) => {
    expect(value).not.toBeRichError();
    expect(value).not.toBeRichError(TooManySidesError);
  });

  it.each([
    ["a promise", Promise.resolve()],
    ["a stream of responses", (async function* () {})()],
    ["a function", () => {}],
  ])("fail for %s, whether the test expects an error or none", (_, call) => {
    const message = /got a call, which has yet to end; use toRejectWithRichError or assertRejectsWithRichError$/;
    expect(() => expect(call).toBeRichError()).toThrow(message);
    expect(() => expect(call).not.toBeRichError()).toThrow(message);
    expect(() => expect(call).not.toHaveReason("BAD_SHAPE")).toThrow(message);
    expect(() => expect(call).not.toHaveErrorDetail(BadRequest)).toThrow(message);
    expect(() => assertRichError(call)).toThrow(message);
    expect([call]).not.toContainEqual(expect.toBeRichError());
  });

  it("know the errors of base classes by the catalogs of configure", () => {
    expect(packed).not.toBeRichError(ShapeError);
    configure({ catalogs: [catalog] });
    expect(packed).toBeRichError(ShapeError, expect.objectContaining({ shape: "disc" }));
    expect(() => configure({ catalogs: catalog } as never)).toThrow(
      /configure: catalogs is .* write catalogs: \[catalog\]/,
    );
  });
});

describe("toRejectWithRichError", () => {
  it("waits for promises, iterables of responses and streams, and calls functions that return one", async () => {
    const server = await testServer(ShapesService, FAILING, { catalogs: [catalog] });
    const calls = server.promises(ShapesClient);
    const client = server.client(ShapesClient);
    await expect(calls.unary(request())).toRejectWithRichError(TooManySidesError, DETAIL);
    await expect(calls.clientStream([])).toRejectWithRichError(TooManySidesError);
    await expect(calls.serverStream(request())).toRejectWithRichError(TooManySidesError);
    await expect(calls.bidi([])).toRejectWithRichError();
    await expect(client.serverStream(request())).toRejectWithRichError(TooManySidesError);
    const bidi = client.bidi();
    bidi.end();
    await expect(bidi).toRejectWithRichError(TooManySidesError);
    await expect(() => calls.unary(request())).toRejectWithRichError(ShapeError);
    await expect(() => calls.serverStream(request())).toRejectWithRichError(ShapeError);
    await expect(fail).toRejectWithRichError(TooManySidesError);
    await expect(calls.unary(request())).not.toRejectWithRichError(CornersBusyError);
  });

  it("refuses calls that succeed, other errors, and what is no call", async () => {
    const { promises } = await testServer(ShapesService, { unary: () => ({ index: 0 }) });
    await expect(promises(ShapesClient).unary(request())).not.toRejectWithRichError();
    await expect(Promise.resolve(5)).not.toRejectWithRichError();
    await expect(() => 5).not.toRejectWithRichError();
    await expect(Promise.reject(new Error("no"))).not.toRejectWithRichError();
    await expect(
      (async function* () {
        yield 1;
      })(),
    ).not.toRejectWithRichError();
    await expect((async () => expect(5).toRejectWithRichError())()).rejects.toThrow(
      "the call is 5; pass a promise, a stream of responses, or a function that returns one of them",
    );
  });

  it("reads the response of fetch that a promise rejects with", async () => {
    const { status, headers, body } = toHttp(thrown());
    const response = () => new Response(JSON.stringify(body), { status, headers: headers as Record<string, string> });
    await expect(Promise.reject(response())).toRejectWithRichError(TooManySidesError, DETAIL);
    await expect(Promise.reject(response())).not.toRejectWithRichError(CornersBusyError);
  });
});
