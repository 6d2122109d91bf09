import { Metadata } from "@grpc/grpc-js";
import { RichError, richErrorClientOptions } from "grpc-rich-errors";
import { catalog as kurrentdb, StreamNotFoundError } from "grpc-rich-errors/catalogs/kurrentdb";
import { expect, test } from "vitest";
import { moduleOf } from "../../plugin/compile.js";
import { startShapes } from "../../support/shapes.js";
import { callOn } from "../../support/surfaces.js";
import { contractProto, openPage } from "../page.js";

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

test("shows a contract that the generator accepts", async () => {
  expect(await moduleOf(contractProto(page))).toContain("export const EventsContract");
});

page.testOtherCode();
