import { RichError } from "grpc-rich-errors";
import { ErrorTable, type SharedFields } from "../../src/error-table.js";

/** A base class of errors, as the generator writes it. */
export class TestError<Detail = unknown, Reason extends string = string> extends RichError<Detail, Reason> {
  static readonly enumName: string = "test.v1.TestError";
}

/** A table with these lines. All errors share the domain and the prefix, unless `shared` says otherwise. */
export function table(lines: readonly string[], shared: Partial<SharedFields> = {}): ErrorTable {
  return new ErrorTable(TestError, { domain: "test.example.com", prefix: "TEST_ERROR_", ...shared }, lines.join("\n"));
}
