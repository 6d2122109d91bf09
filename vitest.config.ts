import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  resolve: {
    alias: {
      "grpc-rich-errors/codegenv1": at("./src/codegenv1.ts"),
      "grpc-rich-errors/http": at("./src/http/index.ts"),
      "grpc-rich-errors/proto-loader": at("./src/runtime/proto-loader/load.ts"),
      "grpc-rich-errors/protobuf-es": at("./src/runtime/protobuf-es.ts"),
      "grpc-rich-errors/mappings": at("./src/masking/mappings/index.ts"),
      "grpc-rich-errors/testing": at("./src/testing/index.ts"),
      "grpc-rich-errors/vitest": at("./src/testing/vitest.ts"),
      "grpc-rich-errors/catalogs/aerospike": at("./gen/aerospike/v1/errors.rich.ts"),
      "grpc-rich-errors/catalogs/eventlog": at("./gen/eventlog/v1/errors.rich.ts"),
      "grpc-rich-errors/catalogs/hapnd": at("./gen/hapnd/v1/errors.rich.ts"),
      "grpc-rich-errors/catalogs/kurrentdb": at("./gen/kurrentdb/protocol/v2/streams/errors.rich.ts"),
      "grpc-rich-errors/catalogs/kurrent": at("./gen/kurrent/rpc/errors.rich.ts"),
      "grpc-rich-errors": at("./src/index.ts"),
    },
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
    // A test that asserts nothing cannot fail.
    expect: { requireAssertions: true },
    coverage: { include: ["src/**"], thresholds: { lines: 95, branches: 95 } },
  },
});
