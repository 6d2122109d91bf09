import "grpc-rich-errors/vitest";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { ExpressAdapter } from "@nestjs/platform-express";
import { FastifyAdapter } from "@nestjs/platform-fastify";
import { RichError } from "grpc-rich-errors";
import { fromHttp } from "grpc-rich-errors/http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startGateway } from "../../examples/nestjs/gateway.js";
import {
  catalog,
  OrderNotFoundError,
  OrderRejectedError,
  RequestInvalidError,
  SignInRequiredError,
} from "../../examples/nestjs/gen/shop/v1/errors.rich.js";
import { startOrders } from "../../examples/nestjs/orders.js";
import { refusing } from "../support/half-servers.js";

const FOLDER = fileURLToPath(new URL("../../examples/nestjs/", import.meta.url));

const ADAPTERS = [
  ["Express", () => new ExpressAdapter()],
  ["Fastify", () => new FastifyAdapter()],
] as const;

describe.each(ADAPTERS)("the gateway of the example on %s", (_, adapter) => {
  let gateway: string;
  let stop: () => Promise<unknown>;
  beforeAll(async () => {
    const url = await refusing();
    const orders = await startOrders(url);
    const app = await startGateway(url, adapter());
    gateway = await app.getUrl();
    stop = () => Promise.all([app.close(), orders.close()]);
  });
  afterAll(() => stop());

  /** The answer to a request: its JSON, or its error. */
  async function answerTo(method: string, path: string, body?: unknown, token = "token"): Promise<unknown> {
    const headers = { "content-type": "application/json", authorization: token };
    const init = { method, headers: token === "" ? { "content-type": "application/json" } : headers };
    const response = await fetch(
      `${gateway}/${path}`,
      body === undefined ? init : { ...init, body: JSON.stringify(body) },
    );
    const text = await response.text();
    return response.ok ? JSON.parse(text) : fromHttp(response.status, response.headers, text, { catalogs: [catalog] });
  }

  const good = { orderId: "o-1", quantity: 3 };
  const large = { orderId: "o-2", quantity: 101 };
  const rejection = { orderId: "o-2", rule: "at most 100 items" };

  it("sends what the microservice answers", async () => {
    expect(await answerTo("POST", "orders", good)).toEqual({ orders: 1 });
    expect(await answerTo("POST", "imports", [good, { ...good, orderId: "o-3" }])).toEqual({ orders: 2 });
    expect(await answerTo("GET", "orders/o-3/changes")).toEqual([
      { state: "placed" },
      { state: "paid" },
      { state: "sent" },
    ]);
    expect(await answerTo("POST", "quotes", [good, good])).toEqual([{ price: 750 }, { price: 750 }]);
    expect(await answerTo("GET", "orders/o-3/state")).toEqual({ state: "sent" });
  });

  it("sends the errors of its handlers, of each shape", async () => {
    expect(await answerTo("POST", "orders", large)).toBeRichError(OrderRejectedError, rejection);
    expect(await answerTo("POST", "imports", [good, large])).toBeRichError(OrderRejectedError, rejection);
    expect(await answerTo("GET", "orders/o-4/changes")).toBeRichError(OrderNotFoundError, { orderId: "o-4" });
    expect(await answerTo("POST", "quotes", [good, large])).toBeRichError(OrderRejectedError, rejection);
  });

  it("sends the error of its guard, and that of its pipe with the wrong fields", async () => {
    expect(await answerTo("POST", "orders", good, "")).toBeRichError(SignInRequiredError);
    const invalid = await answerTo("POST", "orders", { orderId: "", quantity: 0 });
    expect(invalid).toBeRichError(RequestInvalidError);
    expect(RichError.from(invalid).standardDetails.badRequest?.fieldViolations).toMatchObject([
      { field: "orderId", reason: "IS_NOT_EMPTY" },
      { field: "quantity", reason: "MIN" },
    ]);
  });

  it("catches an error with its detail", async () => {
    expect(await answerTo("GET", "orders/o-5/state")).toEqual({ state: "unknown order o-5" });
  });

  it("leaves Nest's own answers as they are", async () => {
    const response = await fetch(`${gateway}/elsewhere`);
    expect(await response.json()).toEqual({ statusCode: 404, error: "Not Found", message: "Cannot GET /elsewhere" });
  });
});

describe("the program", () => {
  it("prints what its README shows", async () => {
    const main = fileURLToPath(new URL("../../build/examples/nestjs/main.js", import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [main, await refusing()]);
    const [, shown] = /```text\n([\s\S]*?)```/.exec(await readFile(`${FOLDER}README.md`, "utf8")) ?? [];
    expect(stdout).toBe(shown);
  });
});

describe("the lines that a user adds to a Nest application", () => {
  it.each([
    ["server", "orders.ts", 3],
    ["client", "gateway.ts", 5],
  ])("are few on the %s", async (_, file, count) => {
    const lines = (await readFile(FOLDER + file, "utf8")).split("\n").filter((line) => OWN.test(line));
    expect(lines).toHaveLength(count);
    const page = await readFile(new URL("../../docs/nestjs.md", import.meta.url), "utf8");
    expect(page).toContain("it adds three lines to the server and five to the gateway");
  });
});

/** A line that the same application without this package does not have. */
const OWN = /rich|catalog/i;
