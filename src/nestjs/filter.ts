import { type ArgumentsHost, Catch, type ClassProvider, type HttpServer, Logger } from "@nestjs/common";
import { APP_FILTER, BaseExceptionFilter } from "@nestjs/core";
import { BaseRpcExceptionFilter } from "@nestjs/microservices";
import { type Observable, throwError } from "rxjs";
import { headerOf } from "../http/headers.js";
import { type ToHttpOptions, toHttp } from "../http/to-http.js";
import { isObject } from "../platform/values.js";
import { RichError } from "../rich-error.js";
import { guardOf } from "../server/handlers/guarded-call.js";
import { contentOf, isRpcException } from "./exceptions.js";

/** Options of {@link RichErrorFilter}: those of `toHttp`, except the ones that follow from the request. */
export type RichErrorFilterOptions = Omit<ToHttpOptions, "requestId" | "instance">;

/**
 * An exception filter for microservices, for gateways, and for applications that are both.
 *
 * In a gRPC call, of a server with `richErrorGrpcServerOptions`:
 *
 * - A RichError reaches the client, from handlers, guards, pipes and interceptors.
 * - A `RpcException` reaches the client with its code and text. `new RpcException(error)` counts as `error`.
 * - An `HttpException` gets the gRPC code of its HTTP status.
 * - Any other exception is masked, and reported to `onError`.
 *
 * In an HTTP request:
 *
 * - A RichError is sent as JSON by `toHttp`. `catalogs` names the errors of other servers that the caller may see.
 * - Nest handles every other exception as without this filter.
 *
 * In calls of other servers and transports, a RichError passes, and Nest handles every other exception.
 */
export class RichErrorFilter extends BaseExceptionFilter {
  static {
    Catch()(RichErrorFilter);
  }

  readonly #options: RichErrorFilterOptions;
  readonly #rpc = new BaseRpcExceptionFilter();
  readonly #logger = new Logger("grpc-rich-errors");

  /**
   * @param httpAdapter the adapter of an application that serves HTTP: `app.getHttpAdapter()`. Nest injects it into a
   *   filter that it creates itself.
   * @throws TypeError if an option is unknown or has a value of the wrong type
   */
  constructor(options: RichErrorFilterOptions = {}, httpAdapter?: HttpServer) {
    super(httpAdapter);
    // Checks the options now, not at the first error.
    toHttp(undefined, options);
    this.#options = options;
  }

  /** Sends an exception, as the class describes. In other contexts, such as GraphQL, it throws the exception again. */
  // biome-ignore lint/suspicious/noConfusingVoidType: the filters of RPC and of HTTP share one method in Nest.
  override catch(exception: unknown, host: ArgumentsHost): Observable<unknown> | void {
    const type = host.getType();
    if (type === "rpc") return this.#catchRpc(exception, host);
    // Other libraries, such as GraphQL, format what reaches them.
    if (type !== "http") throw exception;
    const adapter = this.applicationRef ?? this.httpAdapterHost?.httpAdapter;
    if (!adapter) throw missingAdapter(exception);
    if (exception instanceof RichError) this.#sendHttp(exception, host.switchToHttp(), adapter);
    else super.catch(exception, host);
  }

  #catchRpc(exception: unknown, host: ArgumentsHost): Observable<unknown> {
    const isGuarded = host.getArgs().some((arg: unknown) => isObject(arg) && guardOf(arg) !== undefined);
    if (isGuarded) return throwError(() => (isRpcException(exception) ? contentOf(exception) : exception));
    // Nothing else masks exceptions here.
    return exception instanceof RichError ? throwError(() => exception) : this.#rpc.catch(exception, host);
  }

  #sendHttp(error: RichError, http: HttpArgumentsHost, adapter: HttpServer): void {
    const response: unknown = http.getResponse();
    if (adapter.isHeadersSent(response)) {
      adapter.end(response);
      return;
    }
    const request = http.getRequest<{ readonly headers: Readonly<Record<string, unknown>> }>();
    const { status, headers, body, masked, requestId, problems } = toHttp(error, {
      ...this.#options,
      requestId: headerOf(request.headers, "x-request-id"),
      instance: adapter.getRequestUrl?.(request),
    });
    if (masked) this.#logger.error(`request id ${requestId}: ${error}`, error.stack);
    for (const { message } of problems) this.#logger.warn(message);
    for (const [name, value] of Object.entries(headers)) adapter.setHeader(response, name, value);
    // As text, because the adapter of Express would replace `application/problem+json` at an object.
    adapter.reply(response, JSON.stringify(body), status);
  }
}

function missingAdapter(cause: unknown): TypeError {
  const instead = "write providers: [richErrorFilter()], or new RichErrorFilter(options, app.getHttpAdapter())";
  return new TypeError(`RichErrorFilter has no HTTP adapter; ${instead}`, { cause });
}

type HttpArgumentsHost = ReturnType<ArgumentsHost["switchToHttp"]>;

/**
 * Returns a provider that makes {@link RichErrorFilter} the filter of a whole application.
 *
 * ```ts
 * @Module({ providers: [richErrorFilter({ catalogs: [catalog], format: "problem" })] })
 * ```
 *
 * In an application that serves both HTTP and gRPC, connect the microservice with `{ inheritAppConfig: true }`.
 *
 * @throws TypeError if an option is unknown or has a value of the wrong type
 */
export function richErrorFilter(options: RichErrorFilterOptions = {}): ClassProvider<RichErrorFilter> {
  // Checks the options where they are written.
  new RichErrorFilter(options);
  // A class, because Nest injects the HTTP adapter into what it creates itself.
  const useClass = class extends RichErrorFilter {
    constructor() {
      super(options);
    }
  };
  return { provide: APP_FILTER, useClass };
}
