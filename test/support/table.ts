import { RichError } from "grpc-rich-errors";
import { type ErrorEnum, ErrorTable } from "../../src/define-error.js";

/** The base class of a table of a test, as the generator writes it. */
export class TestError<Detail = unknown, Reason extends string = string> extends RichError<Detail, Reason> {
  static readonly enumName: string = "test.v1.TestError";
}

/** A table of a test, of which it says only what it is about. */
export function table(lines: readonly string[], ofEnum: Partial<ErrorEnum> = {}): ErrorTable {
  return new ErrorTable(TestError, { domain: "test.example.com", prefix: "TEST_ERROR_", ...ofEnum }, lines.join("\n"));
}
