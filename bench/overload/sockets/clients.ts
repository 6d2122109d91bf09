import { type ClientOptions, credentials } from "@grpc/grpc-js";
import { promises, richErrorClientOptions } from "grpc-rich-errors";
import { catalog } from "grpc-rich-errors/catalogs/eventlog";
import { recovery } from "grpc-rich-errors/recovery";
import { createChannel, createClientFactory } from "nice-grpc";
import { retryMiddleware } from "nice-grpc-client-middleware-retry";
import { ShapesClient, ShapesService } from "../../../test/gen/shapes/v1/shapes.js";
import type { Client } from "../load.js";
import { ATTEMPTS, BACKOFF, DEADLINE, RETRY_POLICY, THROTTLING } from "../numbers.js";

const REQUEST = { scenario: "", before: 0 };

export function withoutRetries(address: string): Client {
  return clientOf(address, {});
}

export function ours(address: string): Client {
  return clientOf(address, {}, recovery.declared);
}

export function grpcJs(address: string): Client {
  return clientOf(address, serviceConfig({}));
}

export function grpcJsWithThrottling(address: string): Client {
  return clientOf(address, serviceConfig({ retryThrottling: THROTTLING }));
}

function serviceConfig(rest: object): ClientOptions {
  const methodConfig = [{ name: [{}], retryPolicy: RETRY_POLICY }];
  return { "grpc.service_config": JSON.stringify({ methodConfig, ...rest }) };
}

function clientOf(address: string, options: ClientOptions, kind = recovery.none): Client {
  const all = { ...options, ...richErrorClientOptions({ catalogs: [catalog] }) };
  const client = new ShapesClient(address, credentials.createInsecure(), all);
  const calls = promises(client, { recovery: kind });
  return {
    call: () => calls.unary(REQUEST, { deadline: Date.now() + DEADLINE }),
    close: () => client.close(),
  };
}

export function niceGrpc(address: string): Client {
  const channel = createChannel(address);
  const client = createClientFactory().use(retryMiddleware).create(ShapesService, channel);
  const options = { retry: true, retryMaxAttempts: ATTEMPTS - 1, retryBaseDelayMs: BACKOFF };
  return {
    call: () => client.unary(REQUEST, { ...options, signal: AbortSignal.timeout(DEADLINE) }),
    close: () => channel.close(),
  };
}
