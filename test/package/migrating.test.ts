import { create, createFileRegistry, fromBinary, fromJson, toBinary } from "@bufbuild/protobuf";
import { anyPack, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { Metadata, Server, type ServiceError, status } from "@grpc/grpc-js";
import { GoogleError } from "google-gax";
import { richErrorServerInterceptor, richHandlers } from "grpc-rich-errors";
import { ErrorInfo, RichServerError } from "nice-grpc-error-details";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bufImage } from "../support/reference-protos.js";
import { PAGES, type Page, Projects, SIDES, type Side } from "./migrating.js";
import { MIGRATING, Pages } from "./snippets.js";

// The pages about migrating. The server and the client from before and those from after run against each other.

const KNOWN = "there is no order o-7";
const TEXT = "failed: order o-7 does not exist";

/** What the client from before and the client from after make of the error of each server, in this order. */
const EXPLAINED: Readonly<Record<Page, Readonly<Record<Side, readonly [string, string]>>>> = {
  "plain-codes.md": { before: [KNOWN, TEXT], after: [KNOWN, KNOWN] },
  "hand-packed.md": { before: [KNOWN, KNOWN], after: [KNOWN, KNOWN] },
  "nice-grpc.md": { before: [KNOWN, KNOWN], after: [KNOWN, KNOWN] },
  "google-gax.md": {
    before: ["failed: 5 NOT_FOUND: order o-7 does not exist", TEXT],
    after: ["there is no such order", KNOWN],
  },
  "kurrent.md": { before: [KNOWN, KNOWN], after: [KNOWN, KNOWN] },
  // kratos's metadata is sent with the option `info` only.
  "go-kratos.md": { before: [KNOWN, TEXT], after: ["there is no order undefined", KNOWN] },
};

let pages: Pages;
let projects: Projects;

beforeAll(async () => {
  pages = await Pages.read();
  projects = await Projects.create(pages);
});

afterAll(() => projects.remove());

const load = (page: Page, file: string) => projects.load(page, file);
const errorOf: Projects["errorOf"] = (...args) => projects.errorOf(...args);
const explained: Projects["explained"] = (...args) => projects.explained(...args);

/** Starts a server of a page. Returns its address. */
function addressOf(page: Page, side: Side): Promise<string> {
  const isInCSharp = page === "kurrent.md" && side === "before";
  return projects.addressOf(page, side, isInCSharp ? serverInCSharp : undefined);
}

/** Starts a server of grpc-js with one handler. Returns its address. */
async function started(...args: Parameters<Projects["serverWith"]>): Promise<string> {
  return projects.start(await projects.serverWith(...args));
}

/** Sends what a server in C# sends for the error of the page: the names follow from the enum by Kurrent's convention. */
async function serverInCSharp(): Promise<Server> {
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, bufImage()));
  const schemaOf = (name: string) => registry.getMessage(name) ?? expect.fail(`no ${name}`);
  const message = "order o-7 does not exist";
  const info = schemaOf("google.rpc.ErrorInfo");
  // `order_id` is the first field, as in the detail of KurrentDB that has one text.
  const detail = schemaOf("kurrentdb.protocol.v2.indexes.errors.IndexNotFoundErrorDetails");
  const named = anyPack(detail, fromJson(detail, { name: "o-7" }));
  named.typeUrl = "type.googleapis.com/shop.v1.OrderNotFoundErrorDetails";
  const details = [anyPack(info, fromJson(info, { reason: "ORDER_NOT_FOUND", domain: "orders" })), named];
  const schema = schemaOf("google.rpc.Status");
  const packed = toBinary(schema, create(schema, { code: status.NOT_FOUND, message, details }));
  const metadata = new Metadata();
  metadata.set("grpc-status-details-bin", Buffer.from(packed));
  const fail = (_: unknown, callback: (err: object) => void) =>
    callback({ code: status.NOT_FOUND, details: message, metadata });
  return projects.serverWith("kurrent.md", fail, false);
}

describe.each(PAGES)("%s", (page) => {
  const cases = SIDES.flatMap((server) =>
    SIDES.map((client, index) => [server, client, EXPLAINED[page][server][index]]),
  );

  test.each(cases as [Side, Side, string][])(
    "the server %s and the client %s: %s",
    async (server, client, expected) => {
      expect(await explained(page, await addressOf(page, server), client)).toBe(expected);
    },
  );

  test("fits one page", () => {
    expect(pages.text(MIGRATING + page).split("\n").length).toBeLessThanOrEqual(130);
  });
});

