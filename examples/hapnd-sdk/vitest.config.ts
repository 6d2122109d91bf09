import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    setupFiles: ["grpc-rich-errors/coverage/register"],
    reporters: [
      "default",
      ["grpc-rich-errors/coverage/vitest", { protos: ["proto"], contractThreshold: ["handled=100"] }],
    ],
  },
});
