import type { Server } from "@grpc/grpc-js";
import { Logger } from "@nestjs/common";
import { type GrpcOptions, Transport } from "@nestjs/microservices";
import type { Catalog } from "../catalog.js";
import { type RichErrorClientOptions, richErrorClientOptions } from "../client/options.js";
import type { ErrorMapping } from "../masking/error-map.js";
import { checkCatalogs } from "../platform/options.js";
import { describeValue, isError, isObject, thrownText } from "../platform/values.js";
import { loadSync } from "../runtime/proto-loader/load.js";
import { richHandlers } from "../server/handlers/rich-handlers.js";
import { richErrorServerInterceptor } from "../server/interceptor.js";
import type { FailedCall, RichErrorServerOptions } from "../server/options.js";
import { nestExceptions } from "./exceptions.js";

/** The gRPC options of Nest: `package`, `protoPath`, `loader`, `url`, `credentials`, `channelOptions` and others. */
export type NestGrpcOptions = GrpcOptions["options"];

/**
 * Returns the options of a Nest microservice whose errors arrive typed, in every call shape.
 *
 * ```ts
 * const app = await NestFactory.createMicroservice<MicroserviceOptions>(
 *   AppModule,
 *   richErrorGrpcServerOptions({ package: "shop.v1", protoPath: "shop/v1/orders.proto", loader: { includeDirs: ["proto"] } }),
 * );
 * ```
 *
 * Add `richErrorFilter()` to the providers of the module. Without it, Nest replaces every error before this
 * package sees it.
 *
 * - The server gets `richErrorServerInterceptor(options)` before your own interceptors in `channelOptions`.
 * - `richHandlers` wraps the handlers of your controllers, but no service that you add in `onLoadPackageDefinition`.
 * - The errors that the files of `protoPath` declare are added to `catalogs`. If you set `packageDefinition`
 *   instead, pass the catalog yourself.
 * - Nest's HTTP exceptions become errors with the gRPC code of their HTTP status, unless an entry of `map` matches.
 * - By default, `onError` logs masked errors and problems with Nest's `Logger`.
 *
 * @throws TypeError if an option of this package is unknown or has a value of the wrong type
 * @throws Error if the protos cannot be loaded or contain mistakes
 */
export function richErrorGrpcServerOptions<const Thrown extends readonly unknown[] = []>(
  grpc: NestGrpcOptions,
  options: RichErrorServerOptions<Thrown> = {},
): Required<GrpcOptions> {
  const { options: loaded, catalogs } = withCatalogs("richErrorGrpcServerOptions", grpc, options.catalogs);
  const { channelOptions, onLoadPackageDefinition } = grpc;
  // Each entry fits its own type of errors; the interceptor checks that all are pairs of functions.
  const map = [...(options.map ?? []), ...nestExceptions] as readonly unknown[] as readonly ErrorMapping<unknown>[];
  const interceptor = richErrorServerInterceptor({ onError: logFailure, ...options, catalogs, map });
  return {
    transport: Transport.GRPC,
    options: {
      ...loaded,
      channelOptions: { ...channelOptions, interceptors: [interceptor, ...(channelOptions?.["interceptors"] ?? [])] },
      onLoadPackageDefinition: (definition, server) => {
        onLoadPackageDefinition?.(definition, server);
        guardServices(server);
      },
    },
  };
}

/**
 * Returns the options of a Nest client whose Observables fail with instances of the declared classes.
 *
 * ```ts
 * ClientsModule.register([
 *   { name: "ORDERS", ...richErrorGrpcClientOptions({ package: "shop.v1", protoPath }, { catalogs: [catalog] }) },
 * ]);
 * ```
 *
 * It also fits `@Client(…)` and `ClientProxyFactory.create(…)`.
 *
 * - The catalogs decide which classes the errors have: first `catalogs`, then the errors that the files of
 *   `protoPath` declare. Generated classes recognize the latter by `instanceof` as well.
 * - If you set `packageDefinition` instead of `protoPath`, pass the catalog yourself.
 *
 * @throws TypeError if an option of this package is unknown or has a value of the wrong type
 * @throws Error if the protos cannot be loaded or contain mistakes
 */
export function richErrorGrpcClientOptions(
  grpc: NestGrpcOptions,
  options: RichErrorClientOptions = {},
): Required<GrpcOptions> {
  const { options: loaded, catalogs } = withCatalogs("richErrorGrpcClientOptions", grpc, options.catalogs);
  const channelOptions = { ...grpc.channelOptions, ...richErrorClientOptions({ ...options, catalogs }) };
  return { transport: Transport.GRPC, options: { ...loaded, channelOptions } };
}

interface WithCatalogs {
  readonly options: NestGrpcOptions;
  readonly catalogs: readonly Catalog[];
}

/** Loads the protos in place of Nest, which would not find the errors in them. */
function withCatalogs(where: string, grpc: NestGrpcOptions, given: readonly Catalog[] = []): WithCatalogs {
  checkGrpcOptions(where, grpc);
  checkCatalogs(where, given);
  const { protoPath, loader, ...others } = grpc;
  // Nest itself refuses options with both, and options with neither.
  if (protoPath === undefined || grpc.packageDefinition !== undefined) return { options: grpc, catalogs: given };
  const { packageDefinition, catalog } = loadSync(protoPath, loader);
  return { options: { ...others, packageDefinition }, catalogs: [...given, catalog] };
}

/** @throws TypeError */
function checkGrpcOptions(where: string, grpc: unknown): void {
  if (!isObject(grpc) || !("package" in grpc)) {
    const found = isObject(grpc) && "options" in grpc ? "have the member options" : `are ${describeValue(grpc)}`;
    throw new TypeError(`${where}: the gRPC options ${found}; write { package: "shop.v1", protoPath: "orders.proto" }`);
  }
  if ("protoLoader" in grpc && grpc.protoLoader !== undefined && "protoPath" in grpc) {
    const instead = "leave it out, or pass packageDefinition and { catalogs: [catalog] }";
    throw new TypeError(
      `${where}: protoLoader is ${describeValue(grpc.protoLoader)}, which loads no errors; ${instead}`,
    );
  }
}

/** Wraps the handlers of every service that is added from now on. */
function guardServices(server: Pick<Server, "addService">): void {
  const { addService } = server;
  server.addService = (service, handlers) =>
    Reflect.apply(addService, server, [service, richHandlers(service, handlers)]);
}

const LOGGER = new Logger("grpc-rich-errors");

/** Logs what nobody else reports: errors that the client does not see, and whatever was left out of the others. */
function logFailure({ method, requestId, error, masked, problems }: FailedCall): void {
  if (masked) {
    const stack = isError(error) ? error.stack : undefined;
    LOGGER.error(`${method} failed, request id ${requestId}: ${thrownText(error)}`, stack);
  }
  for (const { message } of problems) LOGGER.warn(`${method}: ${message}`);
}
