import "grpc-rich-errors/vitest";
import { expect } from "vitest";
import { RichError } from "../src/rich-error.js";
import { toBeRichError } from "../src/testing/matchers.js";

// The tests of this package assert instances. Only those of the matchers accept an error that is still packed.
expect.extend({
  toBeRichError(received: unknown, ...expected: [never?, unknown?]) {
    const result = toBeRichError.call(this, received, ...expected);
    if (received instanceof RichError || result instanceof Promise || !result.pass) return result;
    return {
      pass: false,
      message: () => `expected an instance of RichError, but the error is still packed: ${received}`,
    };
  },
});
