import { describe, expect, it } from "vitest";
import { baseClassOf, defaultReason, isClassName, isReason, kurrentDomainOf } from "../../src/declaration/names.js";

describe("the reason of an error", () => {
  it.each([
    ["STREAMS_ERROR_STREAM_DELETED", "StreamsError", "STREAM_DELETED"],
    ["SCHEMA_NOT_FOUND", "SchemaError", "SCHEMA_NOT_FOUND"],
    ["NOT_A_ORDER_ERROR_HERE", "OrderError", "NOT_A_ORDER_ERROR_HERE"],
    ["ORDER_ERRORS_X", "OrderError", "ORDER_ERRORS_X"],
    ["ORDER_ERROR", "OrderError", "ORDER_ERROR"],
    ["O_AUTH_ERROR_EXPIRED", "OAuthError", "EXPIRED"],
    ["OAUTH_ERROR_EXPIRED", "OAuthError", "EXPIRED"],
    ["HTTP2_ERROR_REFUSED", "HTTP2Error", "REFUSED"],
    ["MY_ERRORS_GONE_AWAY", "My_Errors", "GONE_AWAY"],
  ])("of %s in %s is %3$s", (value, desc, reason) => {
    expect(defaultReason(value, desc)).toBe(reason);
  });

  it("is UPPER_SNAKE_CASE of 3 to 63 characters", () => {
    expect(["ABC", "A_1", "STREAM_NOT_FOUND", "X".repeat(63)].filter((reason) => !isReason(reason))).toEqual([]);
    expect(["", "AB", "A_", "_AB", "1AB", "Abc", "A-B", "X".repeat(64)].filter(isReason)).toEqual([]);
  });
});

describe("a class name", () => {
  it("of an enum ends with Error once", () => {
    expect(baseClassOf("OrderError")).toBe("OrderError");
    expect(baseClassOf("OrderErrors")).toBe("OrderErrorsError");
    expect(baseClassOf("Error")).toBe("Error");
  });

  it("is an identifier and not a reserved word", () => {
    expect(["OrderError", "$x", "Error", "Catalog"].filter((name) => !isClassName(name))).toEqual([]);
    expect(
      ["", "1a", "a b", "a-b", "class", "string", "await", "Symbol", "catalog", "descriptors", "then"].filter(
        isClassName,
      ),
    ).toEqual([]);
  });
});

describe("a domain by Kurrent's convention", () => {
  it("is the name of the enum without Error, in lower case", () => {
    expect(["StreamsError", "ServerError", "Errors"].map(kurrentDomainOf)).toEqual(["streams", "server", "errors"]);
  });
});
