import { join } from "node:path";
import { Metadata } from "@grpc/grpc-js";
import { pack, RichError, richErrorClientOptions, unpack } from "grpc-rich-errors";
import { expect, test } from "vitest";
import { generatedModules } from "../../support/generated-modules.js";
import { startShapes } from "../../support/shapes.js";
import { callOn } from "../../support/surfaces.js";
import { openPage } from "../page.js";

const page = openPage("docs/redaction.md");

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
  expect({ ...unpack(pack(error)).info?.metadata }).toEqual({ door: "north" });
});

page.testOtherCode();
