import "reflect-metadata";
import { Controller, type INestMicroservice, Module, type Provider } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import {
  type ClientGrpc,
  type ClientGrpcProxy,
  ClientProxyFactory,
  GrpcMethod,
  type GrpcOptions,
  GrpcStreamMethod,
  type MicroserviceOptions,
} from "@nestjs/microservices";
import type { FailedCall, RichErrorServerOptions } from "grpc-rich-errors";
import {
  type NestGrpcOptions,
  richErrorFilter,
  richErrorGrpcClientOptions,
  richErrorGrpcServerOptions,
} from "grpc-rich-errors/nestjs";
import { type Observable, of } from "rxjs";
import { onTestFinished } from "vitest";
import type { ShapeRequest, ShapeResponse } from "../gen/shapes/v1/shapes.js";
import { catalog } from "./errors.js";
import { refusing } from "./half-servers.js";
import { request, type Shape } from "./shapes.js";
import type { Seen } from "./surfaces.js";

/** The protos of the service `Shapes`, as Nest's options name them. */
export const SHAPES_PROTO = {
  package: "shapes.v1",
  protoPath: "shapes/v1/shapes.proto",
  loader: { includeDirs: ["test/proto", "proto"], longs: String },
} satisfies NestGrpcOptions;

/** The service `Shapes` as Nest's client offers it. */
export interface NestShapes {
  unary(request: ShapeRequest): Observable<ShapeResponse>;
  clientStream(requests: Observable<ShapeRequest>): Observable<ShapeResponse>;
  serverStream(request: ShapeRequest): Observable<ShapeResponse>;
  bidi(requests: Observable<ShapeRequest>): Observable<ShapeResponse>;
}

/** The result of a handler. It may also throw. */
export type NestHandler = () => unknown;

/** Returns a controller of the service `Shapes`, all of whose methods do the same. */
export function shapesController(handler: NestHandler) {
  @Controller()
  class ShapesController {
    @GrpcMethod("Shapes", "Unary")
    unary(): unknown {
      return handler();
    }

    @GrpcStreamMethod("Shapes", "ClientStream")
    clientStream(): unknown {
      return handler();
    }

    @GrpcMethod("Shapes", "ServerStream")
    serverStream(): unknown {
      return handler();
    }

    @GrpcStreamMethod("Shapes", "Bidi")
    bidi(): unknown {
      return handler();
    }
  }
  return ShapesController;
}

/** How to start a Nest microservice of a test. */
export interface NestSetting {
  readonly controllers?: readonly (new () => object)[];
  /** By default, the filter of this package. */
  readonly providers?: readonly Provider[];
  readonly grpc?: Partial<NestGrpcOptions>;
  readonly options?: RichErrorServerOptions;
  /** Other options than those of `richErrorGrpcServerOptions`. */
  readonly replace?: (options: GrpcOptions) => GrpcOptions;
  readonly use?: (app: INestMicroservice) => void;
}

/** A Nest microservice and a Nest client of it. */
export interface StartedNest {
  readonly url: string;
  readonly client: NestShapes;
  /** The reports to `onError`. */
  readonly failed: FailedCall[];
}

/** Starts a microservice whose methods all do the same, and a client with generated classes. */
export async function startNest(handler: NestHandler, setting: NestSetting = {}): Promise<StartedNest> {
  const failed: FailedCall[] = [];
  const url = await refusing();
  const server = richErrorGrpcServerOptions(
    { ...SHAPES_PROTO, url, ...setting.grpc },
    { onError: (call) => failed.push(call), ...setting.options },
  );
  @Module({
    controllers: [...(setting.controllers ?? [shapesController(handler)])],
    providers: [...(setting.providers ?? [richErrorFilter()])],
  })
  class AppModule {}
  const options: MicroserviceOptions = setting.replace?.(server) ?? server;
  const app = await NestFactory.createMicroservice(AppModule, { ...options, logger: false });
  setting.use?.(app);
  await app.listen();
  onTestFinished(() => app.close());
  return { url, client: nestClient(url), failed };
}

/** Creates a client with the generated classes. */
export function nestClient(
  url: string,
  options = richErrorGrpcClientOptions({ ...SHAPES_PROTO, url }, { catalogs: [catalog] }),
): NestShapes {
  const proxy = ClientProxyFactory.create(options) as ClientGrpcProxy & ClientGrpc;
  onTestFinished(() => void proxy.close());
  return proxy.getService<NestShapes>("Shapes");
}

/** Calls a method, with two requests where there are many. */
export function callNest(client: NestShapes, shape: Shape): Promise<Seen> {
  const isStream = shape === "clientStream" || shape === "bidi";
  const responses = isStream ? client[shape](of(request(), request())) : client[shape](request());
  const messages: number[] = [];
  return new Promise((resolve) => {
    responses.subscribe({
      next: ({ index }) => void messages.push(index),
      error: (error: unknown) => resolve({ messages, error }),
      complete: () => resolve({ messages, error: undefined }),
    });
  });
}