describe.each(["hand-packed.md", "go-kratos.md"] as const)("the handlers before, of %s", (page) => {
  const trailersOf = async (address: string) => {
    const { code, details, metadata } = (await errorOf(page, address)) as ServiceError;
    return [code, details, metadata.get("grpc-status-details-bin").map((bytes) => Buffer.from(bytes).toString("hex"))];
  };

  test.each([
    ["the interceptor alone", false],
    ["the interceptor and richHandlers", true],
  ])("send the same bytes behind %s, with passStatusMetadata", async (_, wrap) => {
    const { handlers } = await load(page, "before/server.ts");
    const interceptor = richErrorServerInterceptor({ passStatusMetadata: true });
    const address = await started(page, handlers.getOrder, wrap, [interceptor]);
    expect(await trailersOf(address)).toEqual(await trailersOf(await addressOf(page, "before")));
  });

  test("send the trailer of a declared error behind the interceptor without the option, and no other", async () => {
    const { handlers } = await load(page, "before/server.ts");
    const { catalog } = await load(page, "gen/shop/v1/errors.rich.ts");
    const problems: string[] = [];
    const interceptor = richErrorServerInterceptor({
      catalogs: [catalog],
      onError: (call) => problems.push(...call.problems.map(({ message }) => message)),
    });
    const address = await started(page, handlers.getOrder, true, [interceptor]);
    const isDeclared = page === "hand-packed.md";
    for (const side of SIDES) expect(await explained(page, address, side)).toBe(isDeclared ? KNOWN : TEXT);
    expect(problems.filter((problem) => problem.includes("passStatusMetadata"))).toHaveLength(isDeclared ? 0 : 2);
  });
});

describe("the pages", () => {
  test("are listed in the table of all pages", () => {
    const linked = [...pages.text(`${MIGRATING}README.md`).matchAll(/\]\(([\w-]+\.md)\)/g)].map(([, link]) => link);
    expect(linked).toEqual(PAGES);
    expect(pages.names.filter((name) => name.startsWith(MIGRATING))).toHaveLength(PAGES.length + 1);
  });

  test("have types that are right, in strict mode", async () => {
    expect(await projects.typecheck()).toBe("");
  });

  test("have no code that no test runs", () => {
    expect(pages.left().filter((snippet) => snippet.page.startsWith(MIGRATING))).toEqual([]);
  });
});

describe("plain-codes.md", () => {
  const page = "plain-codes.md";
  const coded = () => Object.assign(new Error("order o-7 does not exist"), { code: status.NOT_FOUND });

  test("says what an Error with only a code becomes, without an entry in map", async () => {
    const address = await started(page, (_, callback) => callback(coded()), true);
    expect(await errorOf(page, address)).toMatchObject({
      code: status.INTERNAL,
      details: "internal error",
    });
  });

  test("maps it, but no error of another server", async () => {
    const { interceptor } = await load(page, "map.ts");
    const { OrderServiceService } = await load(page, "gen/shop/v1/orders.ts");
    const answers = [
      coded(),
      Object.assign(coded(), { details: "secret", metadata: new Metadata(), stack: "at Client" }),
    ];
    const server = new Server({ interceptors: [interceptor] });
    server.addService(
      OrderServiceService,
      richHandlers(OrderServiceService, { getOrder: () => Promise.reject(answers.shift()) }),
    );
    const address = await projects.start(server);
    expect(await errorOf(page, address)).toMatchObject({ code: status.NOT_FOUND, details: "order o-7 does not exist" });
    expect(await errorOf(page, address)).not.toMatchObject({ details: "order o-7 does not exist" });
  });
});

describe("hand-packed.md", () => {
  const page = "hand-packed.md";
  const trailer = async (side: Side) => {
    const error = (await errorOf(page, await addressOf(page, side))) as ServiceError;
    return error.metadata.get("grpc-status-details-bin").map((bytes) => Buffer.from(bytes).toString("hex"));
  };

  test("has a server after that sends the same bytes", async () => {
    const before = await trailer("before");
    expect(before).toHaveLength(1);
    expect(await trailer("after")).toEqual(before);
  });

  test("says what a ready-made handler can call back on a server with nothing attached", async () => {
    const { OrderNotFoundError } = await load(page, "gen/shop/v1/errors.rich.ts");
    const fail = (_: unknown, callback: (err: object) => void) => callback(new OrderNotFoundError({ orderId: "o-7" }));
    for (const side of SIDES) expect(await explained(page, await started(page, fail, false), side)).toBe(KNOWN);
  });
});

