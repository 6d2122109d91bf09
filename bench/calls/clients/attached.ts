import { credentials } from "@grpc/grpc-js";
import { promises, richErrorClientOptions } from "grpc-rich-errors";
import { BadRequestError, catalog } from "grpc-rich-errors/catalogs/kurrent";
import { recovery } from "grpc-rich-errors/recovery";
import { ShapesClient } from "../../../test/gen/shapes/v1/shapes.js";
import type { Attachment } from "../attachments.js";
import type { Client, ErrorContent } from "./client.js";
import { fromPromises } from "./promises.js";

/** Connects a client whose calls return promises. */
export function connect(port: number, { telemetry, interceptors, recovers }: Attachment): Client {
  const client = new ShapesClient(`127.0.0.1:${port}`, credentials.createInsecure(), {
    ...richErrorClientOptions({ catalogs: [catalog], ...(telemetry && { telemetry: telemetry.client }) }),
    ...(interceptors && { interceptors: [interceptors.client] }),
  });
  const calls = recovers ? promises(client, { recovery: recovery.declared }) : promises(client);
  return fromPromises(calls, read, () => client.close());
}

function read(error: unknown): ErrorContent {
  if (!(error instanceof BadRequestError)) throw error;
  return { reason: error.reason, violations: error.detail.fieldViolations };
}
