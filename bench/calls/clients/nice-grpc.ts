import { createChannel, createClientFactory } from "nice-grpc";
import { BadRequest, ErrorInfo, errorDetailsClientMiddleware, RichClientError } from "nice-grpc-error-details";
import { ShapesService } from "../../../test/gen/shapes/v1/shapes.js";
import type { Client, ErrorContent } from "./client.js";
import { fromPromises } from "./promises.js";

export function connect(port: number): Client {
  const channel = createChannel(`127.0.0.1:${port}`);
  const client = createClientFactory().use(errorDetailsClientMiddleware).create(ShapesService, channel);
  return fromPromises(client, read, () => channel.close());
}

function read(error: unknown): ErrorContent {
  if (!(error instanceof RichClientError)) throw error;
  let reason: string | undefined;
  let violations: ErrorContent["violations"] = [];
  for (const detail of error.extra) {
    if (detail.$type === ErrorInfo.$type) reason = detail.reason;
    else if (detail.$type === BadRequest.$type) violations = detail.fieldViolations;
  }
  return { reason, violations };
}
