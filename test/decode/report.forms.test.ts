import { inspect } from "node:util";
import { Code, pack, RichError } from "grpc-rich-errors";
import { describe, expect, it } from "vitest";
import { catalog } from "../../gen/eventlog/v1/errors.rich.js";
import { decodeReport } from "../../src/decode/report.js";
import { base64, bytes, error, FORMS, logged, serviceError } from "./forms.js";

const { message } = error;

describe("decodeReport", () => {
  it.each(Object.entries(FORMS))("finds an error in %s", (_, input) => {
    const { errors, more } = decodeReport(input, { catalogs: [catalog] });
    expect(errors.map(({ declared, message }) => [declared?.className, message])).toEqual([
      ["OptimisticConcurrencyViolationError", message],
    ]);
    const [found] = errors;
    expect(found?.code).toEqual({ name: "ABORTED", number: Code.ABORTED });
    expect(found?.details.find(({ kind }) => kind === "declared")?.json).toEqual({
      aggregate: "cart-7",
      expectedVersion: "3",
      actualVersion: "5",
    });
    expect(found?.damage).toEqual([]);
    expect(found?.issues).toEqual([]);
    expect(more).toBe(0);
  });

  it.each([
    ["Go", "rpc error: code = NotFound desc = no order o-1"],
    ["grpc-js", "Error: 5 NOT_FOUND: no order o-1\n    at callErrorFromStatus (call.js:31:19)"],
    [
      "Python",
      '<_InactiveRpcError of RPC that terminated with:\n\tstatus = StatusCode.NOT_FOUND\n\tdetails = "no order o-1"\n>',
    ],
    ["Java", "io.grpc.StatusRuntimeException: NOT_FOUND: no order o-1"],
    [".NET", 'Grpc.Core.RpcException: Status(StatusCode="NotFound", Detail="no order o-1")'],
  ])("finds the code and the message that %s prints", (_, text) => {
    const { errors } = decodeReport(text, { catalogs: [] });
    expect(errors.map(({ found, code, message }) => [found.form, code.name, message])).toEqual([
      ["text", "NOT_FOUND", "no order o-1"],
    ]);
  });

  it("counts an error that a log has many times, and lists others apart", () => {
    const other = Buffer.from(pack(new RichError(Code.NOT_FOUND, "no order o-1"))).toString("base64");
    const line = (value: string) => `WARN call failed grpc-status-details-bin=${value}\n`;
    const log = line(base64) + line(base64) + line(other).repeat(3);
    const { errors } = decodeReport(log, { catalogs: [catalog] });
    expect(errors.map(({ message, found: { line, times } }) => [message, line, times])).toEqual([
      [message, 1, 2],
      ["no order o-1", 3, 3],
    ]);
  });

  it("says what Node's console left out of a Buffer", () => {
    const { errors } = decodeReport(inspect(serviceError(), { depth: 5 }), { catalogs: [catalog] });
    expect(errors[0]?.damage).toEqual([
      `Node's console left out the last ${bytes.length - 50} bytes; log the value in base64 instead`,
    ]);
    expect(errors.map(({ code, message }) => [code.name, message])).toEqual([["ABORTED", message]]);
    const [short] = decodeReport(inspect(serviceError()), { catalogs: [catalog] }).errors;
    expect(short?.message).toBe(message);
    expect(short?.damage).toEqual([
      "Node's console shows [Array] instead of the details; log the error with its toJSON(), or with inspect(error, { depth: 5 })",
    ]);
  });

  it("knows a declared error whose details a log left out", () => {
    const { errors } = decodeReport(
      logged((log) => log.error(error)),
      { catalogs: [catalog] },
    );
    expect(errors.map(({ declared, message }) => [declared?.className, message])).toEqual([
      ["OptimisticConcurrencyViolationError", message],
    ]);
    expect(errors[0]?.issues.map(({ kind }) => kind)).toEqual(["missing-detail"]);
  });

  it("says that a trailer in Postman's form breaks off", () => {
    const value = base64.slice(0, 41);
    const { errors } = decodeReport(JSON.stringify([{ key: "grpc-status-details-bin", value }]), {
      catalogs: [catalog],
    });
    expect(errors.map(({ damage, issues }) => [damage, issues.map(({ kind }) => kind)])).toEqual([
      [["the base64 breaks off in the middle of a byte"], ["malformed-status"]],
    ]);
  });
});
