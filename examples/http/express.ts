import express, { type ErrorRequestHandler, type Express } from "express";
import { InvalidRequestError, NotFoundError } from "grpc-rich-errors/catalogs/hapnd";
import { type HttpFormat, toHttp } from "grpc-rich-errors/http";
import type { Aggregates } from "./aggregates.js";

/** Sends whatever a handler threw or rejected with. Register it after all handlers. */
export function sendErrors(format: HttpFormat): ErrorRequestHandler {
  return (thrown, request, response, next) => {
    // The response has begun, so Express can only close the connection.
    if (response.headersSent) return next(thrown);
    const { status, headers, body, masked, requestId } = toHttp(ofExpress(thrown), {
      format,
      requestId: request.get("x-request-id"),
      instance: request.originalUrl,
    });
    if (masked) console.error(`request ${requestId}:`, thrown);
    response.status(status).set(headers).json(body);
  };
}

/** An error of Express's own parsers is meant for the caller if `expose` is true. */
function ofExpress(thrown: unknown): unknown {
  const { expose, message } = Object(thrown) as { readonly expose?: unknown; readonly message?: unknown };
  return expose === true && typeof message === "string" ? new InvalidRequestError({ message, cause: thrown }) : thrown;
}

/** An Express server. */
export function expressApp(aggregates: Aggregates, format: HttpFormat = "status"): Express {
  const app = express();
  app.use(express.json());
  app.post("/aggregates/:id/events", (request, response) => {
    response.status(201).json(aggregates.append(request.params.id, request.body));
  });
  app.get("/aggregates/:id", (request, response) => {
    response.json(aggregates.read(request.params.id));
  });
  app.use(() => {
    throw new NotFoundError();
  });
  app.use(sendErrors(format));
  return app;
}