describe("nice-grpc.md", () => {
  const page = "nice-grpc.md";

  test("has middleware that sends declared errors beside RichServerErrors, and receives them", async () => {
    const { server, clients: receiving } = await load(page, "middleware.ts");
    const { OrderNotFoundError } = await load(page, "gen/shop/v1/errors.rich.ts");
    const { OrderServiceService } = await load(page, "gen/shop/v1/orders.ts");
    const info = ErrorInfo.fromPartial({ reason: "ORDER_LOST", domain: "orders.shop.example" });
    const errors: Error[] = [
      new OrderNotFoundError({ orderId: "o-7" }),
      new OrderNotFoundError({ orderId: "o-7" }),
      new OrderNotFoundError({ orderId: "o-7" }),
      new RichServerError(status.DATA_LOSS, "order o-7 is lost", [info]),
    ];
    server.add(OrderServiceService, { getOrder: () => Promise.reject(errors.shift()) });
    const address = await projects.start(server);
    for (const side of SIDES) expect(await explained(page, address, side)).toBe(KNOWN);
    expect(await errorOf(page, address, { clients: receiving })).toBeRichError(OrderNotFoundError, { orderId: "o-7" });
    const { clients } = await load(page, "before/client.ts");
    expect(await errorOf(page, address, { clients })).toMatchObject({ details: "order o-7 is lost", extra: [info] });
  });

  test("says what a RichServerError becomes in richHandlers", async () => {
    const info = ErrorInfo.fromPartial({ reason: "ORDER_NOT_FOUND", domain: "orders.shop.example" });
    const fail = () => Promise.reject(new RichServerError(status.NOT_FOUND, "order o-7 does not exist", [info]));
    expect(await explained(page, await started(page, fail, true), "after")).toBe(TEXT);
  });
});

describe("google-gax.md", () => {
  const page = "google-gax.md";

  test("has a client after that reads what google-gax throws", async () => {
    const { explain } = await load(page, "after/client.ts");
    const received = (await errorOf(page, await addressOf(page, "after"))) as GoogleError;
    expect(
      explain(Object.assign(new GoogleError(received.message), GoogleError.parseGRPCStatusDetails(received))),
    ).toBe(KNOWN);
  });

  test("says what a client of google-gax gets of a declared error", async () => {
    const received = await errorOf(page, await addressOf(page, "after"));
    const { reason, domain, statusDetails } = GoogleError.parseGRPCStatusDetails(received as GoogleError);
    expect([reason, domain]).toEqual(["ORDER_NOT_FOUND", "shop.v1"]);
    expect(statusDetails).toMatchObject([{}, { type_url: "type.googleapis.com/shop.v1.OrderNotFoundErrorDetails" }]);
  });

  test("says that a GoogleError is masked behind the interceptor", async () => {
    const fail = () => Promise.reject(Object.assign(new GoogleError("secret"), { code: status.NOT_FOUND }));
    const address = await started(page, fail, true);
    expect(await errorOf(page, address)).toMatchObject({
      code: status.INTERNAL,
      details: "internal error",
    });
  });
});

describe("go-kratos.md", () => {
  const page = "go-kratos.md";

  test("says how clients from before get the metadata of kratos", async () => {
    const { OrderNotFoundError } = await load(page, "gen/shop/v1/errors.rich.ts");
    const info = { order_id: "o-7" };
    const fail = () => Promise.reject(new OrderNotFoundError({ orderId: "o-7" }, { info }));
    for (const side of SIDES) expect(await explained(page, await started(page, fail, true), side)).toBe(KNOWN);
  });

  test("says what a client after gets of a server before", async () => {
    const { options } = await load(page, "after/client.ts");
    const received = await errorOf(page, await addressOf(page, "before"), { options });
    expect(received).toMatchObject({ reason: "ORDER_NOT_FOUND", info: { metadata: { order_id: "o-7" } } });
  });
});

describe("kurrent.md", () => {
  test("says which text a server in Node sends by default", async () => {
    const { details } = (await errorOf("kurrent.md", await addressOf("kurrent.md", "after"))) as ServiceError;
    expect(pages.text(`${MIGRATING}kurrent.md`)).toContain(`\`${details}\``);
  });
});
