import "grpc-rich-errors/vitest";
import { Metadata } from "@grpc/grpc-js";
import {
  BadRequestException,
  type CallHandler,
  type CanActivate,
  HttpException,
  type INestMicroservice,
  type NestInterceptor,
  NotFoundException,
  type PipeTransform,
  type ValidationError,
  ValidationPipe,
} from "@nestjs/common";
import { ExecutionContextHost } from "@nestjs/core/helpers/execution-context-host.js";
import { type GrpcOptions, RpcException } from "@nestjs/microservices";
import { IsNotEmpty, Max } from "class-validator";
import { Code, type RichError } from "grpc-rich-errors";
import { classValidatorViolations } from "grpc-rich-errors/mappings";
import { RichErrorFilter, richErrorFilter } from "grpc-rich-errors/nestjs";
import { catchError, concatMap, type Observable, throwError } from "rxjs";
import { describe, expect, it, vi } from "vitest";
import { SIDES, TooManySidesError, tooManySides } from "../support/errors.js";
import { callNest, startNest } from "../support/nest.js";
import { SHAPES } from "../support/shapes.js";
import { expectNothingUncaught } from "../support/watch.js";

expectNothingUncaught();

/** A guard, a pipe and interceptors that fail with an error. */
const ENHANCERS: readonly (readonly [string, (error: unknown) => (app: INestMicroservice) => void])[] = [
  ["a guard", (error) => (app) => void app.useGlobalGuards(guard(() => raise(error)))],
  ["an async guard", (error) => (app) => void app.useGlobalGuards(guard(async () => raise(error)))],
  ["a pipe", (error) => (app) => void app.useGlobalPipes(pipe(() => raise(error)))],
  [
    "an interceptor before the handler",
    (error) => (app) => void app.useGlobalInterceptors(interceptor(() => raise(error))),
  ],
  [
    "an interceptor after the handler",
    (error) => (app) =>
      void app.useGlobalInterceptors(
        interceptor((handler) => handler.handle().pipe(concatMap(() => throwError(() => error)))),
      ),
  ],
];

function raise(error: unknown): never {
  throw error;
}

function guard(canActivate: CanActivate["canActivate"]): CanActivate {
  return { canActivate };
}

function pipe(transform: PipeTransform["transform"]): PipeTransform {
  return { transform };
}

function interceptor(intercept: (handler: CallHandler) => Observable<unknown>): NestInterceptor {
  return { intercept: (_, handler) => intercept(handler) };
}

describe.each(ENHANCERS)("%s of a microservice", (_, failingWith) => {
  it.each(SHAPES)("sends a declared error from a %s call", async (shape) => {
    const { client } = await startNest(() => ({ index: 0 }), { use: failingWith(tooManySides()) });
    const { messages, error } = await callNest(client, shape);
    expect(messages).toEqual([]);
    expect(error).toBeRichError(TooManySidesError, SIDES);
  });
});

describe("an interceptor of a microservice", () => {
  it("sees the error of the handler, and may replace it", async () => {
    const seen: unknown[] = [];
    const { client } = await startNest(() => raise(new RangeError("odd")), {
      use: (app) =>
        app.useGlobalInterceptors(
          interceptor((handler) =>
            handler.handle().pipe(
              catchError((error: unknown) => {
                seen.push(error);
                return throwError(() => tooManySides({ cause: error }));
              }),
            ),
          ),
        ),
    });
    expect((await callNest(client, "unary")).error).toBeRichError(TooManySidesError);
    expect(seen).toEqual([new RangeError("odd")]);
  });
});

/** Calls a microservice whose handler throws a value. */
async function failureOf(thrown: unknown, setting: Parameters<typeof startNest>[1] = {}) {
  const { client, failed } = await startNest(() => raise(thrown), setting);
  const { error } = await callNest(client, "unary");
  return { error, failed };
}

describe("a RpcException", () => {
  it.each([
    ["a text", "out of paper", { code: Code.UNKNOWN, message: "out of paper" }],
    [
      "a code and a message",
      { code: Code.NOT_FOUND, message: "no paper" },
      { code: Code.NOT_FOUND, message: "no paper" },
    ],
    ["a code and details", { code: Code.ABORTED, details: "torn" }, { code: Code.ABORTED, message: "torn" }],
    ["a code alone", { code: Code.ABORTED }, { code: Code.ABORTED, message: "Rpc Exception" }],
    ["no code of gRPC", { status: "error", message: "odd" }, { code: Code.UNKNOWN, message: "odd" }],
  ])("with %s is sent as such", async (_, content, sent) => {
    const { error, failed } = await failureOf(new RpcException(content));
    expect(error).toMatchObject(sent);
    expect(failed).toMatchObject([{ masked: false }]);
  });

  it.each(SHAPES)("with a declared error is that error, in a %s call", async (shape) => {
    const { client } = await startNest(() => raise(new RpcException(tooManySides())));
    expect((await callNest(client, shape)).error).toBeRichError(TooManySidesError, SIDES);
  });

  it("with any other error is masked", async () => {
    const { error, failed } = await failureOf(new RpcException(new Error("password hunter2")));
    expect(error).toMatchObject({ code: Code.INTERNAL, message: "internal error" });
    expect(failed).toMatchObject([{ masked: true, error: new Error("password hunter2") }]);
  });

  it("keeps its metadata where that of plain statuses passes", async () => {
    const metadata = new Metadata();
    metadata.set("x-shelf", "7");
    const exception = new RpcException({ code: Code.NOT_FOUND, message: "no paper", metadata });
    const { error } = await failureOf(exception, { options: { passStatusMetadata: true } });
    expect(error).toMatchObject({ code: Code.NOT_FOUND, message: "no paper" });
    expect((error as RichError).metadata?.get("x-shelf")).toEqual(["7"]);
    expect(((await failureOf(exception)).error as RichError).metadata?.get("x-shelf")).toEqual([]);
  });

  it("is masked where plain statuses are", async () => {
    const { failed } = await failureOf(new RpcException("text"), { options: { maskPlainStatuses: true } });
    expect(failed).toMatchObject([{ masked: true }]);
  });

  it("may come from Nest 12, which has GrpcException", async () => {
    const exception = Object.assign(new Error("late"), { getError: () => ({ code: Code.ABORTED, message: "late" }) });
    expect((await failureOf(exception)).error).toMatchObject({ code: Code.ABORTED, message: "late" });
  });
});

