import type { Capacity } from "./worker.js";

/** The number of clients. */
export const CLIENTS = 200;

/** The server: 100 requests a second, a queue of 20 requests, and rejections that take a twentieth of a request. */
export const CAPACITY: Capacity = { service: 10, rejection: 0.5, longestQueue: 200 };

/** The requests that the server can serve in a second. */
export const PER_SECOND = 1_000 / CAPACITY.service;

/** The delay that a rejection asks for, in milliseconds. */
export const RETRY_DELAY = 1_000;

/** The time that a call may take with all of its attempts, in milliseconds. */
export const DEADLINE = 5_000;

/** The most attempts of a call, which is the default of this package. The others are set to it. */
export const ATTEMPTS = 3;

/** The delay before the second attempt, in milliseconds: the default of this package and of nice-grpc. */
export const BACKOFF = 1_000;

/** The retry throttling of grpc-js, as in the documentation of gRPC. */
export const THROTTLING = { maxTokens: 10, tokenRatio: 0.1 };

/** The retries of grpc-js, with the numbers of the others. */
export const RETRY_POLICY = {
  maxAttempts: ATTEMPTS,
  initialBackoff: `${BACKOFF / 1_000}s`,
  maxBackoff: "20s",
  backoffMultiplier: 2,
  retryableStatusCodes: ["UNAVAILABLE"],
};
