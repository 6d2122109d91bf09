import { ConnectError, createClient } from "@connectrpc/connect";
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import { BadRequestSchema, ErrorInfoSchema } from "../../../gen/google/rpc/error_details_pb.js";
import { Shapes } from "../../gen/shapes/v1/shapes_pb.js";
import type { Client, ErrorContent } from "./client.js";
import { fromPromises } from "./promises.js";

export function connect(port: number): Client {
  const baseUrl = `http://127.0.0.1:${port}`;
  const sessionManager = new Http2SessionManager(baseUrl);
  const client = createClient(Shapes, createGrpcTransport({ baseUrl, sessionManager }));
  return fromPromises(client, read, () => sessionManager.abort());
}

function read(error: unknown): ErrorContent {
  if (!(error instanceof ConnectError)) throw error;
  const [info] = error.findDetails(ErrorInfoSchema);
  const [request] = error.findDetails(BadRequestSchema);
  return { reason: info?.reason, violations: request?.fieldViolations ?? [] };
}
