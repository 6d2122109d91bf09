export type { LocalFailure } from "./network-failure.js";

/** Errors of browsers have no code that tells why a connection failed. */
export function readNetworkFailure(): undefined {
  return undefined;
}
