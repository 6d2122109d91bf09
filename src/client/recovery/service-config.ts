import type { Client } from "@grpc/grpc-js";
import { attempt, isObject } from "../../platform/values.js";

/**
 * Refuses a method for which grpc-js itself retries. Both kinds of retries would multiply.
 *
 * Reads only the option `grpc.service_config` of the client. A service config from DNS arrives with the first call.
 *
 * @throws TypeError with the method
 */
export function refuseGrpcRetries(client: Client, path: string): void {
  // grpc-js keeps the options of a channel private, so any field may be missing.
  const options = attempt(() => read(read(client.getChannel(), "internalChannel"), "options"));
  if (read(options, "grpc.enable_retries") === 0) return;
  const text = read(options, "grpc.service_config");
  if (typeof text !== "string") return;
  const methods = attempt(() => read(JSON.parse(text), "methodConfig"));
  if (!Array.isArray(methods)) return;
  const [, service = "", name = ""] = path.split("/");
  const [config] = methods
    .map((entry: unknown) => ({ entry, rank: rankOf(entry, service, name) }))
    .sort((a, b) => b.rank - a.rank);
  const retries = config && config.rank > 0 ? RETRIES.find((key) => read(config.entry, key) !== undefined) : undefined;
  if (retries === undefined) return;
  throw new TypeError(
    `promises: the service config of the client has a ${retries} for ${path}, which recovery would multiply; remove it, or write recovery.none for this method`,
  );
}

const RETRIES = ["retryPolicy", "hedgingPolicy"] as const;

/** Returns how well an entry fits a method: 3 by its name, 2 by its service, 1 for all methods, 0 not at all. */
function rankOf(entry: unknown, service: string, method: string): number {
  const names = read(entry, "name");
  if (!Array.isArray(names)) return 0;
  return Math.max(
    0,
    ...names.map((name: unknown) => rankOfName(read(name, "service"), read(name, "method"), service, method)),
  );
}

function rankOfName(ofService: unknown, ofMethod: unknown, service: string, method: string): number {
  if (!ofService) return 1;
  if (ofService !== service) return 0;
  if (!ofMethod) return 2;
  return ofMethod === method ? 3 : 0;
}

function read(value: unknown, key: string): unknown {
  return isObject(value) ? Reflect.get(value, key) : undefined;
}
