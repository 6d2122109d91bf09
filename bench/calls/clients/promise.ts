import { credentials } from "@grpc/grpc-js";
import { type PromiseClient, promises, richErrorClientOptions } from "grpc-rich-errors";
import { BadRequestError, catalog } from "grpc-rich-errors/catalogs/kurrent";
import { recovery } from "grpc-rich-errors/recovery";
import { ShapesClient } from "../../../test/gen/shapes/v1/shapes.js";
import type { Client, ErrorContent } from "./client.js";
import { fromPromises } from "./promises.js";

/** Connects a client whose calls return promises. */
export function connect(port: number): Client {
  return connectWith(port, (client) => promises(client));
}

/** Connects a client whose calls recover. */
export function connectRecovering(port: number): Client {
  return connectWith(port, (client) => promises(client, { recovery: recovery.declared }));
}

function connectWith(port: number, view: (client: ShapesClient) => PromiseClient<ShapesClient>): Client {
  const options = richErrorClientOptions({ catalogs: [catalog] });
  const client = new ShapesClient(`127.0.0.1:${port}`, credentials.createInsecure(), options);
  return fromPromises(view(client), read, () => client.close());
}

function read(error: unknown): ErrorContent {
  if (!(error instanceof BadRequestError)) throw error;
  return { reason: error.reason, violations: error.detail.fieldViolations };
}
