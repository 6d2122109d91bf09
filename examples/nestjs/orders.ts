import "reflect-metadata";
import { type INestMicroservice, Module } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import type { MicroserviceOptions } from "@nestjs/microservices";
import { richErrorFilter, richErrorGrpcServerOptions } from "grpc-rich-errors/nestjs";
import { OrdersController } from "./orders.controller.js";

@Module({
  controllers: [OrdersController],
  providers: [richErrorFilter()],
})
class OrdersModule {}

/** Starts the microservice. */
export async function startOrders(url: string): Promise<INestMicroservice> {
  const options = richErrorGrpcServerOptions({
    url,
    package: "shop.v1",
    protoPath: "shop/v1/orders.proto",
    // In this folder, and from the root of the repository.
    loader: { includeDirs: ["proto", "examples/nestjs/proto"], defaults: true },
  });
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(OrdersModule, {
    ...options,
    logger: ["error"],
  });
  await app.listen();
  return app;
}
