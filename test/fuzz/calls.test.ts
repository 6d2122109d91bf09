import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Calls, everyCallEndsRight } from "./calls/property.js";
import { runs, TIMEOUT } from "./runs.js";

let calls: Calls;
beforeAll(async () => {
  calls = await Calls.open();
});
afterAll(() => calls.close());

test(
  "whatever a handler and a client do, the call ends once, with the first failure, and harms nothing else",
  async () => {
    await expect(fc.assert(everyCallEndsRight(calls, 10), runs(0.05))).resolves.toBeUndefined();
  },
  TIMEOUT,
);
