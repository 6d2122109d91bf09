/**
 * The types of run-time catalogs and of the codecs of other libraries. Checked by `tsc -p .`, never run.
 */
import { type Duration, DurationSchema } from "@bufbuild/protobuf/wkt";
import streams from "@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v2/streams/errors_pb.js";
import { Catalog, type RichError, richErrorServerInterceptor } from "grpc-rich-errors";
import { catalog as generated } from "grpc-rich-errors/catalogs/kurrentdb";
import {
  type DetailCodec,
  googleProtobufCodec,
  type PlainMessage,
  packDetail,
  protobufjsCodec,
} from "grpc-rich-errors/details";
import { type DynamicErrorClass, load, loadSync } from "grpc-rich-errors/proto-loader";
import { catalogFromDescriptorSet, protobufEsCodec } from "grpc-rich-errors/protobuf-es";
import protobuf from "protobufjs";
import { expectTypeOf } from "vitest";

const { catalog } = loadSync("shop.proto", { keepCase: true, longs: String });
expectTypeOf(catalog).toEqualTypeOf<Catalog<DynamicErrorClass>>();
expectTypeOf(await load(["shop.proto"])).toHaveProperty("packageDefinition");

// The classes of such a catalog can be constructed; those of a generated catalog have their own constructors.
const errorClass = catalog.byReason("shop.v1", "ORDER_REJECTED");
if (errorClass) {
  expectTypeOf(new errorClass({ orderId: "o-7" })).toEqualTypeOf<RichError>();
  expectTypeOf(new errorClass({ orderId: "o-7" }, { retryDelay: 5 })).toEqualTypeOf<RichError>();
  expectTypeOf(new errorClass()).toEqualTypeOf<RichError>();
  // @ts-expect-error The constructor has no third argument.
  new errorClass({}, {}, {});
}
// @ts-expect-error The catalog may not have the error.
new (catalog.byReason("shop.v1", "ORDER_REJECTED"))({});
const other = generated.byReason("streams", "STREAM_DELETED");
// @ts-expect-error The arguments of the constructor are unknown.
if (other) new other({});

// Both kinds are accepted wherever a catalog is, even together.
richErrorServerInterceptor({ catalogs: [catalog, generated] });
expectTypeOf(Catalog.of(catalog, catalog)).toEqualTypeOf<Catalog<DynamicErrorClass>>();
expectTypeOf(Catalog.of(catalog, generated)).toExtend<Catalog>();

// @ts-expect-error proto-loader has no such option.
loadSync("shop.proto", { long: String });
// @ts-expect-error A path is not a descriptor set.
catalogFromDescriptorSet("errors.binpb");

expectTypeOf(protobufEsCodec(DurationSchema)).toEqualTypeOf<DetailCodec<Duration>>();

const conflicts = googleProtobufCodec("x.Conflict", streams.StreamRevisionConflictErrorDetails);
expectTypeOf(conflicts).toEqualTypeOf<DetailCodec<streams.StreamRevisionConflictErrorDetails>>();
expectTypeOf(conflicts.decode(new Uint8Array()).getExpectedRevision()).toEqualTypeOf<string>();
// @ts-expect-error The messages are instances of the class.
packDetail(conflicts, { stream: "x" });
// @ts-expect-error This class has no messages.
googleProtobufCodec("x.Conflict", Date);

const type = new protobuf.Root().lookupType("shop.v1.OrderRejected");
expectTypeOf(protobufjsCodec("shop.v1.OrderRejected", type)).toEqualTypeOf<DetailCodec<PlainMessage>>();
protobufjsCodec("shop.v1.OrderRejected", type, { longs: String, enums: String, defaults: true, oneofs: true });
// @ts-expect-error protobufjs has no such conversion.
protobufjsCodec("shop.v1.OrderRejected", type, { long: String });
// @ts-expect-error A name is not a type.
protobufjsCodec("shop.v1.OrderRejected", "shop.v1.OrderRejected");