describe("an HttpException", () => {
  it.each([
    [new NotFoundException("no such order"), Code.NOT_FOUND, "no such order"],
    [new NotFoundException(), Code.NOT_FOUND, "Not Found"],
    [new HttpException("slow down", 429), Code.RESOURCE_EXHAUSTED, "slow down"],
    [new HttpException({ error: "teapot" }, 418), Code.INVALID_ARGUMENT, "Http Exception"],
  ])("%s is sent with the code of its status", async (exception, code, message) => {
    const { error, failed } = await failureOf(exception);
    expect(error).toMatchObject({ code, message });
    expect(failed).toMatchObject([{ masked: false, error: exception }]);
  });

  it("keeps a list of messages as violations", async () => {
    const { error } = await failureOf(new BadRequestException(["a is empty", "b is large"]));
    expect(error).toMatchObject({ code: Code.INVALID_ARGUMENT, message: "a is empty; b is large" });
    expect((error as RichError).standardDetails.badRequest?.fieldViolations).toMatchObject([
      { field: "", description: "a is empty" },
      { field: "", description: "b is large" },
    ]);
  });

  it("may be mapped by its class", async () => {
    const map = [[NotFoundException, () => tooManySides()]] as never;
    expect((await failureOf(new NotFoundException(), { options: { map } })).error).toBeRichError(TooManySidesError);
  });
});

describe("ValidationPipe", () => {
  const rejected = (errors: ValidationError[]) => tooManySides({ errorDetails: classValidatorViolations(errors) });

  class Request {
    @IsNotEmpty()
    readonly scenario!: string;

    @Max(-1)
    readonly before!: number;
  }

  it.each([
    ["its own exception", {}, ["", ""]],
    ["an error of the user's own", { exceptionFactory: rejected }, ["scenario", "before"]],
  ])("sends violations, with %s", async (_, options, fields) => {
    const { client } = await startNest(() => ({ index: 0 }), {
      use: (app) => app.useGlobalPipes(new ValidationPipe({ expectedType: Request, ...options })),
    });
    const { error } = await callNest(client, "unary");
    expect(error).toMatchObject({ code: Code.INVALID_ARGUMENT });
    expect((error as RichError).standardDetails.badRequest?.fieldViolations).toMatchObject([
      { field: fields[0], description: "scenario should not be empty" },
      { field: fields[1], description: "before must not be greater than -1" },
    ]);
  });
});

describe("a microservice without the filter", () => {
  it("warns, and says how to add it", async () => {
    const warnings: Error[] = [];
    process.on("warning", (warning) => warnings.push(warning));
    const { error, failed } = await failureOf(tooManySides(), { providers: [] });
    expect(error).toMatchObject({ code: Code.INTERNAL, message: "internal error" });
    const text =
      /^Nest's own exception filter replaced the error of a handler; add richErrorFilter\(\) to the providers/;
    expect(failed).toMatchObject([{ masked: true, problems: [{ cause: { message: expect.stringMatching(text) } }] }]);
    await vi.waitFor(() =>
      expect(warnings).toMatchObject([{ code: "GRPC_RICH_ERRORS_NO_FILTER", message: expect.stringMatching(text) }]),
    );
  });
});

describe("the filter on a server without richErrorGrpcServerOptions", () => {
  const plain = ({ options }: GrpcOptions): GrpcOptions => {
    const { channelOptions, onLoadPackageDefinition, ...others } = options;
    return { options: others, transport: 4 };
  };

  it.each(SHAPES)("passes a RichError, in a %s call", async (shape) => {
    const { client } = await startNest(() => raise(tooManySides()), { replace: plain });
    expect((await callNest(client, shape)).error).toBeRichError(TooManySidesError, SIDES);
  });

  it("leaves everything else to Nest, which masks it", async () => {
    const { error } = await failureOf(new Error("password hunter2"), { replace: plain });
    expect(error).toMatchObject({ code: Code.UNKNOWN, message: "Internal server error" });
    expect((await failureOf(new RpcException("text"), { replace: plain })).error).toMatchObject({ message: "text" });
  });
});

describe("the filter in a context of another library, such as GraphQL", () => {
  it("throws the exception again", () => {
    const host = new ExecutionContextHost([]);
    host.setType("graphql");
    const exception = new NotFoundException();
    expect(() => new RichErrorFilter().catch(exception, host)).toThrow(exception);
  });
});

describe("richErrorFilter", () => {
  it.each([
    [{ formats: "problem" }, /the option "formats" is unknown; write "format"/],
    [{ catalogs: {} }, /catalogs is an object, not an array/],
  ])("refuses %o", (options, message) => {
    expect(() => richErrorFilter(options as never)).toThrow(message);
    expect(() => new RichErrorFilter(options as never)).toThrow(message);
  });
});
