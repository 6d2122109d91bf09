import fc from "fast-check";
import { beforeAll, describe, expect, it, test } from "vitest";
import { csvOf } from "../../../src/cli/output/csv.js";
import { printable } from "../../../src/declaration/problems.js";
import type { ListedError, Listing } from "../../../src/reference/listing.js";
import { catalogOf, listingFor, protoWith } from "../images.js";

/** Parses CSV by the grammar of RFC 4180. */
function records(text: string): string[][] {
  const found: string[][] = [];
  let record: string[] = [];
  for (const { 1: quoted, 2: plain, 3: end } of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy)) {
    record.push(quoted?.replaceAll('""', '"') ?? plain ?? "");
    if (end === ",") continue;
    found.push(record);
    record = [];
  }
  return found;
}

/** The lines of a listing as objects, by the headers of their columns. */
function rows(csv: string): Record<string, string>[] {
  const [heads = [], ...rest] = records(csv);
  return rest.map((record) => {
    expect(record).toHaveLength(heads.length);
    return Object.fromEntries(heads.map((head, index) => [head, record[index] ?? ""]));
  });
}

const PROTO = protoWith(
  `detail_type: "shop.v1.Gone" message: "order \\"{order_id}\\", gone" recovery: RECOVERY_BACK_OFF_AND_RETRY
   retry_delay: {seconds: 1 nanos: 500000000} outcome: OUTCOME_NOT_APPLIED since: "2.1" help_url: "https://x.example/a,b"
   labels: {key: "edition" value: "EE"} labels: {key: "team" value: "a, b"}`,
  {
    above: "// Gone, for good.\n//\n// Common causes:\n// - Time.\n// - Space.\n//\n// Client action: Wait.",
    rest: `message Gone {
      // The number
      // of the order.
      string order_id = 1;
      repeated int32 parts = 2;
    }`,
  },
);

describe("a catalog as CSV", () => {
  let plain: Listing;
  beforeAll(async () => {
    plain = await listingFor(protoWith(""));
  });
  const listingWith = (changes: Partial<ListedError>) => changedIn(plain, changes);

  it("has everything about an error in one line, below the headers", async () => {
    const { code, out } = await catalogOf(PROTO, ["--format", "csv"]);
    expect(code).toBe(0);
    expect(rows(out)).toEqual([
      {
        domain: "shop.v1",
        number: "7",
        reason: "ORDER_GONE",
        displayName: "OrderGone",
        category: "",
        categoryFirst: "",
        categoryLast: "",
        code: "NOT_FOUND",
        codeNumber: "5",
        httpStatus: "404",
        summary: "Gone, for good.",
        causes: "Time.\nSpace.",
        clientAction: "Wait.",
        recovery: "BACK_OFF_AND_RETRY",
        redirectTo: "",
        retryDelay: "1500",
        outcome: "NOT_APPLIED",
        fault: "CALLER",
        origin: "SERVER",
        message: 'order "{order_id}", gone',
        detail: "shop.v1.Gone",
        detailFields: "order_id: string (The number of the order.)\nparts: repeated int32",
        since: "2.1",
        labels: "edition=EE\nteam=a, b",
        helpUrl: "https://x.example/a,b",
        deprecated: "false",
        className: "OrderGoneError",
        baseClass: "OrderError",
        numericCodes: "false",
        enum: "shop.v1.OrderError",
        name: "ORDER_ERROR_ORDER_GONE",
        file: "shop.proto",
        line: "11",
      },
    ]);
  });

  it("has the address that an error redirects to", async () => {
    const listing = await listingFor(
      protoWith('detail_type: "shop.v1.Gone" redirect_to: "{host}:80"', { rest: "message Gone { string host = 1; }" }),
    );
    expect(rows(csvOf(listing))).toMatchObject([{ recovery: "REDIRECT", redirectTo: "{host}:80" }]);
  });

  it("has only the headers if no errors are declared", () => {
    expect(records(csvOf({ enums: [], methods: [], messages: [], fieldEnums: [] }))).toHaveLength(1);
  });

  it.each([
    ["=HYPERLINK(A1)", "'=HYPERLINK(A1)"],
    ["+1", "'+1"],
    ["-1", "'-1"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["\t=A1", "'\t=A1"],
    ["＝A1", "'＝A1"],
    ["a=b", "a=b"],
  ])("does not let the text %j be a formula", (since, cell) => {
    expect(rows(csvOf(listingWith({ since })))).toMatchObject([{ since: cell }]);
  });

  it("keeps negative numbers as numbers", () => {
    expect(rows(csvOf(listingWith({ number: -19 })))).toMatchObject([{ number: "-19" }]);
  });

  test("keeps every text, with control characters made visible", () => {
    const text = fc.oneof(fc.string({ unit: "binary" }), fc.stringMatching(/^[",\r\n' =a]*$/));
    fc.assert(
      fc.property(text, text, (since, summary) => {
        const [row] = rows(csvOf(listingWith({ since, documentation: { summary, causes: [] } })));
        for (const [cell, given] of [
          [row?.["since"], since],
          [row?.["summary"], summary],
        ] as const) {
          const shown = given.replace(/[^\t\n]+/g, printable);
          expect([shown, `'${shown}`]).toContain(cell);
        }
      }),
    );
  });
});

function changedIn({ enums, ...rest }: Listing, changes: Partial<ListedError>): Listing {
  const changed = enums.map((listed) => ({
    ...listed,
    errors: listed.errors.map((error) => ({ ...error, ...changes })),
  }));
  return { ...rest, enums: changed };
}
