/**
 * Returns a program with every block of `docs/nestjs.md`, around the protos of the example. Each block is read where a
 * user would write it.
 *
 * @param take returns the block that contains a text
 */
export function nestProgram(take: (containing: string) => string, url: string): string {
  const withProtos = (code: string) =>
    code
      .replace('includeDirs: ["proto"]', 'includeDirs: ["examples/nestjs/proto"]')
      .replace(
        'includeDirs: ["proto", "node_modules/grpc-rich-errors/proto"]',
        'includeDirs: ["examples/nestjs/proto", "proto"]',
      )
      .replace('protoPath: "shop', `url: "${url}", protoPath: "shop`);
  return `
    import "reflect-metadata";
    import { Body, Controller, Get, Inject, Module, Param, UsePipes, ValidationPipe } from "@nestjs/common";
    import { NestFactory } from "@nestjs/core";
    import { ClientGrpc, ClientsModule, GrpcMethod, MicroserviceOptions } from "@nestjs/microservices";
    import { IsNotEmpty } from "class-validator";
    import { classValidatorViolations } from "grpc-rich-errors/mappings";
    import { richErrorFilter, richErrorGrpcClientOptions, richErrorGrpcServerOptions } from "grpc-rich-errors/nestjs";
    import { catchError, Observable, of, throwError } from "rxjs";
    import {
      catalog,
      OrderNotFoundError,
      RequestInvalidError,
    } from "../../../examples/nestjs/gen/shop/v1/errors.rich.js";

    const url = "${url}";
    const grpcOptions = {
      package: "shop.v1",
      protoPath: "shop/v1/orders.proto",
      loader: { includeDirs: ["examples/nestjs/proto"] },
    };

    ${take("@GrpcMethod(")}
    ${withProtos(take("createMicroservice<"))}
    export { app };

    ${take("ClientsModule.register(")}
    ${take("function stateOf(")}
    ${take("new ValidationPipe(")}

    class Request {
      @IsNotEmpty()
      name;
    }
    @Controller()
    class GatewayController {
      constructor(@Inject("ORDERS") client) {
        this.orders = client.getService("OrderService");
      }
      @Get("changes/:orderId")
      changes(@Param("orderId") orderId) {
        return this.orders.watchOrder({ orderId });
      }
      @Get("state/:orderId")
      state(@Param("orderId") orderId) {
        return stateOf(this.orders, orderId);
      }
      @Get("validated")
      async validated() {
        await pipe.transform({}, { type: "body", metatype: Request });
      }
    }
    ${take('format: "problem" })],').replace("@Module({", "@Module({ imports: [OrdersClientModule],").replace("export class GatewayModule", "class GatewayModule")}
    Module({ exports: [ClientsModule] })(OrdersClientModule);
    export { GatewayModule };

    export function connect(app) {
      ${take("connectMicroservice<")}
    }

    export const loaded = await (async () => {
      ${withProtos(take("loadSync(")).replaceAll("export const ", "const ")}
      return { OrderNotFoundError, server };
    })();
  `;
}
