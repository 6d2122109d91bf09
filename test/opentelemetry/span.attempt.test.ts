import { SpanStatusCode, trace } from "@opentelemetry/api";
import { promises, richErrorClientOptions } from "grpc-rich-errors";
import { clientTelemetry, recordAttempt } from "grpc-rich-errors/opentelemetry";
import { recovery } from "grpc-rich-errors/recovery";
import { describe, expect, it } from "vitest";
import { CornersBusyError, catalog } from "../support/errors.js";
import { startSdk } from "../support/opentelemetry.js";
import { type Handlers, request, startShapes } from "../support/shapes.js";

/** Handlers that fail twice before they succeed. */
function busyTwice(): Partial<Handlers> {
  let calls = 0;
  const fail = () => {
    if (++calls <= 2) throw new CornersBusyError({ retryDelay: 5 });
  };
  return {
    unary: async () => {
      fail();
      return { index: 0 };
    },
    async *serverStream() {
      fail();
      yield { index: 0 };
    },
  };
}

describe("recordAttempt", () => {
  it.each(["unary", "serverStream"] as const)(
    "adds each failed attempt of a %s call to its caller's span",
    async (shape) => {
      const { spans, points } = startSdk();
      const options = richErrorClientOptions({ catalogs: [catalog], telemetry: clientTelemetry() });
      const { client } = await startShapes(busyTwice(), { client: options });
      const calls = promises(client, {
        recovery: recovery.readOnly.with({ onAttempt: recordAttempt, backOffDelay: 1 }),
      });
      await trace.getTracer("test").startActiveSpan("caller", async (span) => {
        if (shape === "unary") await calls.unary(request());
        else for await (const _ of calls.serverStream(request()));
        span.end();
      });
      const [span] = spans();
      expect(span?.status.code).toBe(SpanStatusCode.UNSET);
      const attempts = span?.events.filter(({ name }) => name === "rich_error.attempt_failed") ?? [];
      expect(attempts.map(({ attributes }) => attributes)).toEqual(
        [1, 2].map((number) => ({
          "rpc.status_code": "UNAVAILABLE",
          "rich_error.reason": "CORNERS_BUSY",
          "rich_error.domain": "shapes.example.com",
          "rich_error.fault": "DEPENDENCY",
          "rich_error.origin": "SERVER",
          "rich_error.recovery": "BACK_OFF_AND_RETRY",
          "rich_error.retry_delay": 0.005,
          "rich_error.attempt": number,
          "rich_error.action": "wait",
          "rich_error.delay": expect.any(Number),
        })),
      );
      const durations = await points("rpc.client.call.duration");
      expect(durations.map(({ attributes, count }) => [attributes["rpc.status_code"], count])).toEqual([
        ["UNAVAILABLE", 2],
        ["OK", 1],
      ]);
    },
  );
});
