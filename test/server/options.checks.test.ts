import { Code, RichError, type RichErrorServerOptions } from "grpc-rich-errors";
import { describe, expect, it } from "vitest";
import { checkServerOptions, resolveOptions } from "../../src/server/options.js";
import { ParcelsContract } from "../gen/parcels/v1/parcels.rich.js";
import { catalog } from "../support/errors.js";

/** One valid value of every option. */
const VALID: Required<RichErrorServerOptions> = {
  catalogs: [catalog],
  contracts: [ParcelsContract],
  strictContracts: true,
  map: [[Error, () => new RichError(Code.ABORTED, "mapped")]],
  maxHeaderBytes: 8192,
  containUncaught: true,
  retryPushback: true,
  sendRedacted: () => false,
  onError: () => {},
  telemetry: () => ({ handled: () => {}, failing: () => {}, ended: () => {} }),
  requestInfo: true,
  debug: () => true,
  messages: { de: { SOME_REASON: "so" } },
  help: true,
  maskPlainStatuses: true,
  passStatusMetadata: true,
  forwardDetails: ["acme.v1.Trace"],
};

function check(options: object): () => void {
  return () => checkServerOptions(options);
}

describe("checkServerOptions", () => {
  it.each(Object.entries(VALID))("accepts the option %s", (name, value) => {
    expect(check({ [name]: value })).not.toThrow();
    expect(check({ [name]: undefined })).not.toThrow();
  });

  it("accepts all options at once", () => {
    expect(check(VALID)).not.toThrow();
  });

  it("refuses an unknown option and names the known ones", () => {
    const names = Object.keys(VALID).map((name) => JSON.stringify(name));
    expect(check({ 日本: 1 })).toThrow(
      new TypeError(`richErrorServerInterceptor: the option "日本" is unknown; write ${names.join(", ")}`),
    );
  });

  it.each<[unknown, object, string]>([
    [
      "an object",
      { contracts: ParcelsContract },
      "contracts is an object, not an array; write contracts: [OrdersContract]",
    ],
    ["null", { contracts: null }, "contracts is null, not an array; write contracts: [OrdersContract]"],
    ["an object", { map: {} }, "map is an object, not an array; write map: [[SomeError, () => new OtherError()]]"],
    ["null", { map: null }, "map is null, not an array; write map: [[SomeError, () => new OtherError()]]"],
    ["a string", { onError: "log" }, 'onError is "log", not a function; write onError: (call) => …'],
    ["null", { onError: null }, "onError is null, not a function; write onError: (call) => …"],
    ["a boolean", { sendRedacted: true }, "sendRedacted is true, not a function; write sendRedacted: (call) => …"],
    ["an object", { telemetry: {} }, "telemetry is an object, not a function; write telemetry: serverTelemetry()"],
    ["null", { telemetry: null }, "telemetry is null, not a function; write telemetry: serverTelemetry()"],
    ["a boolean", { debug: true }, "debug is true, not a function; write debug: (call) => …"],
    [
      "a string",
      { maxHeaderBytes: "4096" },
      'maxHeaderBytes is "4096", not a whole number from 1024 to 60000; write maxHeaderBytes: 8192',
    ],
    [
      "null",
      { maxHeaderBytes: null },
      "maxHeaderBytes is null, not a whole number from 1024 to 60000; write maxHeaderBytes: 8192",
    ],
  ])("refuses %s in %o with a TypeError", (_, options, message) => {
    expect(check(options)).toThrow(new TypeError(`richErrorServerInterceptor: ${message}`));
  });

  it("names the place of an entry that is not a contract or a catalog", () => {
    expect(check({ contracts: [ParcelsContract, 5] })).toThrow(
      /^richErrorServerInterceptor: contracts\[1\] is 5, not a contract/,
    );
    expect(check({ catalogs: [catalog, 5] })).toThrow(/^richErrorServerInterceptor: catalogs\[1\] is 5, not a catalog/);
  });

  it.each([1023, 60_001, 4096.5, Number.NaN, Number.POSITIVE_INFINITY])("refuses maxHeaderBytes: %d", (value) => {
    expect(check({ maxHeaderBytes: value })).toThrow(
      new RangeError(
        `richErrorServerInterceptor: maxHeaderBytes is ${value}, not a whole number from 1024 to 60000; write maxHeaderBytes: 8192`,
      ),
    );
  });

  it.each([1024, 60_000])("accepts maxHeaderBytes: %d", (maxHeaderBytes) => {
    expect(check({ maxHeaderBytes })).not.toThrow();
  });
});

describe("resolveOptions", () => {
  it("fills in the defaults", () => {
    const { map, ...others } = resolveOptions({});
    expect(others).toEqual({
      catalogs: [],
      masking: { maskPlainStatuses: false, passStatusMetadata: false, forwardDetails: new Set() },
      maxHeaderBytes: 4096,
      extras: undefined,
      retryPushback: false,
      sendRedacted: undefined,
      onError: undefined,
      telemetry: undefined,
      containUncaught: false,
    });
    expect(map.map(new Error("x"))).toEqual({ found: false, error: undefined, problems: [] });
  });

  it("keeps the values that are given", () => {
    const { map, extras, ...others } = resolveOptions(VALID);
    expect(others).toEqual({
      catalogs: [catalog],
      masking: { maskPlainStatuses: true, passStatusMetadata: true, forwardDetails: new Set(["acme.v1.Trace"]) },
      maxHeaderBytes: 8192,
      retryPushback: true,
      sendRedacted: VALID.sendRedacted,
      onError: VALID.onError,
      telemetry: VALID.telemetry,
      containUncaught: true,
    });
    expect(map.map(new Error("x"))).toMatchObject({ found: true, error: { message: "mapped" } });
    expect(extras).toBeDefined();
  });

  it.each(["requestInfo", "debug", "messages", "help"] as const)("adds extras for the option %s alone", (name) => {
    expect(resolveOptions({ [name]: VALID[name] }).extras).toBeDefined();
  });

  it.each(["requestInfo", "help"])("adds no extras if the option %s is false", (name) => {
    expect(resolveOptions({ [name]: false }).extras).toBeUndefined();
  });
});
