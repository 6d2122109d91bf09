import { createChannel, createClientFactory } from "nice-grpc";
import { BadRequest, ErrorInfo, errorDetailsClientMiddleware, RichClientError } from "nice-grpc-error-details";
import { ShapesService } from "../../../test/gen/shapes/v1/shapes.js";
import type { Client, Learnt } from "./client.js";

export function connect(port: number): Client {
  const channel = createChannel(`127.0.0.1:${port}`);
  const client = createClientFactory().use(errorDetailsClientMiddleware).create(ShapesService, channel);
  return {
    succeed: async () => void (await client.unary({ scenario: "succeed", before: 0 })),
    fail: (scenario, call) =>
      client.unary({ scenario, before: call }).then(() => {
        throw new Error("the call succeeded");
      }, read),
    receive: async (scenario, messages) => {
      let count = 0;
      for await (const _ of client.serverStream({ scenario, before: messages })) count++;
      return count;
    },
    close: () => channel.close(),
  };
}

function read(error: unknown): Learnt {
  if (!(error instanceof RichClientError)) throw error;
  let reason: string | undefined;
  let violations: Learnt["violations"] = [];
  for (const detail of error.extra) {
    if (detail.$type === ErrorInfo.$type) reason = detail.reason;
    else if (detail.$type === BadRequest.$type) violations = detail.fieldViolations;
  }
  return { reason, violations };
}
