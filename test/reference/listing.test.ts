import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { Catalog } from "grpc-rich-errors";
import { catalog as aerospike } from "grpc-rich-errors/catalogs/aerospike";
import { catalog as eventlog } from "grpc-rich-errors/catalogs/eventlog";
import { catalog as hapnd } from "grpc-rich-errors/catalogs/hapnd";
import { catalog as kurrent } from "grpc-rich-errors/catalogs/kurrent";
import { catalog as kurrentdb } from "grpc-rich-errors/catalogs/kurrentdb";
import { describe, expect, it } from "vitest";
import type { Listing } from "../../src/reference/listing.js";
import { run } from "../cli/fake-terminal.js";
import { catalogOf, HEAD, listingFor, protoWith } from "../cli/images.js";
import { ROOT } from "../plugin/compile.js";
import { ODD_PROTOS } from "../plugin/odd-protos.js";

const SCHEMA = JSON.parse(readFileSync(join(ROOT, "src/cli/catalog.schema.json"), "utf8"));
const isCatalog = new Ajv2020({ allErrors: true }).compile(SCHEMA);

const CATALOGS = [aerospike, eventlog, hapnd, kurrent, kurrentdb];

describe("a listing", () => {
  it("has only what the proto says and the defaults, for a short annotation", async () => {
    expect(await listingFor(protoWith(""))).toEqual({
      enums: [
        {
          name: "shop.v1.OrderError",
          file: "shop.proto",
          line: 2,
          domain: "shop.v1",
          baseClass: "OrderError",
          numericCodes: false,
          categories: [],
          deprecated: false,
          documentation: "",
          errors: [
            {
              enum: "shop.v1.OrderError",
              name: "ORDER_ERROR_ORDER_GONE",
              file: "shop.proto",
              line: 5,
              number: 7,
              domain: "shop.v1",
              reason: "ORDER_GONE",
              displayName: "OrderGone",
              className: "OrderGoneError",
              code: { name: "NOT_FOUND", number: 5 },
              httpStatus: 404,
              message: "order gone",
              fault: "CALLER",
              origin: "SERVER",
              labels: {},
              deprecated: false,
              documentation: { summary: "Order gone.", causes: [] },
            },
          ],
        },
      ],
      methods: [],
      messages: [],
      fieldEnums: [],
    });
  });

  it("has everything that the proto says", async () => {
    const [listed] = (await listingFor(FULL)).enums;
    expect(listed).toMatchObject({
      domain: "orders.shop.example",
      baseClass: "OrderFailure",
      clientErrors: {
        api: "ShopApiError",
        network: "ShopNetworkError",
        circuitOpen: "ShopCircuitOpenError",
        failure: "ShopFailure",
      },
      numericCodes: true,
      categories: [
        { name: "All", first: -10, last: 99 },
        { name: "Gone", first: 5, last: 9 },
        { name: "Gone", first: 1, last: 50 },
      ],
      deprecated: true,
      documentation: "What can go wrong.\n\nMore of it.",
    });
    expect(listed?.errors).toEqual([
      {
        enum: "shop.v1.Shop.OrderError",
        name: "ORDER_ERROR_ORDER_GONE",
        file: "shop.proto",
        line: expect.any(Number),
        number: 7,
        domain: "orders.shop.example",
        reason: "ORDER_GONE",
        displayName: "Gone for good",
        className: "OrderGoneError",
        category: { name: "Gone", first: 5, last: 9 },
        code: { name: "UNAVAILABLE", number: 14 },
        httpStatus: 410,
        message: "{{order}} {part.name} and {at.seconds} are gone",
        detail: { type: "shop.v1.Gone", deprecated: true, documentation: "What is gone.", fields: expect.any(Array) },
        recovery: "HOLD_AND_RETRY",
        retryDelay: 1.5,
        outcome: "ALREADY_APPLIED",
        fault: "DEPENDENCY",
        origin: "TRANSPORT",
        since: "2.1",
        labels: { edition: "EE", team: "orders" },
        helpUrl: "https://shop.example/gone",
        deprecated: true,
        documentation: { summary: "It is gone.", causes: ["Time."], clientAction: "Wait." },
      },
      expect.objectContaining({ number: -3, reason: "ORDER_LOST", category: { name: "All", first: -10, last: 99 } }),
    ]);
  });

  it("of this package's protos equals their generated definitions, and is valid against the schema", async () => {
    const { code, out, err } = await run(["catalog", join(ROOT, "proto"), "--format", "json"]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const listing: Listing = JSON.parse(out);
    expect([isCatalog(listing), isCatalog.errors]).toEqual([true, null]);
    const listed = listing.enums.flatMap(({ errors }) => errors);
    const definitions = [...Catalog.of(...CATALOGS)].map(({ definition }) => definition);
    expect(listed).toHaveLength(definitions.length);
    for (const {
      enumName,
      code,
      detail,
      documentation,
      numericCode,
      category,
      redirectTo,
      message: _,
      descriptors: __,
      ...facts
    } of definitions) {
      const error = listed.find(({ enum: name, number }) => name === enumName && number === facts.number);
      expect(error).toMatchObject({ ...facts, documentation });
      expect(error?.redirectTo === undefined).toBe(redirectTo === undefined);
      expect([error?.code.number, error?.detail?.type, error?.category?.name]).toEqual([
        code,
        detail?.typeName,
        category,
      ]);
      const { numericCodes } = listing.enums.find(({ name }) => name === enumName) ?? {};
      expect(numericCodes).toBe(numericCode ?? false);
    }
  });

  it.each<[string, () => Parameters<typeof listingFor>[0]]>([
    ["of odd protos", () => ODD_PROTOS],
    ["of a proto with every option", () => FULL],
    ["of a proto without errors", () => ({ "a.proto": `${HEAD} message A {}` })],
  ])("%s is valid against the published schema", async (_, protos) => {
    const listing = await listingFor(protos());
    expect([isCatalog(listing), isCatalog.errors]).toEqual([true, null]);
  });

  it("is reported as empty if no errors are declared", async () => {
    const ended = await catalogOf({ "a.proto": `${HEAD} message A {}` });
    expect(ended).toEqual({ code: 0, out: "", err: "rich-errors: - declares no errors\n" });
  });

  it("has files sorted by name, for any order of the compiler", async () => {
    const names = ["b/x.proto", "a/y.proto", "a/b.proto"];
    const protos = names.map((name, index) => {
      const error = `E${index}_GONE = 1 [(richerrors.v1.error) = {status_code: NOT_FOUND}];`;
      const proto = `${HEAD} enum E${index} { E${index}_UNSPECIFIED = 0; ${error} }`.replace("shop.v1", `p${index}`);
      return [name, proto];
    });
    const { enums } = await listingFor(Object.fromEntries(protos));
    expect(enums.map(({ file }) => file)).toEqual(["a/b.proto", "a/y.proto", "b/x.proto"]);
  });

  it("has each method with the errors that it names, also from other files", async () => {
    const { methods } = await listingFor({
      ...protoWith(""),
      "api.proto": `${HEAD.replace("package shop.v1", "package shop.api")}
        import "kurrent/rpc/errors.proto";
        import "shop.proto";
        service Orders {
          rpc Get(Request) returns (Request) {
            option (richerrors.v1.errors) = {
              error: ["kurrent.rpc.SERVER_ERROR_ACCESS_DENIED", "shop.v1.ORDER_ERROR_ORDER_GONE"]
            };
          }
          rpc List(Request) returns (stream Request);
        }
        message Request {}`,
    });
    expect(methods).toEqual([
      {
        name: "shop.api.Orders/Get",
        file: "api.proto",
        line: 5,
        errors: [
          { enum: "kurrent.rpc.ServerError", number: 1, reason: "ACCESS_DENIED" },
          { enum: "shop.v1.OrderError", number: 7, reason: "ORDER_GONE" },
        ],
      },
    ]);
  });
});

const FULL = {
  "shop.proto": `${HEAD}
    message Shop {
      // What can go wrong.
      //
      // More of it.
      enum OrderError {
        option deprecated = true;
        option (richerrors.v1.error_enum) = {
          domain: "orders.shop.example"
          numeric_codes: true
          base_class: "OrderFailure"
          client_errors: "Shop"
          categories: {name: "All" first: -10 last: 99}
          categories: {name: "Gone" first: 5 last: 9}
          categories: {name: "Gone" first: 1 last: 50}
        };
        ORDER_ERROR_UNSPECIFIED = 0;
        // It is gone.
        //
        // Common causes: Time.
        //
        // Client action: Wait.
        ORDER_ERROR_ORDER_GONE = 7 [deprecated = true, (richerrors.v1.error) = {
          status_code: UNAVAILABLE
          detail_type: "shop.v1.Gone"
          message: "{{order}} {part.name} and {at.seconds} are gone"
          recovery: RECOVERY_HOLD_AND_RETRY
          retry_delay: {nanos: 1500000}
          outcome: OUTCOME_ALREADY_APPLIED
          fault: FAULT_DEPENDENCY
          origin: ORIGIN_TRANSPORT
          http_status: 410
          display_name: "Gone for good"
          since: "2.1"
          labels: {key: "team" value: "orders"}
          labels: {key: "edition" value: "EE"}
          help_url: "https://shop.example/gone"
        }];
        ORDER_ERROR_ORDER_LOST = -3 [(richerrors.v1.error) = {status_code: DATA_LOSS}];
      }
    }
    // What is gone.
    message Gone {
      option deprecated = true;
      Part part = 1;
      At at = 2;
      message At { int64 seconds = 1; }
    }
    message Part { string name = 1; }
  `,
};
