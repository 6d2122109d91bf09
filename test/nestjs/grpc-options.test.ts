import "grpc-rich-errors/vitest";
import http2 from "node:http2";
import { Metadata, ServerInterceptingCall } from "@grpc/grpc-js";
import { Controller, Logger, Module } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import {
  Client,
  type ClientGrpc,
  ClientsModule,
  GrpcStreamCall,
  GrpcStreamMethod,
  RpcException,
  Transport,
} from "@nestjs/microservices";
import { Code, RichError } from "grpc-rich-errors";
import { richErrorGrpcClientOptions, richErrorGrpcServerOptions } from "grpc-rich-errors/nestjs";
import { loadSync } from "grpc-rich-errors/proto-loader";
import { concat, firstValueFrom, type Observable, of, Subject, throwError } from "rxjs";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { ShapeRequest, ShapesService } from "../gen/shapes/v1/shapes.js";
import { catalog, SIDES, SIDES_MESSAGE, TooManySidesError, tooManySides } from "../support/errors.js";
import { callNest, type NestShapes, nestClient, SHAPES_PROTO, startNest } from "../support/nest.js";
import { framed } from "../support/raw.js";
import { request, SHAPES } from "../support/shapes.js";
import { expectNothingUncaught } from "../support/watch.js";

expectNothingUncaught();

const fail = () => {
  throw tooManySides();
};

describe.each(SHAPES)("a %s method of a Nest microservice", (shape) => {
  it.each([
    ["throws", fail],
    ["rejects with", async () => fail()],
    ["emits on an Observable", () => throwError(() => tooManySides())],
    ["emits on an Observable of a promise", async () => throwError(() => tooManySides())],
  ])("sends the declared error that it %s", async (_, handler) => {
    const { client, failed } = await startNest(handler);
    const { messages, error } = await callNest(client, shape);
    expect(messages).toEqual([]);
    expect(error).toBeRichError(TooManySidesError, SIDES);
    expect(failed).toMatchObject([{ masked: false, problems: [] }]);
  });

  it("masks an unexpected error, and reports it", async () => {
    const bug = new Error("password hunter2");
    const { client, failed } = await startNest(() => {
      throw bug;
    });
    expect((await callNest(client, shape)).error).toMatchObject({ code: 13, message: "internal error" });
    expect(failed).toMatchObject([{ error: bug, masked: true }]);
  });
});

describe.each(["serverStream", "bidi"] as const)("a %s method of a Nest microservice", (shape) => {
  it("sends its messages before the error", async () => {
    const messages = Array.from({ length: 200 }, (_, index) => ({ index }));
    const { client } = await startNest(() =>
      concat(
        messages,
        throwError(() => tooManySides()),
      ),
    );
    const seen = await callNest(client, shape);
    expect(seen.messages).toEqual(messages.map(({ index }) => index));
    expect(seen.error).toBeRichError(TooManySidesError, SIDES);
  });
});

describe("a method with @GrpcStreamCall", () => {
  @Controller()
  class PassThroughController {
    @GrpcStreamCall("Shapes", "ClientStream")
    clientStream(): void {
      fail();
    }

    @GrpcStreamCall("Shapes", "Bidi")
    async bidi(): Promise<void> {
      fail();
    }
  }

  it.each(["clientStream", "bidi"] as const)("sends the declared error that it throws, as %s", async (shape) => {
    const { client } = await startNest(fail, { controllers: [PassThroughController] });
    expect((await callNest(client, shape)).error).toBeRichError(TooManySidesError, SIDES);
  });
});

describe("an upload that is cut off", () => {
  it.each(["clientStream", "bidi"] as const)("does not look complete to a handler, as %s", async (shape) => {
    const seen: unknown[] = [];
    @Controller()
    class UploadController {
      @GrpcStreamMethod("Shapes", "ClientStream")
      clientStream(requests: Observable<unknown>): Observable<unknown> {
        const responses = new Subject();
        requests.subscribe({
          next: () => seen.push("request"),
          error: (error) => {
            seen.push(error);
            responses.error(error);
          },
          complete: () => seen.push("complete"),
        });
        return responses;
      }

      @GrpcStreamMethod("Shapes", "Bidi")
      bidi(requests: Observable<unknown>): Observable<unknown> {
        return this.clientStream(requests);
      }
    }
    const { url } = await startNest(fail, { controllers: [UploadController] });
    const session = http2.connect(`http://${url}`).on("error", () => {});
    onTestFinished(() => session.destroy());
    // The server's own timer cuts the upload off. It runs from when the call arrives.
    const { path } = ShapesService[shape];
    const headers = { ":method": "POST", ":path": path, "content-type": "application/grpc", te: "trailers" };
    const stream = session.request({ ...headers, "grpc-timeout": "300m" }).on("error", () => {});
    stream.resume().write(framed(ShapeRequest.encode(request()).finish()));
    await vi.waitFor(() => expect(seen.at(-1)).toMatchObject({ code: Code.DEADLINE_EXCEEDED }), 10_000);
    expect(seen).not.toContain("complete");
  });
});

