/**
 * The types of the test kit. Checked by `tsc -p .`, never run.
 */
import { type Client, type Interceptor, Server, type ServerInterceptor } from "@grpc/grpc-js";
import { type FailedCall, type PromiseClient, RichError } from "grpc-rich-errors";
import { StreamNotFoundError, StreamRevisionConflictError, StreamsError } from "grpc-rich-errors/catalogs/kurrentdb";
import { BadRequest } from "grpc-rich-errors/details";
import {
  assertErrorDetail,
  assertReason,
  assertRejectsWithRichError,
  assertRichError,
  configure,
  type Failing,
  failing,
  readRichError,
  recordErrors,
  richErrorSerializer,
  testServer,
} from "grpc-rich-errors/testing";
import { expect, expectTypeOf } from "vitest";
import { ParcelsService } from "../gen/parcels/v1/parcels.js";
import { ShapesClient, ShapesService } from "../gen/shapes/v1/shapes.js";
import { ShapesContract } from "../gen/shapes/v1/shapes.rich.js";

declare const caught: unknown;

/** Assertions narrow. */
function narrows(value: unknown): void {
  assertRichError(value, StreamNotFoundError);
  expectTypeOf(value).toEqualTypeOf<StreamNotFoundError>();
  expectTypeOf(value.detail.stream).toEqualTypeOf<string>();
}
function narrowsToAny(value: unknown): void {
  assertRichError(value);
  expectTypeOf(value).toEqualTypeOf<RichError>();
}
function narrowsToEnum(value: unknown): void {
  assertRichError(value, StreamsError);
  expectTypeOf(value).toExtend<RichError>();
}
function narrowsReason(value: unknown): void {
  assertReason(value, "STREAM_NOT_FOUND");
  expectTypeOf(value.reason).toEqualTypeOf<"STREAM_NOT_FOUND">();
}
function narrowsDetail(value: unknown): void {
  assertErrorDetail(value, BadRequest, { fieldViolations: [{ field: "x" }] });
  expectTypeOf(value).toEqualTypeOf<RichError>();
}
expectTypeOf([narrows, narrowsToAny, narrowsToEnum, narrowsReason, narrowsDetail]).toBeArray();

assertRichError(caught, StreamRevisionConflictError, { actualRevision: 5n });
// @ts-expect-error A revision is a bigint.
assertRichError(caught, StreamRevisionConflictError, { actualRevision: 5 });
// @ts-expect-error The detail has no such field.
assertRichError(caught, StreamRevisionConflictError, { revision: 5n });
// @ts-expect-error This class is not a RichError.
assertRichError(caught, TypeError);
// @ts-expect-error The detail has no such field.
assertErrorDetail(caught, BadRequest, { violations: [] });
// @ts-expect-error It is not a codec.
assertErrorDetail(caught, "google.rpc.BadRequest");

/** Errors are read with their class, and those of responses asynchronously. */
expectTypeOf(readRichError(caught)).toEqualTypeOf<RichError>();
expectTypeOf(readRichError(caught, StreamNotFoundError)).toEqualTypeOf<StreamNotFoundError>();
expectTypeOf(readRichError(new Response(), StreamNotFoundError)).toEqualTypeOf<Promise<StreamNotFoundError>>();
expectTypeOf(assertRejectsWithRichError(Promise.resolve(), StreamNotFoundError)).toEqualTypeOf<
  Promise<StreamNotFoundError>
>();
expectTypeOf(assertRejectsWithRichError(() => 5)).toEqualTypeOf<Promise<RichError>>();
// @ts-expect-error A number is not a call.
assertRejectsWithRichError(5);

/** Matchers. */
expect(caught).toHaveReason("STREAM_NOT_FOUND", "streams");
expect(caught).toHaveErrorDetail(BadRequest, { fieldViolations: [{ field: expect.any(String) }] });
expectTypeOf(expect(caught).toRejectWithRichError(StreamNotFoundError, { stream: "x" })).toEqualTypeOf<Promise<void>>();
expect({ caught }).toEqual({ caught: expect.toHaveReason("STREAM_NOT_FOUND") });
// @ts-expect-error The detail has no such field.
expect(caught).toHaveErrorDetail(BadRequest, { violations: [] });
// @ts-expect-error A reason is a text.
expect(caught).toHaveReason(5);
// @ts-expect-error The detail has no such field.
expect(caught).toRejectWithRichError(StreamNotFoundError, { strem: "x" });
expect.addSnapshotSerializer(richErrorSerializer);

/** Rules. */
const error = new RichError(10, "x");
const faults = failing([
  { error, method: "GetOrder", nth: 1 },
  { error: ({ index, method }) => new RichError(10, `${index} of ${method}`), method: ShapesService.unary, rate: 0.5 },
  { error, method: ShapesContract.bidi, every: 2, count: 1, delay: 5 },
  { error, method: ShapesClient.prototype.unary as unknown as { path: string } },
]);
expectTypeOf(faults).toEqualTypeOf<Failing>();
expectTypeOf(faults.server).toEqualTypeOf<ServerInterceptor>();
expectTypeOf(faults.client).toEqualTypeOf<Interceptor>();
expectTypeOf(faults.fired).toEqualTypeOf<number>();
failing({ error }, { seed: 7 });
// @ts-expect-error A rule has an error.
failing({ method: "GetOrder" });
// @ts-expect-error It is not an error of this package.
failing({ error: new Error("no") });
// @ts-expect-error There is no such field.
failing({ error, methods: "GetOrder" });

/** Servers. */
const server = await testServer(ShapesService, {
  unary: ({ request }) => {
    expectTypeOf(request.before).toEqualTypeOf<number>();
    return { index: 1 };
  },
});
expectTypeOf(server.client(ShapesClient)).toEqualTypeOf<ShapesClient>();
expectTypeOf(server.promises(ShapesClient)).toEqualTypeOf<PromiseClient<ShapesClient>>();
expectTypeOf(server.server).toEqualTypeOf<Server>();
const several = await testServer([
  [
    ShapesService,
    {
      unary: ({ request }) => {
        expectTypeOf(request.scenario).toEqualTypeOf<string>();
        return { index: 1 };
      },
    },
  ],
  [ParcelsService, { putXlParcel: ({ request }) => request }],
]);
expectTypeOf(several.address).toEqualTypeOf<string>();
// @ts-expect-error The service has no such method.
testServer(ShapesService, { unery: () => ({ index: 1 }) });
// @ts-expect-error The response is of another type.
testServer(ShapesService, { unary: () => ({ indices: 1 }) });
// @ts-expect-error The response is of another type.
testServer([[ShapesService, { unary: () => ({ indices: 1 }) }]]);
// @ts-expect-error The option has another name.
testServer(ShapesService, {}, { catalog: [] });
// @ts-expect-error It is not the class of a client.
server.client(Server);
declare class Plain {
  close(): void;
}
// @ts-expect-error It is not the class of a client.
server.client(Plain);
expectTypeOf<ReturnType<typeof server.client<Client>>>().toEqualTypeOf<Client>();

/** Records. */
const recorded = recordErrors(new Server());
expectTypeOf(recorded.calls).toEqualTypeOf<readonly FailedCall[]>();
expectTypeOf(recorded.last).toEqualTypeOf<FailedCall | undefined>();
recorded.of(ShapesService.unary);
// @ts-expect-error It is not a server.
recordErrors({});

configure({ strictDetails: true, catalogs: [] });
