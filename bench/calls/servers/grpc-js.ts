import { once } from "node:events";
import {
  type handleServerStreamingCall,
  type handleUnaryCall,
  type Metadata,
  Server,
  type ServerWritableStream,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { type ShapeRequest, type ShapeResponse, ShapesService } from "../../../test/gen/shapes/v1/shapes.js";
import type { Sample } from "../../samples.js";
import { listen } from "../../servers.js";
import { type Scenario, sampleFor } from "../scenario.js";
import { announce } from "./child.js";

interface Status {
  readonly code: number;
  readonly details: string;
  readonly metadata?: Metadata;
}

/** Runs a plain grpc-js server that fails with the given status. */
export async function serve(statusOf: (sample: Sample) => Status): Promise<void> {
  const unary: handleUnaryCall<ShapeRequest, ShapeResponse> = ({ request }, callback) => {
    if (request.scenario === ("succeed" satisfies Scenario)) callback(null, { index: 1 });
    else callback(statusOf(sampleFor(request)));
  };
  await serveUnary(unary);
}

/** Runs a plain grpc-js server whose async handler throws an error with the given status. */
export async function serveThrowing(statusOf: (sample: Sample) => Status): Promise<void> {
  const handle = async ({ scenario, before }: ShapeRequest): Promise<ShapeResponse> => {
    if (scenario === ("succeed" satisfies Scenario)) return { index: 1 };
    const status = statusOf(sampleFor({ scenario, before }));
    throw Object.assign(new Error(status.details), status);
  };
  await serveUnary(({ request }, callback) => {
    handle(request).then((response) => callback(null, response), callback);
  });
}

async function serveUnary(unary: handleUnaryCall<ShapeRequest, ShapeResponse>): Promise<void> {
  const serverStream: handleServerStreamingCall<ShapeRequest, ShapeResponse> = (call) => void writeAll(call);
  const server = new Server();
  server.addService(ShapesService, { unary, serverStream } as unknown as UntypedServiceImplementation);
  announce(await listen(server));
}

/** Writes all messages, and waits while the stream is full. */
export async function writeAll(call: ServerWritableStream<ShapeRequest, ShapeResponse>): Promise<void> {
  for (let index = 0; index < call.request.before; index++) {
    if (!call.write({ index })) await once(call, "drain");
  }
  call.end();
}
