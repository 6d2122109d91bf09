import "reflect-metadata";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { Controller, Module } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { GrpcMethod, type MicroserviceOptions, RpcException, Transport } from "@nestjs/microservices";
import { richErrorFilter, richErrorGrpcServerOptions } from "grpc-rich-errors/nestjs";
import type { ShapeRequest, ShapeResponse } from "../../../test/gen/shapes/v1/shapes.js";
import { ours } from "../../peers/ours.js";
import { type Scenario, sampleFor } from "../scenario.js";
import { announce } from "./child.js";
import { prepackedStatusOf } from "./prepacked-status.js";

// A Nest microservice: with this package if its argument is `rich`, and with a prepacked trailer in Nest's own exception otherwise.
const isRich = process.argv[2] === "rich";

@Controller()
class ShapesController {
  @GrpcMethod("Shapes", "Unary")
  unary(request: ShapeRequest): ShapeResponse {
    if (request.scenario === ("succeed" satisfies Scenario)) return { index: 1 };
    const sample = sampleFor(request);
    throw isRich ? ours.make(sample) : new RpcException(prepackedStatusOf(sample));
  }
}

@Module({ controllers: [ShapesController], providers: isRich ? [richErrorFilter()] : [] })
class ShapesModule {}

const port = await freePort();
const root = fileURLToPath(new URL("../../../../", import.meta.url));
const grpc = {
  url: `127.0.0.1:${port}`,
  package: "shapes.v1",
  protoPath: "shapes/v1/shapes.proto",
  loader: { includeDirs: [`${root}test/proto`, `${root}proto`] },
};
const options: MicroserviceOptions = isRich
  ? richErrorGrpcServerOptions(grpc)
  : { transport: Transport.GRPC, options: grpc };
const app = await NestFactory.createMicroservice<MicroserviceOptions>(ShapesModule, { ...options, logger: false });
await app.listen();
announce(port);

/** Nest does not say which port it listens on. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return address.port;
}
