import { describe, expect, it } from "vitest";
import { breakingChanges, changesOf } from "./changes.js";

const HEAD = 'syntax = "proto3"; package shop.v1; import "richerrors/v1/annotations.proto";\n';
const NOT_FOUND = "(richerrors.v1.error) = {status_code: NOT_FOUND}";

/** A proto with an enum of these lines, from line 3 on. */
const orders = (...lines: string[]) =>
  `${HEAD}enum OrderError { ORDER_ERROR_UNSPECIFIED = 0;\n${lines.join("\n")}\n}\n`;

const GONE = `ORDER_ERROR_GONE = 1 [${NOT_FOUND}];`;
const CLOSED = `ORDER_ERROR_CLOSED = 2 [${NOT_FOUND}];`;

describe("a deleted error", () => {
  it("is to be deprecated first", async () => {
    expect(await changesOf(orders(GONE, CLOSED), orders(CLOSED))).toEqual([
      "2:1: the error ORDER_ERROR_GONE is deleted, but servers may still send it; restore it with deprecated = true, delete " +
        'it once nobody sends it any more, and write reserved 1; and reserved "ORDER_ERROR_GONE"; in its place ' +
        "[breaks old servers, stored data, generated code] (ERROR_NO_DELETE_UNLESS_RETIRED)",
    ]);
  });

  it("leaves its number and its name reserved", async () => {
    const deprecated = GONE.replace("[", "[deprecated = true, ");
    const missing = async (...reserved: string[]) => {
      const found = await changesOf(orders(deprecated, CLOSED), orders(...reserved, CLOSED));
      return found.map((finding) => /; write (.*) in its place/.exec(finding)?.[1]);
    };
    expect(await missing()).toEqual(['reserved 1; and reserved "ORDER_ERROR_GONE";']);
    expect(await missing("reserved 1 to 1;")).toEqual(['reserved "ORDER_ERROR_GONE";']);
    expect(await missing('reserved "ORDER_ERROR_GONE";')).toEqual(["reserved 1;"]);
    expect(await missing('reserved 1; reserved "ORDER_ERROR_GONE";')).toEqual([]);
  });

  it("of an edition is reserved without quotes", async () => {
    const edition = (proto: string) => proto.replace('syntax = "proto3"', 'edition = "2023"');
    const [finding] = await changesOf(edition(orders(GONE, CLOSED)), edition(orders(CLOSED)));
    expect(finding).toContain("write reserved 1; and reserved ORDER_ERROR_GONE; in its place");
  });

  it("whose value stays is to be annotated again", async () => {
    const found = await changesOf(orders(GONE, CLOSED), orders("ORDER_ERROR_GONE = 1;", CLOSED));
    expect(found).toEqual([
      "3:1: ORDER_ERROR_GONE is no longer an error, but servers may still send it; annotate it again " +
        "[breaks old servers, stored data, generated code] (ERROR_NO_DELETE_UNLESS_RETIRED)",
    ]);
  });

  it("of a deleted file is reported in that file", async () => {
    const [finding, ...others] = await breakingChanges(
      { "a.proto": orders(GONE), "b.proto": orders(CLOSED).replace("shop.v1;", "shop.v2;") },
      { "b.proto": orders(CLOSED).replace("shop.v1;", "shop.v2;") },
    );
    expect(finding).toMatch(/^a\.proto: the error ORDER_ERROR_GONE is deleted/);
    expect(others).toEqual([]);
  });

  it("whose enum is deleted after all its errors were deprecated is missed by nobody", async () => {
    const retired = `${HEAD}enum ShipError { SHIP_ERROR_UNSPECIFIED = 0; SHIP_ERROR_LOST = 1 [deprecated = true, ${NOT_FOUND}]; }\n`;
    const rest = orders(GONE).replace(HEAD, "");
    expect(await changesOf(retired + rest, HEAD + rest)).toEqual([]);
  });
});

