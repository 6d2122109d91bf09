import { join } from "node:path";
import { Metadata, Server } from "@grpc/grpc-js";
import * as root from "grpc-rich-errors";
import { pack, RichError, richErrorClientOptions, richErrorServerInterceptor } from "grpc-rich-errors";
import { catalog as kurrentdb, StreamNotFoundError } from "grpc-rich-errors/catalogs/kurrentdb";
import { expect, test } from "vitest";
import { moduleOf } from "../../plugin/compile.js";
import { generatedModules } from "../../support/generated-modules.js";
import { startShapes } from "../../support/shapes.js";
import { callOn } from "../../support/surfaces.js";
import { openPage } from "../page.js";

const page = openPage("docs/server.md");

test("shows how to map and report errors", async () => {
  const { interceptor, NoSuchKeyError } = await page.imported(
    `import { richErrorServerInterceptor } from "grpc-rich-errors";
     import { catalog, StreamNotFoundError } from "grpc-rich-errors/catalogs/kurrentdb";
     import { systemErrors, zodErrors } from "grpc-rich-errors/mappings";
     export class NoSuchKeyError extends Error { key = "x"; }
     export const interceptor = ${page.take("onError: (")}`,
  );
  const fail = () => {
    throw new NoSuchKeyError();
  };
  const shapes = await startShapes({ unary: fail }, { onlyInterceptors: [interceptor] });
  expect(RichError.from((await callOn(shapes, "unary")).error, { catalogs: [kurrentdb] })).toMatchObject({
    reason: "STREAM_NOT_FOUND",
  });
});

test("shows how to redact a field", async () => {
  const details = page.take("debug_redact = true");
  const head = 'syntax = "proto3"; package pay.v1; import "richerrors/v1/annotations.proto";';
  const values =
    "PAY_UNSPECIFIED = 0; PAYMENT_REFUSED = 1 [(richerrors.v1.error) = {status_code: ABORTED has_details: true}];";
  const generated = await generatedModules({ "pay.proto": `${head} enum PayError { ${values} } ${details}` });
  const { catalog, PaymentRefusedError } = await import(/* @vite-ignore */ join(generated, "pay.rich.ts"));
  const { interceptor } = await page.imported(
    `import { richErrorServerInterceptor } from "grpc-rich-errors";
     const isSupportEngineer = ([token]) => token === "support";
     export const interceptor = ${page.take("sendRedacted: (").replace(";", "")}`,
  );
  const fail = () => {
    throw new PaymentRefusedError({ payment: "p-7", cardNumber: "4111" });
  };
  const client = richErrorClientOptions({ catalogs: [catalog] });
  const shapes = await startShapes({ unary: fail }, { onlyInterceptors: [interceptor], client });
  const metadata = new Metadata();
  metadata.set("authorization", "support");
  const left = (await callOn(shapes, "unary")).error as RichError;
  const sent = (await callOn(shapes, "unary", { metadata })).error as RichError;
  expect([left.detail, sent.detail]).toEqual([
    { payment: "p-7", cardNumber: "" },
    { payment: "p-7", cardNumber: "4111" },
  ]);
  expect(sent.toJSON().detail).toEqual({ payment: "p-7", cardNumber: "[redacted]" });
});

test("shows how to redact facts", async () => {
  await page.imported(page.take("redactInfo(["));
  const error = new RichError(5, "x", {
    reason: "R",
    domain: "d.com",
    info: { account: "a-7", user_id: "u-7", door: "north" },
  });
  expect(error.toJSON().errorDetails).toMatchObject([
    { metadata: { account: "[redacted]", user_id: "[redacted]", door: "north" } },
  ]);
  expect({ ...root.unpack(pack(error)).info?.metadata }).toEqual({ door: "north" });
});

test("shows how to call another server", async () => {
  const { getOrder } = await page.imported(
    `import { upstream } from "grpc-rich-errors";
     const inventory = { getStock: (request, options) => [request, options] };
     export ${page.take("upstream(call)")}`,
  );
  const shapes = await startShapes({
    unary: async (call) => {
      const [request, { deadline, signal }] = await getOrder(Object.assign(call, { request: { sku: "s-1" } }));
      expect(request).toEqual({ sku: "s-1" });
      expect([deadline, signal.aborted]).toEqual([call.getDeadline(), false]);
      return { index: 7 };
    },
  });
  expect(await callOn(shapes, "unary")).toEqual({ messages: [7], error: undefined });
});

test("shows how to drain a server", async () => {
  const { stopOn } = await page.imported(
    `import { drain } from "grpc-rich-errors";
     export function stopOn(process, server) {
       ${page.take("SIGTERM")}
     }`,
  );
  const server = new Server({ interceptors: [richErrorServerInterceptor()] });
  const drained = await new Promise((resolve) =>
    stopOn({ once: (_: string, stop: () => void) => resolve(stop()) }, server),
  );
  expect(drained).toEqual({ refused: 0, cutOff: 0, forced: false });
});

test("shows how to fail in a generator", async () => {
  const { handlers } = await page.imported(
    `import { StreamNotFoundError } from "grpc-rich-errors/catalogs/kurrentdb";
     ${page.take("async *serverStream")}
     export { handlers };`,
  );
  const shapes = await startShapes(handlers, { client: richErrorClientOptions({ catalogs: [kurrentdb] }) });
  const seen = await callOn(shapes, "serverStream");
  expect(seen.messages).toEqual([0]);
  expect(seen.error).toBeRichError(StreamNotFoundError, { stream: "" });
});

test("shows how to pass statuses that handlers pack by hand", async () => {
  const { interceptor } = await page.imported(
    `import { richErrorServerInterceptor } from "grpc-rich-errors";
     export const interceptor = ${page.take("passStatusMetadata: true")}`,
  );
  const metadata = new Metadata();
  metadata.set("x-hint", "7");
  const fail = () => Promise.reject({ code: 9, details: "later", metadata });
  const shapes = await startShapes({ unary: fail }, { onlyInterceptors: [interceptor] });
  const error = RichError.from((await callOn(shapes, "unary")).error);
  expect([error.code, error.metadata?.get("x-hint")]).toEqual([9, ["7"]]);
});

test("shows how a reflection service learns the types of errors", async () => {
  const { addReflection } = await page.imported(
    `import { catalog } from "grpc-rich-errors/catalogs/hapnd";
     ${page
       .take("errorReflection")
       .replace("const services", "export const addReflection = (server) => {\nconst services")
       .replace('includeDirs: ["proto"]', 'includeDirs: ["examples/orders/proto", "proto"]')}
     }`,
  );
  const added: string[] = [];
  addReflection({ addService: (service: object) => added.push(...Object.keys(service)) });
  expect(added).toEqual(["ServerReflectionInfo", "ServerReflectionInfo"]);
});

test("shows a contract that the generator accepts", async () => {
  expect(await moduleOf(page.take("service Events"))).toContain("export const EventsContract");
});

page.testOtherCode();
