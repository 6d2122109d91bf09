import { richErrorClientOptions } from "grpc-rich-errors";
import { BadRequestError, catalog } from "grpc-rich-errors/catalogs/kurrent";
import type { Client } from "./client.js";
import { connect as connectGrpcJs } from "./grpc-js.js";

export function connect(port: number): Client {
  const options = richErrorClientOptions({ catalogs: [catalog] });
  return connectGrpcJs(
    port,
    (error: unknown) => {
      if (!(error instanceof BadRequestError)) throw error;
      return { reason: error.reason, violations: error.detail.fieldViolations };
    },
    options,
  );
}
