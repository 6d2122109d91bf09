/**
 * The types of errors over HTTP. Checked by `tsc -p .`, never run.
 */
import type { IncomingHttpHeaders } from "node:http";
import type { Response as ExpressResponse } from "express";
import type { FastifyReply } from "fastify";
import type { CodeName, RichError } from "grpc-rich-errors";
import { catalog } from "grpc-rich-errors/catalogs/hapnd";
import type { JsonDetail } from "grpc-rich-errors/details";
import {
  type CompactBody,
  fromHttp,
  type HttpFormat,
  type HttpResponse,
  type ProblemBody,
  type StatusBody,
  toHttp,
} from "grpc-rich-errors/http";
import { expectTypeOf } from "vitest";

/** The format determines the type of the body. */
export function bodies(thrown: unknown, format: HttpFormat): void {
  expectTypeOf(toHttp(thrown).body).toEqualTypeOf<StatusBody>();
  expectTypeOf(toHttp(thrown, {}).body).toEqualTypeOf<StatusBody>();
  expectTypeOf(toHttp(thrown, { format: "status" }).body).toEqualTypeOf<StatusBody>();
  expectTypeOf(toHttp(thrown, { format: "problem" }).body).toEqualTypeOf<ProblemBody>();
  expectTypeOf(toHttp(thrown, { format: "compact" }).body).toEqualTypeOf<CompactBody>();
  expectTypeOf(toHttp(thrown, { format }).body).toEqualTypeOf<StatusBody | ProblemBody | CompactBody>();
  expectTypeOf(toHttp(thrown, { format })).toEqualTypeOf<HttpResponse<StatusBody | ProblemBody | CompactBody>>();
  expectTypeOf(toHttp(thrown).body.error.status).toEqualTypeOf<CodeName>();
  expectTypeOf(toHttp(thrown).sent).toEqualTypeOf<RichError>();
  // @ts-expect-error The format does not exist.
  toHttp(thrown, { format: "xml" });
  // @ts-expect-error The option does not exist.
  toHttp(thrown, { formats: "problem" });
  // @ts-expect-error A body is read-only.
  toHttp(thrown, { format: "problem" }).body.title = "";
}

/** HTTP servers accept a response without a cast. */
export function servers(thrown: unknown, express: ExpressResponse, reply: FastifyReply): Response {
  const { status, headers, body } = toHttp(thrown, { format: "compact", requestId: undefined, instance: undefined });
  express.status(status).set(headers).json(body);
  reply.code(status).headers(headers).send(body);
  return Response.json(body, { status, headers });
}

/** Headers and bodies are accepted in the forms that clients have. */
export async function clients(response: Response, headers: IncomingHttpHeaders): Promise<void> {
  const error = fromHttp(response.status, response.headers, await response.text(), { catalogs: [catalog] });
  expectTypeOf(error).toEqualTypeOf<RichError>();
  expectTypeOf(error.jsonDetails).toEqualTypeOf<readonly JsonDetail[]>();
  expectTypeOf(error.jsonDetails[0]?.["@type"]).toEqualTypeOf<string | undefined>();
  fromHttp(404, headers, await response.json());
  fromHttp(404, { "retry-after": 3, "content-type": ["a"] }, new Uint8Array());
  // @ts-expect-error The status is a number.
  fromHttp("404", headers, "");
  // @ts-expect-error Headers are not a string.
  fromHttp(404, "Retry-After: 3", "");
  // @ts-expect-error A catalog is not a list of catalogs.
  fromHttp(404, headers, "", { catalogs: catalog });
}
