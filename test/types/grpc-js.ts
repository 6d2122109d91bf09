/**
 * Errors in every place where grpc-js takes one. Checked by `tsc -p .`, never run.
 */
import type { ServerErrorResponse, StatusObject, sendUnaryData } from "@grpc/grpc-js";
import { status } from "@grpc/grpc-js";
import { Code, type PackedError, packError, RichError } from "grpc-rich-errors";
import { OperationTimeoutError } from "grpc-rich-errors/catalogs/kurrent";
import { StreamNotFoundError } from "grpc-rich-errors/catalogs/kurrentdb";
import { expectTypeOf } from "vitest";

export function handler(callback: sendUnaryData<{ index: number }>): void {
  callback(new StreamNotFoundError({ stream: "a" }));
  callback(new OperationTimeoutError());
  callback(new RichError(Code.NOT_FOUND, "no"));
  callback(packError(new StreamNotFoundError({ stream: "a" })));
  callback(RichError.from(new Error("no")));
}

// Codes are interchangeable, by name and by number.
new RichError(status.NOT_FOUND, "no");
new RichError(Code.NOT_FOUND, "no");
export const code: status = Code.NOT_FOUND;
export const same: boolean = new OperationTimeoutError().code === status.DEADLINE_EXCEEDED;

// @ts-expect-error OK is not the code of an error.
new RichError(status.OK, "fine");

// @ts-expect-error The codes of errors do not include OK.
void Code.OK;

expectTypeOf(Code.NOT_FOUND).toExtend<status>();
expectTypeOf<Code>().toExtend<status>();
expectTypeOf<Exclude<status, status.OK>>().toExtend<Code>();

expectTypeOf<PackedError>().toExtend<Partial<StatusObject>>();
expectTypeOf<PackedError>().toExtend<StatusObject>();
expectTypeOf<StreamNotFoundError>().toExtend<Partial<StatusObject>>();
expectTypeOf<StreamNotFoundError>().toExtend<ServerErrorResponse>();