describe("richErrorGrpcServerOptions", () => {
  it("keeps the user's own options", async () => {
    const seen: string[] = [];
    const { client, url } = await startNest(() => of({ index: 3 }), {
      grpc: {
        channelOptions: {
          "grpc.max_receive_message_length": 1000,
          interceptors: [
            (method: { path: string }, call: ConstructorParameters<typeof ServerInterceptingCall>[0]) => {
              seen.push(method.path);
              return new ServerInterceptingCall(call);
            },
          ],
        },
        onLoadPackageDefinition: (definition) => void seen.push(typeof definition["shapes.v1.Shapes"]),
      },
    });
    expect(await callNest(client, "unary")).toEqual({ messages: [3], error: undefined });
    expect(seen).toEqual(["object", "/shapes.v1.Shapes/Unary"]);
    const large = { scenario: "x".repeat(2000), before: 0 };
    await expect(firstValueFrom(nestClient(url).unary(large))).rejects.toMatchObject({ code: 8 });
  });

  it("lets the user's map come before that for Nest's exceptions", async () => {
    const { client } = await startNest(
      () => {
        throw new RangeError("odd");
      },
      { options: { map: [[RangeError, () => tooManySides()]] } as never },
    );
    expect((await callNest(client, "unary")).error).toBeRichError(TooManySidesError);
  });

  it("logs masked errors and problems with Nest's Logger, by default", async () => {
    const error = vi.spyOn(Logger.prototype, "error").mockReturnValue();
    const warn = vi.spyOn(Logger.prototype, "warn").mockReturnValue();
    onTestFinished(() => void vi.restoreAllMocks());
    const { client } = await startNest(
      () => {
        throw new RpcException(
          Object.assign(new Error("5 NOT_FOUND: gone"), { code: 5, details: "gone", metadata: new Metadata() }),
        );
      },
      { replace: ({ options }) => richErrorGrpcServerOptions({ ...SHAPES_PROTO, url: String(options.url) }) },
    );
    expect((await callNest(client, "unary")).error).toMatchObject({ code: 13 });
    expect(error).toHaveBeenCalledWith(
      expect.stringMatching(/^\/shapes\.v1\.Shapes\/Unary failed, request id [\w-]+: 5 NOT_FOUND: gone$/),
      expect.stringContaining("grpc-options.test.ts"),
    );
    expect(warn).toHaveBeenCalledWith(expect.stringMatching(/^\/shapes\.v1\.Shapes\/Unary: .*@grpc\/grpc-js/));
  });

  it("takes a package definition and a catalog instead of protos", async () => {
    const { packageDefinition, catalog: loaded } = loadSync(SHAPES_PROTO.protoPath, SHAPES_PROTO.loader);
    const TooManySides = loaded.byReason("shapes.example.com", "TOO_MANY_SIDES");
    if (!TooManySides) throw new Error("the proto declares TOO_MANY_SIDES");
    const { url } = await startNest(
      () => {
        throw new TooManySides({ shape: "myriagon", sides: "10000" });
      },
      {
        replace: ({ options }) => {
          const grpc = { package: "shapes.v1", packageDefinition, url: String(options.url) };
          return richErrorGrpcServerOptions(grpc, { catalogs: [loaded] });
        },
      },
    );
    const grpc = { package: "shapes.v1", packageDefinition, url };
    const { error } = await callNest(
      nestClient(url, richErrorGrpcClientOptions(grpc, { catalogs: [loaded] })),
      "unary",
    );
    expect(error).toBeInstanceOf(TooManySides);
    expect(error).toMatchObject({ detail: { sides: "10000" } });
  });

  it.each([
    [{ transport: Transport.GRPC, options: {} }, /the gRPC options have the member options; write \{ package: /],
    [undefined, /richErrorGrpcServerOptions: the gRPC options are undefined; write \{ package: "shop.v1", /],
    [
      { ...SHAPES_PROTO, protoLoader: "my-loader" },
      /protoLoader is "my-loader", which loads no errors; leave it out, or pass packageDefinition/,
    ],
    [{ ...SHAPES_PROTO, protoPath: "shapes/v1/missing.proto" }, /missing\.proto/],
  ])("refuses %o", (grpc, message) => {
    expect(() => richErrorGrpcServerOptions(grpc as never)).toThrow(message);
  });

  it("refuses an unknown option", () => {
    expect(() => richErrorGrpcServerOptions(SHAPES_PROTO, { onErrors: () => {} } as never)).toThrow(
      /the option "onErrors" is unknown; write "onError"/,
    );
  });
});

describe("richErrorGrpcClientOptions", () => {
  it("gives errors of the loaded classes, which generated ones recognize", async () => {
    const { url } = await startNest(fail);
    const client = nestClient(url, richErrorGrpcClientOptions({ ...SHAPES_PROTO, url }));
    const { error } = await callNest(client, "unary");
    expect(error).toBeInstanceOf(TooManySidesError);
    expect(error).toMatchObject({ message: SIDES_MESSAGE, detail: { sides: "9007199254740993" } });
  });

  it("fits ClientsModule.register and @Client", async () => {
    const { url } = await startNest(fail);
    const options = richErrorGrpcClientOptions({ ...SHAPES_PROTO, url }, { catalogs: [catalog] });
    @Controller()
    class Gateway {
      @Client(options)
      readonly client!: ClientGrpc;
    }
    @Module({ imports: [ClientsModule.register([{ name: "SHAPES", ...options }])], controllers: [Gateway] })
    class GatewayModule {}
    const app = await NestFactory.create(GatewayModule, { logger: false });
    await app.init();
    onTestFinished(() => app.close());
    for (const client of [app.get<ClientGrpc>("SHAPES"), app.get(Gateway).client]) {
      const { error } = await callNest(client.getService<NestShapes>("Shapes"), "unary");
      expect(error).toBeRichError(TooManySidesError, SIDES);
    }
  });

  it("gives an error of its own where no server listens", async () => {
    const { error } = await callNest(nestClient("127.0.0.1:1"), "serverStream");
    expect(error).toBeInstanceOf(RichError);
    expect(error).toMatchObject({ code: 14, origin: "TRANSPORT" });
  });
});
