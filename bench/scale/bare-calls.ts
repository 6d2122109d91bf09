import { type CallOptions, credentials, Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { ShapesClient } from "../../test/gen/shapes/v1/shapes.js";
import type { FailingCalls } from "./failing-calls.js";

/** Calls a plain grpc-js server, without this package. */
export function bareCalls(port: number, channel: CallOptions & object = {}): FailingCalls {
  const client = new ShapesClient(`127.0.0.1:${port}`, credentials.createInsecure(), channel);
  return {
    fail: async (number, deadline) => {
      const error = await failBareCall(client, number, { deadline });
      if (error?.code === status.DEADLINE_EXCEEDED) return "hanging";
      return error?.code === status.ABORTED ? "right" : "wrong";
    },
    close: () => client.close(),
  };
}

function failBareCall(client: ShapesClient, number: number, options: CallOptions): Promise<ServiceError | null> {
  const request = { scenario: "typed", before: number };
  return new Promise((resolve) => {
    switch (number % 4) {
      case 0:
        client.unary(request, new Metadata(), options, resolve);
        break;
      case 1: {
        const call = client.clientStream(new Metadata(), options, resolve);
        call.end(request);
        break;
      }
      case 2:
        client
          .serverStream(request, options)
          .on("error", resolve as (error: Error) => void)
          .on("end", () => resolve(null))
          .resume();
        break;
      default: {
        const call = client.bidi(options);
        call
          .on("error", resolve as (error: Error) => void)
          .on("end", () => resolve(null))
          .resume();
        call.end(request);
      }
    }
  });
}
