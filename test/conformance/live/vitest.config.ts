import { mergeConfig } from "vitest/config";
import base from "../../../vitest.config.js";

export default mergeConfig(
  { ...base, test: { ...base.test, include: [], exclude: [] } },
  { test: { include: ["test/conformance/live/*.test.ts"], testTimeout: 60_000, disableConsoleIntercept: true } },
);
