/**
 * The types of generated code whose details are messages of protobuf-es, and of its services. Checked by `tsc -p .`,
 * never run.
 */
import { create, type Message } from "@bufbuild/protobuf";
import { credentials, type ServiceError } from "@grpc/grpc-js";
import { isErrorOf, promises, RichError, richHandlers } from "grpc-rich-errors";
import { protobufEsClient, protobufEsService } from "grpc-rich-errors/protobuf-es/services";
import { expectTypeOf } from "vitest";
import { BadShapeError, CornersBusyError, ShapesContract, TooManySidesError } from "../gen/es/shapes/v1/shapes.rich.js";
import {
  type ShapeResponse,
  Shapes,
  type TooManySidesErrorDetails,
  TooManySidesErrorDetailsSchema,
} from "../gen/es/shapes/v1/shapes_pb.js";
import { BadValuesError } from "../gen/es/values/v1/values.rich.js";
import { Color, ValuesSchema } from "../gen/es/values/v1/values_pb.js";

// A detail is what `create` takes: a plain object in which all fields are optional, or a message.
new TooManySidesError({ shape: "cube", sides: 6n, limit: { most: 4n } });
new TooManySidesError({}, { message: "too many" });
new TooManySidesError(create(TooManySidesErrorDetailsSchema, { shape: "cube" }));
new BadValuesError({ choice: { case: "chosenNumber", value: 1n }, color: Color.RED, byName: { a: 1n } });
new BadShapeError({ fieldViolations: [] });
new CornersBusyError();

// @ts-expect-error The detail is missing.
new TooManySidesError();

// @ts-expect-error The field is called shape.
new TooManySidesError({ shap: "cube" });

// @ts-expect-error An uint64 is a bigint.
new TooManySidesError({ sides: 6 });

// @ts-expect-error The message is one of another type.
new TooManySidesError(create(ValuesSchema));

// @ts-expect-error The oneof has no such case.
new BadValuesError({ choice: { case: "chosenColor", value: 1n } });

// @ts-expect-error The case of the oneof has another type.
new BadValuesError({ choice: { case: "chosenNumber", value: "1" } });

// @ts-expect-error The values of the map are bigints.
new BadValuesError({ byName: { a: 1 } });

// @ts-expect-error The error has no detail.
new CornersBusyError({ shape: "cube" });

// What is caught has a whole message.
const error = new TooManySidesError({ shape: "cube" });
expectTypeOf(error.detail).toEqualTypeOf<TooManySidesErrorDetails>();
expectTypeOf(error.detail).toExtend<Message<"shapes.v1.TooManySidesErrorDetails">>();
expectTypeOf(error.detail.sides).toEqualTypeOf<bigint>();
expectTypeOf(error.reason).toEqualTypeOf<"TOO_MANY_SIDES">();

// @ts-expect-error The detail is read-only.
error.detail = create(TooManySidesErrorDetailsSchema);

const caught: unknown = RichError.from(new Error("no"));
if (caught instanceof BadValuesError && caught.detail.choice.case === "chosenNumber") {
  expectTypeOf(caught.detail.choice.value).toEqualTypeOf<bigint>();
}

// Services.
const ShapesService = protobufEsService(Shapes);
richHandlers(ShapesService, {
  unary: ({ request }) => ({ index: request.before }),
  clientStream: async (call) => {
    for await (const { scenario } of call) expectTypeOf(scenario).toEqualTypeOf<string>();
    return {};
  },
  serverStream: ({ request }) => [{ index: request.before }],
  async *bidi(call) {
    for await (const { before } of call) yield { index: before };
  },
});

richHandlers(ShapesService, {
  // @ts-expect-error An index is a number.
  unary: () => ({ index: "1" }),
  clientStream: () => ({}),
  serverStream: () => [],
  bidi: () => [],
});

const ShapesClient = protobufEsClient(Shapes);
const client = new ShapesClient("127.0.0.1:1", credentials.createInsecure());
client.unary({ before: 1 }, (failure, response) => {
  expectTypeOf(failure).toEqualTypeOf<ServiceError | null>();
  expectTypeOf(response).toEqualTypeOf<ShapeResponse>();
});

const shapes = promises(client, ShapesContract);
expectTypeOf(shapes.unary({ before: 1 })).toEqualTypeOf<Promise<ShapeResponse>>();
expectTypeOf(shapes.clientStream([{ before: 1 }])).toEqualTypeOf<Promise<ShapeResponse>>();
expectTypeOf(shapes.serverStream({})).toEqualTypeOf<AsyncIterable<ShapeResponse>>();
expectTypeOf(shapes.bidi([{}])).toEqualTypeOf<AsyncIterable<ShapeResponse>>();
if (isErrorOf(shapes.unary, caught) && caught.reason === "TOO_MANY_SIDES") {
  expectTypeOf(caught.detail).toEqualTypeOf<TooManySidesErrorDetails>();
}

// @ts-expect-error The request has no such field.
shapes.unary({ after: 1 });

// @ts-expect-error The service has no such method.
shapes.ternary({});
