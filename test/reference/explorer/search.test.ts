import { describe, expect, it } from "vitest";
import { entriesOf } from "../../../src/reference/explorer/entries.js";
import { Search, wordsOf } from "../../../src/reference/explorer/search.js";
import { HEAD, listingFor } from "../../cli/images.js";

const listing = await listingFor({
  "shop/v1/errors.proto": `${HEAD}
    enum OrderError {
      option (richerrors.v1.error_enum) = {
        domain: "warehouse"
        categories: {name: "Small" first: 1 last: 99}
        categories: {name: "Large" first: 100 last: 999}
      };
      ORDER_ERROR_UNSPECIFIED = 0;
      // The stock has no such part.
      ORDER_ERROR_PART_GONE = 7 [(richerrors.v1.error) = {status_code: NOT_FOUND recovery: RECOVERY_FIX_REQUEST}];
      // The order is gone.
      //
      // Client action: Look at the parts.
      ORDER_ERROR_ORDER_GONE = 70 [(richerrors.v1.error) = {
        status_code: NOT_FOUND has_details: true message: "no order {order_id}"
      }];
      // Somebody else changed the order of the parts.
      ORDER_ERROR_CONFLICT = 409 [(richerrors.v1.error) = {status_code: ABORTED recovery: RECOVERY_RETRY}];
    }
    message OrderGoneErrorDetails { string order_id = 1; }`,
});
const search = new Search(entriesOf(listing));

function reasons(text: string, filters: Record<string, readonly string[]> = {}): string[] {
  const sets = Object.fromEntries(Object.entries(filters).map(([name, values]) => [name, new Set(values)]));
  return search.run({ text, filters: sets }).entries.map(({ error }) => error.reason);
}

describe("a search", () => {
  it.each([
    ["", ["PART_GONE", "ORDER_GONE", "CONFLICT"]],
    ["70", ["ORDER_GONE"]],
    ["7", ["PART_GONE"]],
    ["409", ["CONFLICT"]],
    ["order gone", ["ORDER_GONE"]],
    ["ORDER_GONE", ["ORDER_GONE"]],
    ["OrderGoneError", ["ORDER_GONE"]],
    ["ORDER_ERROR_PART_GONE", ["PART_GONE", "ORDER_GONE"]],
    ["order_id", ["ORDER_GONE"]],
    ["gon", ["PART_GONE", "ORDER_GONE"]],
    ["order", ["ORDER_GONE", "CONFLICT"]],
    ["parts", ["CONFLICT", "ORDER_GONE"]],
    ["art", ["PART_GONE", "CONFLICT", "ORDER_GONE"]],
    ["not_found", ["PART_GONE", "ORDER_GONE"]],
    ["404", ["PART_GONE", "ORDER_GONE"]],
    ["  GONE,  part! ", ["PART_GONE", "ORDER_GONE"]],
    ["gone nowhere", []],
    ["$&(", ["PART_GONE", "ORDER_GONE", "CONFLICT"]],
  ])("for %j finds %j, the best first", (text, found) => {
    expect(reasons(text)).toEqual(found);
  });

  it("filters by any value of each facet", () => {
    expect(reasons("", { code: ["NOT_FOUND"], category: ["Small"] })).toEqual(["PART_GONE", "ORDER_GONE"]);
    expect(reasons("", { recovery: ["RETRY", "FIX_REQUEST"] })).toEqual(["PART_GONE", "CONFLICT"]);
    expect(reasons("", { recovery: ["UNDECLARED"] })).toEqual(["ORDER_GONE"]);
    expect(reasons("", { system: ["shop"] })).toHaveLength(3);
    expect(reasons("", { system: ["warehouse"] })).toEqual([]);
    expect(reasons("", { code: [] })).toHaveLength(3);
  });

  it("counts what each value of a facet would find beside the other filters", () => {
    const { counts } = search.run({ text: "", filters: { code: new Set(["ABORTED"]) } });
    expect(Object.fromEntries(counts.code)).toEqual({ NOT_FOUND: 2, ABORTED: 1 });
    expect(Object.fromEntries(counts.category)).toEqual({ Large: 1 });
    expect(Object.fromEntries(counts.recovery)).toEqual({ RETRY: 1 });
  });

  it("suggests the nearest reason", () => {
    expect(search.nearest("order goen")).toBe("ORDER_GONE");
    expect(search.nearest("ORDR_GONE")).toBe("ORDER_GONE");
    expect(search.nearest("nothing like it")).toBeUndefined();
  });
});

describe("words", () => {
  it.each([
    ["STREAM_NOT_FOUND", ["stream", "not", "found"]],
    ["StreamNotFoundError", ["stream", "not", "found", "error"]],
    ["the stream's end", ["the", "stream", "s", "end"]],
    ["shop.v1", ["shop.v1"]],
    ["-13", ["-13"]],
    ["Größe 大", ["größe", "大"]],
    [" \u202e\0 ", []],
  ])("of %j are %j", (text, words) => {
    expect(wordsOf(text)).toEqual(words);
  });
});
