/**
 * The types of codecs, catalogs and the matcher. Checked by `tsc -p .`, never run.
 */
import { BinaryReader } from "@bufbuild/protobuf/wire";
import { type Catalog, RichError, type StandardDetails } from "grpc-rich-errors";
import { catalog, StreamRevisionConflictError, StreamsError } from "grpc-rich-errors/catalogs/kurrentdb";
import {
  BadRequest,
  type DetailCodec,
  type ErrorDetail,
  packDetail,
  RetryInfo,
  tsProtoCodec,
} from "grpc-rich-errors/details";
import { expect, expectTypeOf } from "vitest";
import { Numbers } from "../gen/interop/v1/interop.js";

const numbers = tsProtoCodec("interop.v1.Numbers", Numbers, BinaryReader);
expectTypeOf(numbers).toEqualTypeOf<DetailCodec<Numbers>>();
expectTypeOf(catalog).toEqualTypeOf<Catalog>();

const error = RichError.from(new Error("no"));
expectTypeOf(error.findDetail(numbers)).toEqualTypeOf<Numbers | undefined>();
expectTypeOf(error.findDetails(BadRequest)).toEqualTypeOf<BadRequest[]>();
expectTypeOf(error.findDetail(RetryInfo)?.retryDelay?.seconds).toEqualTypeOf<bigint | undefined>();
expectTypeOf(error.standardDetails).toEqualTypeOf<StandardDetails>();

expectTypeOf(packDetail(BadRequest, { fieldViolations: [] })).toEqualTypeOf<ErrorDetail>();

// @ts-expect-error The message has another type than the codec.
packDetail(BadRequest, { links: [] });

// @ts-expect-error Catalogs are a list.
RichError.from(new Error("no"), { catalogs: catalog });

// The matcher knows the detail of its class.
expect(error).toBeRichError();
expect(error).toBeRichError(StreamRevisionConflictError, { actualRevision: 5n });
expect(error).toBeRichError(StreamsError, {});

// What `expect.any` returns in Jest's own types.
declare const anyBigint: { asymmetricMatch(other: unknown): boolean };
expect(error).toBeRichError(StreamRevisionConflictError, { actualRevision: anyBigint });
expect(error).toBeRichError(StreamRevisionConflictError, anyBigint);

// @ts-expect-error A revision is a bigint.
expect(error).toBeRichError(StreamRevisionConflictError, { actualRevision: 5 });

// @ts-expect-error The detail has no such field.
expect(error).toBeRichError(StreamRevisionConflictError, { revision: 5n });

// @ts-expect-error This class is not a RichError.
expect(error).toBeRichError(TypeError);
