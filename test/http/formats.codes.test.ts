import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import express, { type ErrorRequestHandler } from "express";
import fastify from "fastify";
import { Catalog, Code, codeName, fromStatus, RichError, StandardDetails, toStatus } from "grpc-rich-errors";
import { fromHttp, type HttpFormat, type HttpResponse, toHttp } from "grpc-rich-errors/http";
import { describe, expect, it, onTestFinished } from "vitest";
import { isCode } from "../../src/code.js";
import type { TooManySidesErrorDetails } from "../gen/shapes/v1/shapes.js";
import { declare } from "../support/declared.js";
import { SIDES, TooManySidesError } from "../support/errors.js";
import { FORMATS } from "../support/over-http.js";

const CODES = Object.values(Code).filter(isCode);
/** HTTP statuses that a declaration may choose, besides the default of the code. */
const HTTP_STATUSES = [400, 404, 409, 418, 422, 500, 503];

/** Two declared errors for each code, with a detail and without one. */
const declared = CODES.map((code) => {
  const httpStatus = HTTP_STATUSES[code % HTTP_STATUSES.length] ?? 400;
  const Bare = declare({ code, httpStatus, name: `BARE_${code}`, reason: `BARE_${code}`, number: code });
  const { detail, descriptors } = TooManySidesError.definition;
  const Whole = declare<TooManySidesErrorDetails>({
    ...{ code, httpStatus, ...(detail && { detail }), ...(descriptors && { descriptors }) },
    ...{ name: `WHOLE_${code}`, reason: `WHOLE_${code}`, number: 100 + code },
  });
  return { code, Bare, Whole };
});
const catalog = new Catalog(declared.flatMap(({ Bare, Whole }) => [Bare, Whole]));

const details = () => new StandardDetails().addFieldViolation("a", "b").setRetryDelay(1500);

/** The failures of a handler, for each code. */
const FAILURES: readonly [string, (code: Code) => unknown][] = [
  ["plain", (code) => new RichError(code, "no")],
  ["plain, without a message", (code) => new RichError(code, "")],
  ["plain, with details", (code) => new RichError(code, "no", { errorDetails: details() })],
  [
    "with a reason",
    (code) => new RichError(code, "no", { reason: "NEW", domain: "elsewhere", errorDetails: details() }),
  ],
  ["declared", (code) => new (classes(code).Bare)(undefined, { errorDetails: details() })],
  ["declared with a detail", (code) => new (classes(code).Whole)(SIDES)],
  ["declared with another code", (code) => Object.assign(new (classes(1).Bare)(undefined), { code })],
  ["declared by another server", (code) => received(new (classes(code).Whole)(SIDES))],
  ["a status of grpc-js", (code) => ({ code, details: "no" })],
  ["masked", () => new Error("hunter2")],
];

function classes(code: Code) {
  const found = declared.find((entry) => entry.code === code);
  if (!found) throw new Error(`no class has the code ${code}`);
  return found;
}

function received(error: RichError): RichError {
  return fromStatus(toStatus(error), { catalogs: [catalog] });
}

const FAILED = FAILURES.flatMap(([name, make]) => CODES.map((code) => ({ name, code, make })));

function respond(format: string, index: string): HttpResponse {
  const { make, code } = FAILED[Number(index)] ?? { make: () => undefined, code: Code.UNKNOWN };
  return toHttp(make(code), { format: format as HttpFormat, catalogs: [catalog] });
}

async function startNode(): Promise<string> {
  const server = createServer((request, response) => {
    const [, format = "", index = ""] = request.url?.split("/") ?? [];
    const { status, headers, body } = respond(format, index);
    response.writeHead(status, headers).end(JSON.stringify(body));
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function startExpress(): Promise<string> {
  const app = express();
  app.get("/:format/:index", (request) => {
    throw respond(request.params.format, request.params.index);
  });
  const sendErrors: ErrorRequestHandler = ({ status, headers, body }: HttpResponse, _request, response, _next) => {
    response.status(status).set(headers).json(body);
  };
  app.use(sendErrors);
  const server = app.listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function startFastify(): Promise<string> {
  const app = fastify();
  onTestFinished(() => app.close());
  app.get<{ Params: { format: string; index: string } }>("/:format/:index", (request, reply) => {
    const { status, headers, body } = respond(request.params.format, request.params.index);
    return reply.code(status).headers(headers).send(body);
  });
  return app.listen({ host: "127.0.0.1", port: 0 });
}

describe.each([
  ["node:http", startNode],
  ["Express", startExpress],
  ["Fastify", startFastify],
] as const)("the code of an error from a server on %s", (_, start) => {
  it.each(FORMATS)("arrives in the format %s, even if the reader does not know the error", async (format) => {
    const url = await start();
    for (const [index, { name, code, make }] of FAILED.entries()) {
      const response = await fetch(`${url}/${format}/${index}`);
      const body = await response.text();
      const expected = name === "masked" ? Code.INTERNAL : code;
      for (const catalogs of [[], [catalog]]) {
        const error = fromHttp(response.status, response.headers, body, { catalogs });
        expect([name, catalogs.length, codeName(error.code)]).toEqual([name, catalogs.length, codeName(expected)]);
        // A page of another origin sees no header but Content-Type.
        const shown = { "content-type": response.headers.get("content-type") };
        expect(fromHttp(response.status, shown, body, { catalogs }).code).toBe(expected);
      }
      expect(toHttp(make(code), { format, catalogs: [catalog] }).sent.code).toBe(expected);
    }
  });
});
