import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { packageEntries, sourceOf } from "./package-entries.js";
import { ownWire } from "./rolldown.config.js";

/** Files in these folders that need a process of their own. */
const ALONE = [
  // They count warnings, which a process prints once.
  ...["warnings", "interceptor.options", "own-status.server"],
  // It replaces proto-loader with an older version.
  "messages.old-versions",
  // They wait for a garbage collection and for a first connection, which a process that has done more delays.
  ...["settlement.forgotten-callback", "failure.outcomes-page"],
].join("|");

/**
 * Folders whose test files leave nothing behind, so that they share a process and the modules that it has loaded. After a
 * change here, run them in any order: `npx vitest run --project shared --sequence.shuffle.files`.
 */
const FOLDERS = [
  ...["budget", "catalogs", "check", "client", "conformance", "declaration", "decode", "detail", "error", "fuzz"],
  ...["http", "masking", "message", "platform", "plugin", "reflection", "runtime", "server"],
  ...["status", "wire"],
].join();

const SHARED = ["test/*.test.ts", `test/{${FOLDERS}}/**/!(${ALONE}).test.ts`];
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
    testTimeout: 30_000,
    hookTimeout: 60_000,
    setupFiles: ["./test/setup.ts"],
    globalSetup: ["./test/package/tarball-folder.ts"],
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
      { extends: true, test: { name: "shared", include: SHARED, exclude: LIVE, isolate: false } },
      { extends: true, test: { name: "alone", include: ALL, exclude: [...LIVE, ...SHARED] } },
    ],
  },
});
