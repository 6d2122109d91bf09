import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { InvalidRequestError, NotFoundError } from "grpc-rich-errors/catalogs/hapnd";
import { type HttpFormat, toHttp } from "grpc-rich-errors/http";
import type { Aggregates } from "./aggregates.js";

/** Sends whatever a handler threw or rejected with: `app.setErrorHandler(sendErrors("problem"))`. */
export function sendErrors(format: HttpFormat) {
  return (thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const given = request.headers["x-request-id"];
    const { status, headers, body, masked, requestId } = toHttp(ofFastify(thrown), {
      format,
      requestId: typeof given === "string" ? given : undefined,
      instance: request.url,
    });
    if (masked) request.log.error({ err: thrown, requestId });
    return reply.code(status).headers(headers).send(body);
  };
}

/** A mistake that Fastify itself finds in a request is meant for the caller. */
function ofFastify(thrown: unknown): unknown {
  const { code, statusCode, message } = Object(thrown) as { readonly [property: string]: unknown };
  const isFastify = typeof code === "string" && code.startsWith("FST_") && Number(statusCode) < 500;
  return isFastify ? new InvalidRequestError({ message: String(message), cause: thrown }) : thrown;
}

/** A Fastify server. */
export function fastifyApp(aggregates: Aggregates, format: HttpFormat = "status"): FastifyInstance {
  const app = fastify();
  app.post<{ Params: { id: string } }>("/aggregates/:id/events", async (request, reply) => {
    return reply.code(201).send(aggregates.append(request.params.id, request.body));
  });
  app.get<{ Params: { id: string } }>("/aggregates/:id", async (request) => aggregates.read(request.params.id));
  app.setNotFoundHandler(() => {
    throw new NotFoundError();
  });
  app.setErrorHandler(sendErrors(format));
  return app;
}
