import assert from "node:assert/strict";
import { RichError } from "grpc-rich-errors";
import { fromHttp, type HttpFormat, toHttp } from "grpc-rich-errors/http";
import { CornersBusyError, catalog } from "./gen/shapes/v1/shapes.rich.js";

/** An error goes through JSON and back, in every format; a bug is masked. */
export function httpMapping(): void {
  for (const format of ["status", "problem", "compact"] satisfies HttpFormat[]) {
    const { status, headers, body, masked } = toHttp(new CornersBusyError(), { format });
    assert.deepEqual([status, headers["Retry-After"], masked], [503, "2", false]);
    const error = fromHttp(status, headers, JSON.stringify(body), { catalogs: [catalog] });
    assert.ok(error instanceof CornersBusyError, format);
    assert.equal(error.reason, "CORNERS_BUSY");
  }
  const { status, sent } = toHttp(new Error("a secret"));
  assert.equal(status, 500);
  assert.ok(sent instanceof RichError);
  assert.doesNotMatch(sent.message, /secret/);
}
