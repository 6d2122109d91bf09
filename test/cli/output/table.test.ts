import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { paragraphs, tableOf } from "../../../src/cli/output/table.js";
import { widthOf } from "../../../src/cli/output/terminal.js";
import { printable } from "../../../src/declaration/problems.js";
import type { Listing } from "../../../src/reference/listing.js";
import { ROOT } from "../../plugin/compile.js";
import { ODD_PROTOS } from "../../plugin/odd-protos.js";
import { run } from "../fake-terminal.js";
import { catalogOf, HEAD, imageOf, listingFor, protoWith } from "../images.js";

const plain = (_style: unknown, text: string) => text;

describe("a catalog as a table", () => {
  let listing: Listing;
  beforeAll(async () => {
    const [own, odd] = await Promise.all([
      run(["catalog", join(ROOT, "proto"), "--format", "json"]),
      listingFor(ODD_PROTOS),
    ]);
    const { enums, methods, messages, fieldEnums }: Listing = JSON.parse(own.out);
    listing = {
      enums: [...enums, ...odd.enums],
      methods: [...methods, ...odd.methods],
      messages: [...messages, ...odd.messages],
      fieldEnums: [...fieldEnums, ...odd.fieldEnums],
    };
  });

  it.each([60, 80, 100, 120, 200])("fits %i columns", (width) => {
    const lines = tableOf(listing, width, plain).split("\n");
    expect(lines.filter((line) => widthOf(line) > width)).toEqual([]);
    expect(lines.filter((line) => line !== line.trimEnd())).toEqual([]);
  });

  it.each([80, 200])("leaves out nothing about an error, in %i columns", (width) => {
    const text = squeezed(tableOf(listing, width, plain));
    for (const { errors, categories, baseClass, clientErrors, domain } of listing.enums) {
      for (const each of [
        domain,
        baseClass,
        ...Object.values(clientErrors ?? {}),
        ...categories.map(({ name }) => name),
      ])
        expect(text).toContain(squeezed(each));
      for (const error of errors) {
        const { code, detail, documentation } = error;
        const texts = [
          `(${code.number})`,
          `${error.httpStatus}`,
          `${error.displayName}, ${error.className}, ${error.name}`,
          `${error.file}:${error.line}`,
          ...[documentation.summary, ...documentation.causes, documentation.clientAction ?? ""],
          ...[
            error.redirectTo ?? "",
            error.message,
            error.recovery ?? "",
            error.outcome ?? "",
            error.fault,
            error.origin,
          ],
          ...[error.category?.name ?? "", error.since ?? "", error.helpUrl ?? ""],
          ...Object.entries(error.labels).map(([key, value]) => `${key}=${printable(value)}`),
          ...(detail ? [detail.type, ...detail.fields.map(({ name }) => `${name}:`)] : []),
        ];
        for (const each of texts) expect(text).toContain(squeezed(each));
      }
    }
  });

  it("is plain text in a pipe, and the same text with colors on a screen", async () => {
    const stdin = await imageOf(protoWith("recovery: RECOVERY_RETRY"));
    const piped = await run(["catalog", "-"], { stdin });
    const seen = await run(["catalog", "-"], { stdin, columns: 80 });
    expect(piped.out).not.toContain("\u001b");
    expect(seen.out).toContain("\u001b[1m");
    expect(stripVTControlCharacters(seen.out)).toBe(piped.out);
  });

  it("shows everything about an error like this", async () => {
    const { out } = await catalogOf({
      "shop/v1/shop.proto": `${HEAD}
        // What can go wrong
        // with an order.
        enum OrderError {
          option (richerrors.v1.error_enum) = {
            domain: "orders"
            numeric_codes: true
            categories: {name: "Lasting" first: 1 last: 999}
            categories: {name: "Passing" first: 1000 last: 1999}
          };
          ORDER_ERROR_UNSPECIFIED = 0;
          // The order is not there.
          //
          // Common causes:
          // - The number is misspelt, or it belongs to an order of another shop, which nobody here can know.
          // - It never was.
          //
          // Client action: Look for another.
          ORDER_ERROR_ORDER_GONE = 7 [deprecated = true, (richerrors.v1.error) = {
            status_code: NOT_FOUND has_details: true recovery: RECOVERY_FIX_REQUEST outcome: OUTCOME_NOT_APPLIED
            display_name: "Gone" since: "2.1" labels: {key: "edition" value: "EE"} help_url: "https://shop.example/7"
          }];
          ORDER_ERROR_TRY_LATER = 1007 [(richerrors.v1.error) = {
            status_code: UNAVAILABLE recovery: RECOVERY_BACK_OFF_AND_RETRY retry_delay: {seconds: 5}
          }];
        }
        message OrderGone {
          // The number.
          // Of the order.
          //
          // More.
          string order_id = 1;
          repeated Part parts = 2;
        }
        service Orders {
          rpc Get(Part) returns (Part) {
            option (richerrors.v1.errors) = {error: ["ORDER_ERROR_TRY_LATER", "ORDER_ERROR_ORDER_GONE"]};
          }
        }
        // A part.
        message Part { oneof what { string name = 1 [deprecated = true]; int32 number = 2; } }`,
    });
    expect(out).toMatchInlineSnapshot(`
      "shop.v1.OrderError
      What can go wrong with an order.

      domain      orders
      base class  OrderError
      numbers     go over the wire
      categories  Lasting: 1 to 999
                  Passing: 1000 to 1999
      at          shop/v1/shop.proto:4

        NO  REASON      CODE              HTTP

         7  ORDER_GONE  NOT_FOUND (5)     404
            The order is not there.
            causes   - The number is misspelt, or it belongs to an order of another
                       shop, which nobody here can know.
                     - It never was.
            action   Look for another.
            recovery FIX_REQUEST
            facts    outcome NOT_APPLIED, fault CALLER, origin SERVER, category
                     Lasting, since 2.1, edition=EE, deprecated
            message  order gone: order id {order_id}
            detail   shop.v1.OrderGone
                     order_id: string - The number. Of the order.
                     parts: repeated shop.v1.Part
            names    Gone, OrderGoneError, ORDER_ERROR_ORDER_GONE
            help     https://shop.example/7
            at       shop/v1/shop.proto:19

      1007  TRY_LATER   UNAVAILABLE (14)  503
            Try later.
            recovery BACK_OFF_AND_RETRY after 5000 ms
            facts    fault SERVER, origin SERVER, category Passing
            message  try later
            names    TryLater, TryLaterError, ORDER_ERROR_TRY_LATER
            at       shop/v1/shop.proto:23


      Errors that methods may return

      shop.v1.Orders/Get
        errors   TRY_LATER (1007) of shop.v1.OrderError
                 ORDER_GONE (7) of shop.v1.OrderError
        at       shop/v1/shop.proto:36


      Messages inside details

      shop.v1.Part
        A part.
        name: string (one of what) (deprecated)
        number: int32 (one of what)
      "
    `);
  });

  it("leaves out lines without a value", async () => {
    const { out } = await catalogOf({
      "a.proto": `${HEAD} enum E { E_UNSPECIFIED = 0; E_GONE = 1 [(richerrors.v1.error) = {status_code: INTERNAL}]; }`,
    });
    expect(out).toMatchInlineSnapshot(`
      "shop.v1.E
      domain      shop.v1
      base class  EError
      numbers     stay in the proto
      at          a.proto:1

      NO  REASON  CODE           HTTP

       1  GONE    INTERNAL (13)  500
          Gone.
          facts    fault SERVER, origin SERVER
          message  gone
          names    Gone, GoneError, E_GONE
          at       a.proto:1
      "
    `);
  });
});

describe("the paragraphs of a comment", () => {
  it("are one line each, and so are the items of a list", () => {
    const comment = "What can\ngo wrong.\n\nCommon causes:\n- One that\n  is long.\n* Two.\n\n    code\n    more";
    expect(paragraphs(comment)).toEqual([
      "What can go wrong.",
      "Common causes:",
      "- One that is long.",
      "* Two.",
      "code",
      "more",
    ]);
    expect(paragraphs("")).toEqual([]);
  });
});

function squeezed(text: string): string {
  return text.replace(/\s+/g, "");
}
