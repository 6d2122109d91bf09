import { catalog } from "grpc-rich-errors/catalogs/eventlog";
import { recover, recovery } from "grpc-rich-errors/recovery";
import { type RetryOptions, retryMiddleware } from "nice-grpc-client-middleware-retry";
import { ClientError, type ClientMiddlewareCall, Status } from "nice-grpc-common";
import { ShapesService } from "../../../test/gen/shapes/v1/shapes.js";
import { busy } from "../busy.js";
import type { Client } from "../load.js";
import { ATTEMPTS, BACKOFF, DEADLINE } from "../numbers.js";
import type { Service } from "../service.js";

async function send(service: Service): Promise<void> {
  if (!(await service.serve())) throw Object.assign(new Error("busy"), busy());
}

export function withoutRetries(service: Service): Client {
  return { call: () => send(service), close: () => {} };
}

export function ours(service: Service, address: string): Client {
  const options = { recovery: recovery.declared, catalogs: [catalog], address };
  const call = () => recover({ ...options, deadline: Date.now() + DEADLINE }, () => send(service));
  return { call, close: () => {} };
}

const { path } = ShapesService.unary;

/** The retry middleware of nice-grpc, above a call that leads to the service. */
export function niceGrpc(service: Service): Client {
  const request: ClientMiddlewareCall<undefined, undefined> = {
    method: { path, requestStream: false, responseStream: false, options: {} },
    requestStream: false,
    responseStream: false,
    request: undefined,
    // biome-ignore lint/correctness/useYield: A unary call yields nothing.
    next: async function* () {
      if (!(await service.serve())) throw new ClientError(path, Status.UNAVAILABLE, "busy");
      return undefined;
    },
  };
  const call = async () => {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), DEADLINE);
    const options: RetryOptions = { retry: true, retryMaxAttempts: ATTEMPTS - 1, retryBaseDelayMs: BACKOFF };
    try {
      await retryMiddleware(request, { ...options, signal: abort.signal }).next();
    } finally {
      clearTimeout(timer);
    }
  };
  return { call, close: () => {} };
}
