import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { packageEntries, sourceOf } from "./package-entries.js";
import { ownWire } from "./rolldown.config.js";

export default defineConfig({
  // Before Vite resolves the original.
  plugins: [{ ...ownWire, enforce: "pre" }],
  resolve: {
    // The package's own names stand for its source, not for what is built.
    alias: packageEntries().map((entry) => ({ find: new RegExp(`^${entry.name}$`), replacement: sourceOf(entry) })),
  },
  test: {
    include: ["test/**/*.test.ts"],
    // Needs compilers of other languages: `npm run conformance`.
    exclude: ["test/conformance/live"],
    // By default Vitest leaves one processor idle, which is half of them on a small machine.
    maxWorkers: Math.max(2, availableParallelism() - 1),
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
