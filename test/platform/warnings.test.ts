import { setImmediate } from "node:timers/promises";
import { expect, it, onTestFinished } from "vitest";
import { warnOnce } from "../../src/platform/warnings.js";

function recordWarnings(): Error[] {
  const warnings: Error[] = [];
  const note = (warning: Error) => void warnings.push(warning);
  process.on("warning", note);
  onTestFinished(() => void process.off("warning", note));
  return warnings;
}

it("warns once for each text of a code", async () => {
  const warnings = recordWarnings();
  for (const text of ["one", "two", "one"]) warnOnce("GRPC_RICH_ERRORS_UNSENDABLE", text);
  warnOnce("GRPC_RICH_ERRORS_ATTACHED_TWICE", "one");
  await setImmediate();
  expect(warnings).toMatchObject([
    { name: "GrpcRichErrorsWarning", code: "GRPC_RICH_ERRORS_UNSENDABLE", message: "one" },
    { code: "GRPC_RICH_ERRORS_UNSENDABLE", message: "two" },
    { code: "GRPC_RICH_ERRORS_ATTACHED_TWICE", message: "one" },
  ]);
});

it("stops after 100 texts, which a client may choose", async () => {
  const warnings = recordWarnings();
  for (let text = 0; text < 200; text++) warnOnce("GRPC_RICH_ERRORS_UNSENDABLE", `field ${text}`);
  await setImmediate();
  expect(warnings.length).toBeLessThanOrEqual(100);
  expect(warnings.length).toBeGreaterThan(90);
});
