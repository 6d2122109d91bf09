import { credentials } from "@grpc/grpc-js";
import { promises, richErrorClientOptions } from "grpc-rich-errors";
import { BadRequestError, catalog } from "grpc-rich-errors/catalogs/kurrent";
import { recovery } from "grpc-rich-errors/recovery";
import { ShapesClient } from "../../../test/gen/shapes/v1/shapes.js";
import type { Client, ErrorContent } from "./client.js";
import { fromPromises } from "./promises.js";

/** Connects a client. Returns it twice: its calls return promises, and the second one's calls recover. */
export function connectBoth(port: number): readonly [Client, Client] {
  const options = richErrorClientOptions({ catalogs: [catalog] });
  const client = new ShapesClient(`127.0.0.1:${port}`, credentials.createInsecure(), options);
  const close = () => client.close();
  const recovering = promises(client, { recovery: recovery.declared });
  return [fromPromises(promises(client), read, close), fromPromises(recovering, read, close)];
}

function read(error: unknown): ErrorContent {
  if (!(error instanceof BadRequestError)) throw error;
  return { reason: error.reason, violations: error.detail.fieldViolations };
}