describe("an error", () => {
  it("is known by its reason before its name", async () => {
    // The names are swapped, and the reasons stay with their numbers.
    const before = orders(GONE, CLOSED);
    const after = orders(
      'ORDER_ERROR_CLOSED = 1 [(richerrors.v1.error) = {status_code: NOT_FOUND reason: "GONE"}];',
      'ORDER_ERROR_GONE = 2 [(richerrors.v1.error) = {status_code: NOT_FOUND reason: "CLOSED"}];',
    );
    expect(await changesOf(before, after)).toEqual([
      "3:1: ORDER_ERROR_GONE is now named ORDER_ERROR_CLOSED, which only code and documents notice; keep " +
        "ORDER_ERROR_GONE, or deprecate it and add ORDER_ERROR_CLOSED [breaks generated code] (SAME_VALUE_NAME)",
      "4:1: ORDER_ERROR_CLOSED is now named ORDER_ERROR_GONE, which only code and documents notice; keep " +
        "ORDER_ERROR_CLOSED, or deprecate it and add ORDER_ERROR_GONE [breaks generated code] (SAME_VALUE_NAME)",
    ]);
  });

  it("keeps its reason when its value is renamed", async () => {
    const found = await changesOf(orders(GONE), orders(GONE.replace("_GONE", "_LOST")));
    expect(found).toEqual([
      "3:1: the reason of ORDER_ERROR_LOST changes from GONE to LOST, so that nobody recognizes the error; write reason: " +
        '"GONE" in (richerrors.v1.error), or deprecate the error and add another one ' +
        "[breaks old clients, old servers, stored data, generated code] (SAME_REASON)",
    ]);
  });

  it("may move to another file and to another enum of its domain, which code notices", async () => {
    const domain = 'option (richerrors.v1.error_enum) = {domain: "shop"};';
    const before = { "a.proto": orders(domain, GONE) };
    const moved = orders(domain, GONE)
      .replace("enum OrderError", "enum SaleError")
      .replaceAll("ORDER_ERROR", "SALE_ERROR");
    const found = await breakingChanges(before, { "b.proto": moved });
    expect(found.map((finding) => finding.replace(/^.*\(/, ""))).toEqual(["SAME_ENUM_NAME)", "SAME_VALUE_NAME)"]);
  });

  it("loses its domain when its package changes", async () => {
    const found = await changesOf(
      orders(GONE, CLOSED),
      orders(GONE, CLOSED).replace("package shop.v1", "package shop.v2"),
    );
    expect(found).toEqual([
      expect.stringContaining('the domain of OrderError changes from "shop.v1" to "shop.v2"'),
      expect.stringContaining("the errors of shop.v1.OrderError are now in shop.v2.OrderError"),
    ]);
  });
});

describe("client error classes", () => {
  it("keep their prefix", async () => {
    const [before, after] = ["Shop", "Store"].map((prefix) =>
      orders(`option (richerrors.v1.error_enum) = {client_errors: "${prefix}"};`, GONE),
    );
    expect(await changesOf(before ?? "", after ?? "")).toEqual([
      "3:38: ShopApiError and the other client error classes of OrderError are now named StoreApiError and so on; write " +
        'client_errors: "Shop" [breaks generated code] (SAME_BASE_CLASS)',
    ]);
  });
});

describe("the contract of a method", () => {
  const service = (
    errors: string,
  ) => `service Orders { rpc Get(M) returns (M) { option (richerrors.v1.errors) = {error: [${errors}]}; } }
    message M {}\n`;

  it("may list errors of other files, which have names only", async () => {
    const imported = 'import "kurrent/rpc/errors.proto";';
    const protos = (errors: string) => orders(GONE).replace("\n", `${imported}\n`) + service(errors);
    const denied = '"kurrent.rpc.SERVER_ERROR_ACCESS_DENIED"';
    expect(await changesOf(protos(denied), protos(denied))).toEqual([]);
    expect(await changesOf(protos(`"ORDER_ERROR_GONE", ${denied}`), protos('"ORDER_ERROR_GONE"'))).toEqual([
      expect.stringContaining(
        "Orders.Get no longer lists SERVER_ERROR_ACCESS_DENIED, which old servers may still return",
      ),
    ]);
    expect(await changesOf(protos('"ORDER_ERROR_GONE"'), protos(`"ORDER_ERROR_GONE", ${denied}`))).toEqual([
      expect.stringMatching(/^5:76: Orders\.Get now lists SERVER_ERROR_ACCESS_DENIED, which old clients do not handle/),
    ]);
  });

  it("says nothing more about an error that is deleted", async () => {
    const before = orders(GONE, CLOSED) + service('"ORDER_ERROR_GONE", "ORDER_ERROR_CLOSED"');
    const found = await changesOf(before, orders(CLOSED) + service('"ORDER_ERROR_CLOSED"'));
    expect(found).toEqual([expect.stringContaining("ERROR_NO_DELETE_UNLESS_RETIRED")]);
  });
});
