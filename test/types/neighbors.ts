/** The entries for other libraries fit the types of these libraries, and refuse what they cannot use. Checked by `tsc -p .`, never run. */
import { createGrpcTransport } from "@connectrpc/connect-node";
import express from "express";
import fastify from "fastify";
import { RichError } from "grpc-rich-errors";
import {
  fromConnectError,
  richErrorConnectInterceptor,
  richErrorTransport,
  toConnectError,
} from "grpc-rich-errors/connect";
import { richErrorHandler } from "grpc-rich-errors/express";
import { richErrorHandler as richErrorHandlerOfFastify } from "grpc-rich-errors/fastify";
import { fromRpcError } from "grpc-rich-errors/grpc-web";
import { richErrorClientMiddleware, richErrorServerMiddleware } from "grpc-rich-errors/nice-grpc";
import type { RpcError, Status } from "grpc-web";
import { createClientFactory, createServer } from "nice-grpc";
import { CornersBusyError, catalog, TooManySidesError } from "../support/errors.js";

class LockError extends Error {
  readonly holder = "h";
}

export const servers = [
  createServer().use(
    richErrorServerMiddleware({ catalogs: [catalog], map: [[LockError, ({ holder }) => new RichError(14, holder)]] }),
  ),
  // @ts-expect-error: not an option of this library
  createServer().use(richErrorServerMiddleware({ containUncaught: true })),
  // @ts-expect-error: the entry must return a RichError
  richErrorServerMiddleware({ map: [[LockError, ({ holder }) => holder]] }),
  // @ts-expect-error: the entry reads a field that the class does not have
  richErrorConnectInterceptor({ map: [[LockError, ({ owner }) => new CornersBusyError({ cause: owner })]] }),
  // @ts-expect-error: not an option of this library
  richErrorConnectInterceptor({ passStatusMetadata: true }),
];

export const clients = [
  createClientFactory().use(richErrorClientMiddleware({ catalogs: [catalog] })),
  // @ts-expect-error: a catalog, not a list of classes
  richErrorClientMiddleware({ catalogs: [TooManySidesError] }),
  richErrorTransport(createGrpcTransport({ baseUrl: "http://x" }), { catalogs: [catalog] }),
  // @ts-expect-error: a transport, not its options
  richErrorTransport({ baseUrl: "http://x" }),
];

export const handlers = [
  express().use(richErrorHandler({ format: "problem", map: [[LockError, ({ holder }) => new RichError(14, holder)]] })),
  // @ts-expect-error: no such format
  richErrorHandler({ format: "xml" }),
  fastify().setErrorHandler(richErrorHandlerOfFastify({ catalogs: [catalog] })),
  // @ts-expect-error: the id comes from the request
  richErrorHandlerOfFastify({ requestId: "r-7" }),
];

declare const rpcError: RpcError;
declare const status: Status;
export const errors: readonly RichError[] = [fromRpcError(rpcError), fromRpcError(status), fromConnectError(undefined)];

// @ts-expect-error: a ConnectError is made of a RichError
toConnectError(new Error("x"));
