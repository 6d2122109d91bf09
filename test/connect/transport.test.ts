import {
  Code as ConnectCode,
  ConnectError,
  createClient,
  createRouterTransport,
  type Interceptor,
} from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { Code, pack, RichError } from "grpc-rich-errors";
import { richErrorTransport, toConnectError } from "grpc-rich-errors/connect";
import { describe, expect, it } from "vitest";
import { Shapes } from "../../bench/gen/shapes/v1/shapes_pb.js";
import { callOver, callWithConnect } from "../support/connect-shapes.js";
import { catalog, SIDES, TooManySidesError, tooManySides } from "../support/errors.js";
import { h2 } from "../support/half-servers.js";
import { SHAPES, startShapes } from "../support/shapes.js";

const fail = () => {
  throw tooManySides();
};

describe.each(SHAPES)("a client of Connect, %s", (shape) => {
  it("throws the declared class for an error of a server of grpc-js", async () => {
    const { address } = await startShapes({ unary: fail, clientStream: fail, serverStream: fail, bidi: fail });
    const { error } = await callWithConnect(address, "gRPC", shape);
    expect(error).toBeRichError(TooManySidesError, SIDES);
    expect(error).toMatchObject({ issues: [], origin: "SERVER" });
  });

  it("throws an error for a malformed trailer", async () => {
    const address = await trailersOnly({ "grpc-status": "5", "grpc-status-details-bin": "////" });
    // Connect does not keep the status.
    const { error } = await callWithConnect(address, "gRPC", shape);
    expect(error).toBeInstanceOf(RichError);
    expect(error).toMatchObject({ code: Code.DATA_LOSS });
  });
});

function trailersOnly(headers: Record<string, string>): Promise<string> {
  return h2((stream) =>
    stream.respond({ ":status": 200, "content-type": "application/grpc+proto", ...headers }, { endStream: true }),
  );
}

describe("the transport", () => {
  it.each(["serverStream", "bidi"] as const)(
    "does not let a trailer with the code 0 hide the error of a %s",
    async (shape) => {
      // Connect ends such a stream without an error.
      const zero = Buffer.from(pack(new RichError(Code.NOT_FOUND, "x")))
        .subarray(2)
        .toString("base64");
      const headers = { "grpc-status": "5", "grpc-message": "gone", "grpc-status-details-bin": zero };
      const address = await h2((stream) => {
        stream.respond({ ":status": 200, "content-type": "application/grpc+proto" }, { waitForTrailers: true });
        stream.on("wantTrailers", () => stream.sendTrailers(headers));
        stream.end();
      });
      const plain = await callOver(
        createGrpcTransport({ baseUrl: `http://${address}`, pingIdleConnection: false } as never),
        shape,
      );
      expect(plain.error).toBeUndefined();
      const { error } = await callWithConnect(address, "gRPC", shape);
      expect(error).toMatchObject({ code: Code.NOT_FOUND, message: "gone" });
      expect((error as RichError).issues.map(({ kind }) => kind)).toContain("code-mismatch");
    },
  );

  it("throws what Connect makes of such a trailer in a call with one response", async () => {
    const zero = Buffer.from(pack(new RichError(Code.NOT_FOUND, "x")))
      .subarray(2)
      .toString("base64");
    const address = await trailersOnly({ "grpc-status": "5", "grpc-status-details-bin": zero });
    const { error } = await callWithConnect(address, "gRPC", "unary");
    expect(error).toBeInstanceOf(RichError);
    expect([Code.UNKNOWN, Code.UNIMPLEMENTED]).toContain((error as RichError).code);
  });

  it("shows its interceptors ConnectErrors", async () => {
    const { address } = await startShapes({ unary: fail });
    const seen: unknown[] = [];
    const note: Interceptor = (next) => (request) =>
      next(request).catch((error: unknown) => {
        seen.push(error);
        throw error;
      });
    const transport = createGrpcTransport({ baseUrl: `http://${address}`, interceptors: [note] });
    const { error } = await callOver(richErrorTransport(transport, { catalogs: [catalog] }), "unary");
    expect(seen).toEqual([expect.any(ConnectError)]);
    expect(error).toBeInstanceOf(TooManySidesError);
  });

  it("wraps a transport in memory too", async () => {
    const inMemory = createRouterTransport(({ service }) => {
      service(Shapes, { unary: () => Promise.reject(toConnectError(tooManySides())) });
    });
    const client = createClient(Shapes, richErrorTransport(inMemory, { catalogs: [catalog] }));
    await expect(client.unary({})).rejects.toBeRichError(TooManySidesError, SIDES);
  });

  it("gives the responses, the headers and the trailers of calls that succeed", async () => {
    const inMemory = createRouterTransport(({ service }) => {
      service(Shapes, {
        unary: (_, { responseHeader }) => {
          responseHeader.set("x-hint", "7");
          return { index: 3 };
        },
        async *serverStream(_, { responseTrailer }) {
          yield { index: 1 };
          yield { index: 2 };
          responseTrailer.set("x-end", "8");
        },
      });
    });
    const client = createClient(Shapes, richErrorTransport(inMemory));
    const seen: unknown[] = [];
    const { index } = await client.unary({}, { onHeader: (header) => seen.push(header.get("x-hint")) });
    const stream = client.serverStream({}, { onTrailer: (trailer) => seen.push(trailer.get("x-end")) });
    for await (const message of stream) seen.push(message.index);
    expect([index, ...seen]).toEqual([3, "7", 1, 2, "8"]);
  });

  it("refuses what is no transport", () => {
    expect(() => richErrorTransport({ baseUrl: "http://x" } as never)).toThrow("richErrorTransport: the transport is ");
    expect(() => richErrorTransport({} as never, { catalog } as object)).toThrow('the option "catalog" is unknown');
    expect(ConnectCode.NotFound).toBe(Code.NOT_FOUND);
  });
});
