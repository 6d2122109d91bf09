import ErrorCoverageReporter, { ErrorCoverageReporter as Named } from "grpc-rich-errors/coverage/vitest";
import { expect, it } from "vitest";
import { defineConfig } from "vitest/config";

it("the reporter is the default export, which Vitest loads, and has a name", () => {
  expect(Named).toBe(ErrorCoverageReporter);
  const config = defineConfig({ test: { reporters: [new ErrorCoverageReporter({ threshold: ["handled=90"] })] } });
  expect(config.test?.reporters).toHaveLength(1);
});

it("the reporter refuses an option that it does not have", () => {
  // @ts-expect-error: thresholds are written in the singular, as on the command line.
  expect(() => new ErrorCoverageReporter({ thresholds: ["handled=90"] })).toThrow(
    'grpc-rich-errors/coverage/vitest: the option "thresholds" is unknown; write "threshold"',
  );
});
