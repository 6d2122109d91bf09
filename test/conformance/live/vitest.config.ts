import { mergeConfig } from "vitest/config";
import { isolated } from "../../../vitest.config.js";

export default mergeConfig(
  { ...isolated, test: { ...isolated.test, include: [], exclude: [] } },
  { test: { include: ["test/conformance/live/*.test.ts"], testTimeout: 60_000, disableConsoleIntercept: true } },
);
