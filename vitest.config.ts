import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { packageEntries, sourceOf } from "./package-entries.js";
import { ownWire } from "./rolldown.config.js";

/**
 * Files that need a process of their own. All others leave nothing behind, so that they share a process and the modules that
 * it has loaded. Run them in any order: `npx vitest run --project shared --sequence.shuffle.files`.
 */
const ALONE = [
  // They count warnings, which a process prints once.
  "test/platform/warnings.test.ts",
  "test/server/interceptor.options.test.ts",
  "test/masking/own-status.server.test.ts",
  // It replaces proto-loader with an older version.
  "test/runtime/proto-loader/messages.old-versions.test.ts",
  // They start many servers. For some seconds, grpc-js remembers what became of a connection, and ports come back.
  "test/e2e/**/*.test.ts",
  // They redact facts, which holds for a process.
  "test/fuzz/redaction.test.ts",
  "test/redaction/index.test.ts",
  "test/package/snippets/redaction.test.ts",
  // It starts the SDK of Sentry, which patches Node.
  "test/sentry/integration.test.ts",
  // They wait for a garbage collection and for a first connection, which a process that has done more delays.
  "test/server/handlers/settlement.forgotten-callback.test.ts",
  "test/client/recovery/failure.outcomes-page.test.ts",
];

const ALL = ["test/**/*.test.ts"];
// Needs compilers of other languages: `npm run conformance`.
const LIVE = ["test/conformance/live"];

const base = defineConfig({
  // Before Vite resolves the original.
  plugins: [{ ...ownWire, enforce: "pre" }],
  resolve: {
    // The package's own names stand for its source, not for what is built.
    alias: packageEntries().map((entry) => ({ find: new RegExp(`^${entry.name}$`), replacement: sourceOf(entry) })),
  },
  test: {
    // Tests wait for sockets, timers and processes, and leave the processors to others meanwhile.
    maxWorkers: availableParallelism() + 1,
    // No test is about time: a busy machine may take its own.
    testTimeout: 120_000,
    hookTimeout: 180_000,
    setupFiles: ["./test/setup.ts"],
    globalSetup: ["./test/support/run-folders.ts"],
    // A test that asserts nothing cannot fail.
    expect: { requireAssertions: true },
    // The script of the explorer page runs in a browser, where `test/e2e/explorer.test.ts` drives it.
    coverage: {
      include: ["src/**"],
      exclude: ["src/reference/explorer/page/**"],
      thresholds: { lines: 95, branches: 95 },
    },
  },
});

/** The configuration for tools that need each test file in a process of its own. */
export const isolated = defineConfig({ ...base, test: { ...base.test, include: ALL, exclude: LIVE } });

export default defineConfig({
  ...base,
  test: {
    ...base.test,
    projects: [
      { extends: true, test: { name: "shared", include: ALL, exclude: [...LIVE, ...ALONE], isolate: false } },
      { extends: true, test: { name: "alone", include: ALONE } },
    ],
  },
});
