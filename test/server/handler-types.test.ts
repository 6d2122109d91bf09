import type { MethodDefinition, ServerUnaryCall, sendUnaryData, UntypedHandleCall } from "@grpc/grpc-js";
import { type RichHandler, type RichImplementation, richHandlers, type UnaryHandler } from "grpc-rich-errors";
import { describe, expectTypeOf, it } from "vitest";
import { type ShapeRequest, type ShapeResponse, type ShapesServer, ShapesService } from "../gen/shapes/v1/shapes.js";
import { tooManySides } from "../support/errors.js";

type Service = typeof ShapesService;

describe("the types of handlers", () => {
  it("follow the shape of the method", () => {
    expectTypeOf<RichHandler<Service["unary"]>>().toEqualTypeOf<UnaryHandler<ShapeRequest, ShapeResponse>>();
    expectTypeOf<Parameters<RichHandler<Service["serverStream"]>>>().toHaveProperty("length").toEqualTypeOf<1>();
    expectTypeOf<Parameters<RichHandler<Service["clientStream"]>>[0]>().toExtend<AsyncIterable<ShapeRequest>>();
  });

  it("take handlers of grpc-js, generators, promises and plain answers", () => {
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
    richHandlers(ShapesService, handlers);
    const old = (call: ServerUnaryCall<ShapeRequest, ShapeResponse>, callback: sendUnaryData<ShapeResponse>): void =>
      callback(null, { index: call.request.before });
    richHandlers(ShapesService, { ...handlers, unary: old });
  });

  it("take a RichError in a callback", () => {
    const handler: UnaryHandler<ShapeRequest, ShapeResponse> = (_, callback) => callback(tooManySides());
    expectTypeOf(handler).toBeFunction();
  });

  it("refuse answers of another type", () => {
    const handlers = {} as RichImplementation<Service>;
    // @ts-expect-error: a string is not a response.
    richHandlers(ShapesService, { ...handlers, unary: () => "x" });
    // @ts-expect-error: a stream is answered by many messages.
    richHandlers(ShapesService, { ...handlers, serverStream: async () => ({ index: 0 }) });
  });

  it("take any handler for a method whose definition has no types, as proto-loader's", () => {
    expectTypeOf<RichHandler<MethodDefinition<object, object>>>().toEqualTypeOf<UntypedHandleCall>();
  });
});
