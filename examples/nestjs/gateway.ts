import "reflect-metadata";
import { type DynamicModule, type INestApplication, Module } from "@nestjs/common";
import { type AbstractHttpAdapter, NestFactory } from "@nestjs/core";
import { ClientsModule } from "@nestjs/microservices";
import { richErrorFilter, richErrorGrpcClientOptions } from "grpc-rich-errors/nestjs";
import { GatewayController } from "./gateway.controller.js";
import { catalog } from "./gen/shop/v1/errors.rich.js";

@Module({})
class GatewayModule {
  /** @param url the address of the microservice */
  static to(url: string): DynamicModule {
    const options = richErrorGrpcClientOptions(
      {
        url,
        package: "shop.v1",
        protoPath: "shop/v1/orders.proto",
        loader: { includeDirs: ["proto", "examples/nestjs/proto"], defaults: true },
      },
      { catalogs: [catalog] },
    );
    return {
      module: GatewayModule,
      imports: [ClientsModule.register([{ name: "ORDERS", ...options }])],
      controllers: [GatewayController],
      providers: [richErrorFilter({ catalogs: [catalog], format: "problem" })],
    };
  }
}

/** Starts the gateway on a free port, with the adapter of Express or Fastify. */
export async function startGateway(url: string, adapter: AbstractHttpAdapter): Promise<INestApplication> {
  const app = await NestFactory.create(GatewayModule.to(url), adapter, { logger: ["error"] });
  await app.listen(0, "127.0.0.1");
  return app;
}
