import type {
  MethodDefinition,
  ServerUnaryCall,
  ServiceDefinition,
  sendUnaryData,
  UntypedHandleCall,
} from "@grpc/grpc-js";
import { type RichHandler, type RichImplementation, richHandlers, type UnaryHandler } from "grpc-rich-errors";
import { describe, expect, expectTypeOf, it } from "vitest";
import { type ShapeRequest, type ShapeResponse, type ShapesServer, ShapesService } from "../../gen/shapes/v1/shapes.js";
import { tooManySides } from "../../support/errors.js";

type Service = typeof ShapesService;

describe("the types of handlers", () => {
  it("follow the shape of the method", () => {
    expectTypeOf<RichHandler<Service["unary"]>>().toEqualTypeOf<UnaryHandler<ShapeRequest, ShapeResponse>>();
    expectTypeOf<Parameters<RichHandler<Service["serverStream"]>>>().toHaveProperty("length").toEqualTypeOf<1>();
    expectTypeOf<Parameters<RichHandler<Service["clientStream"]>>[0]>().toExtend<AsyncIterable<ShapeRequest>>();
    expect(ShapesService.unary).toMatchObject({ requestStream: false, responseStream: false });
  });

  it("accept handlers of grpc-js, generators, promises and plain messages", () => {
    expectTypeOf<ShapesServer>().toExtend<RichImplementation<Service>>();
    const handlers: RichImplementation<Service> = {
      unary: () => ({ index: 0 }),
      clientStream: async () => ({ index: 0 }),
      *serverStream() {
        yield { index: 0 };
      },
      async *bidi(call) {
        for await (const { before } of call) yield { index: before };
      },
    };
    expect(Object.keys(richHandlers(ShapesService, handlers))).toEqual(Object.keys(ShapesService));
    const old = (call: ServerUnaryCall<ShapeRequest, ShapeResponse>, callback: sendUnaryData<ShapeResponse>): void =>
      callback(null, { index: call.request.before });
    expect(richHandlers(ShapesService, { ...handlers, unary: old })["unary"]).toBeTypeOf("function");
  });

  it("accept a RichError in a callback", () => {
    const handler: UnaryHandler<ShapeRequest, ShapeResponse> = (_, callback) => callback(tooManySides());
    const seen: unknown[] = [];
    handler({} as Parameters<typeof handler>[0], (error) => seen.push(error));
    expect(seen).toMatchObject([{ reason: "TOO_MANY_SIDES" }]);
  });

  it("refuse responses of another type", () => {
    const handlers = {} as RichImplementation<Service>;
    // @ts-expect-error: a string is not a response.
    expect(richHandlers(ShapesService, { ...handlers, unary: () => "x" })).toHaveProperty("unary");
    // @ts-expect-error: a stream has many responses.
    expect(richHandlers(ShapesService, { ...handlers, serverStream: async () => ({}) })).toHaveProperty("serverStream");
  });

  it("accept any handler for a definition without types, such as proto-loader's", () => {
    expectTypeOf<RichHandler<MethodDefinition<object, object>>>().toEqualTypeOf<UntypedHandleCall>();
    const untyped: ServiceDefinition = ShapesService;
    expect(richHandlers(untyped, { unary: () => {} })).toHaveProperty("unary");
  });
});
