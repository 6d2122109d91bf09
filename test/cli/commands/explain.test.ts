import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../fake-terminal.js";
import { HEAD, imageOf } from "../images.js";

const enumOf = (name: string, domain: string) => `
  enum ${name}Error {
    option (richerrors.v1.error_enum) = {domain: "${domain}"};
    ${name.toUpperCase()}_ERROR_UNSPECIFIED = 0;
    // The ${name} is gone.
    //
    // Common causes:
    // - Somebody removed it.
    //
    // Client action: Read the list again.
    ${name.toUpperCase()}_ERROR_${name.toUpperCase()}_GONE = 7 [(richerrors.v1.error) = {
      status_code: NOT_FOUND
      has_details: true
      message: "${name} {id} is gone"
      recovery: RECOVERY_REFRESH_AND_RETRY
      outcome: OUTCOME_NOT_APPLIED
    }];
  }
  message ${name}GoneErrorDetails {
    // The id in the request.
    string id = 1;
  }`;
const SHOP = {
  "shop.proto": `${HEAD}${enumOf("Order", "orders.example")}${enumOf("Cart", "carts.example")}
    service Orders {
      rpc GetOrder(OrderGoneErrorDetails) returns (OrderGoneErrorDetails) {
        option (richerrors.v1.errors) = {error: ["ORDER_ERROR_ORDER_GONE"]};
      }
    }`,
};

let folder: string;
let image: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rich-errors-explain-"));
  image = join(folder, "shop.binpb");
  await writeFile(image, await imageOf(SHOP));
});
afterAll(() => rm(folder, { recursive: true }));

describe("rich-errors explain", () => {
  it("prints the declaration, the methods, and how to throw and catch the error", async () => {
    const { code, out, err } = await run(["explain", "ORDER_GONE", image]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatchInlineSnapshot(`
      "OrderGoneError
      The Order is gone.

      do          Read the list again.
      recovery    REFRESH_AND_RETRY: Read the current state, then send a new request
                  that is based on it.
      outcome     NOT_APPLIED: The request took no effect.
      fault       the caller
      origin      on the server
      causes      - Somebody removed it.

      code        NOT_FOUND (5), HTTP 404
      reason      ORDER_GONE
      domain      orders.example
      number      7
      message     Order {id} is gone
      declared    shop.v1.OrderError: ORDER_ERROR_ORDER_GONE, shop.proto:11

      Detail shop.v1.OrderGoneErrorDetails
        id: string - The id in the request.

      Methods that return it
        shop.v1.Orders/GetOrder

      On the server
        import { OrderGoneError } from "./gen/shop.rich.js";

        throw new OrderGoneError({
          id: "my-id",
        });

      On the client
        import { promises } from "grpc-rich-errors";
        import { OrderGoneError } from "./gen/shop.rich.js";

        try {
          await promises(client).getOrder(request);
        } catch (error) {
          if (!(error instanceof OrderGoneError)) throw error;
          const { id } = error.detail;
          // Read the current state, then send a new request that is based on it.
        }
      "
    `);
  });

  it.each([
    "OrderGoneError",
    "ordergone",
    "order_gone",
    "ORDER_ERROR_ORDER_GONE",
    "orders.example/7",
    "orders.example/ORDER_GONE",
  ])("finds the error by %s", async (name) => {
    const { out } = await run(["explain", "ORDER_GONE", image]);
    expect(await run(["explain", name, "--protos", image])).toEqual({ code: 0, out, err: "" });
  });

  it("lists several errors that fit", async () => {
    const { code, out } = await run(["explain", "7", image]);
    expect(code).toBe(0);
    expect(out).toMatchInlineSnapshot(`
      "2 errors fit

        orders.example/ORDER_GONE
          7, OrderGoneError, NOT_FOUND (5)
          The Order is gone.

        carts.example/CART_GONE
          7, CartGoneError, NOT_FOUND (5)
          The Cart is gone.

      Write rich-errors explain orders.example/ORDER_GONE to see one of them.
      "
    `);
  });

  it("prints JSON for programs", async () => {
    const { out } = await run(["explain", "7", image, "--format", "json"]);
    expect(JSON.parse(out)).toMatchObject([
      { reason: "ORDER_GONE", number: 7, methods: ["shop.v1.Orders/GetOrder"] },
      { reason: "CART_GONE", number: 7, methods: [] },
    ]);
  });

  it("reads an image from stdin", async () => {
    const { out } = await run(["explain", "7", image]);
    expect(await run(["explain", "7", "-"], { stdin: await imageOf(SHOP) })).toEqual({ code: 0, out, err: "" });
  });

  it.each([
    ["ORDER_GON", "write rich-errors explain ORDER_GONE"],
    ["CartGoneErorr", "write rich-errors explain CartGoneError"],
    ["8", "write rich-errors explain 7"],
    ["orders.example/8", "write rich-errors explain 7"],
    ["order.example/7", "the domains are orders.example, carts.example"],
    ["zzz", "list all with rich-errors catalog <input>, or name your protos with --protos"],
  ])("exits with 1 and suggests what is near %s", async (name, fix) => {
    const err = `rich-errors: no error is called ${JSON.stringify(name)}; ${fix}\n`;
    expect(await run(["explain", name, image])).toEqual({ code: 1, out: "", err });
  });

  it("exits with 2 without an error", async () => {
    const err =
      "rich-errors: missing <error>; write rich-errors explain [options] <error> [input] (see rich-errors explain --help)\n";
    expect(await run(["explain"])).toEqual({ code: 2, out: "", err });
  });

  it("fits the width, except code, which is made to be copied", async () => {
    const { out } = await run(["explain", "ORDER_GONE", image], { env: { ...process.env, COLUMNS: "60" } });
    const [page = ""] = out.split("On the server");
    expect(page.split("\n").filter((line) => line.length > 60)).toEqual([]);
  });
});
