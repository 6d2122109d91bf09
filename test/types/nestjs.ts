import { type Provider, ValidationPipe } from "@nestjs/common";
import { Client, type ClientProviderOptions, type MicroserviceOptions } from "@nestjs/microservices";
import { Code, RichError } from "grpc-rich-errors";
import { classValidatorViolations } from "grpc-rich-errors/mappings";
import {
  RichErrorFilter,
  richErrorFilter,
  richErrorGrpcClientOptions,
  richErrorGrpcServerOptions,
} from "grpc-rich-errors/nestjs";
import { catalog } from "../support/errors.js";

// What Nest takes.

const grpc = {
  package: "shop.v1",
  protoPath: ["a.proto", "b.proto"],
  loader: { longs: String, includeDirs: ["proto"] },
};
export const server: MicroserviceOptions = richErrorGrpcServerOptions(grpc, {
  map: [[RangeError, (error) => new RichError(Code.OUT_OF_RANGE, error.message)]],
  onError: ({ method }) => method.length,
});
export const client: ClientProviderOptions = {
  name: "ORDERS",
  ...richErrorGrpcClientOptions(grpc, { catalogs: [catalog] }),
};
export const decorator: PropertyDecorator = Client(richErrorGrpcClientOptions(grpc));
export const providers: Provider[] = [
  richErrorFilter(),
  richErrorFilter({ catalogs: [catalog], format: "compact" }),
  { provide: "filter", useClass: RichErrorFilter },
];
export const pipe = new ValidationPipe({
  exceptionFactory: (errors) =>
    new RichError(Code.INVALID_ARGUMENT, "no", { errorDetails: classValidatorViolations(errors) }),
});

// Mistakes.

// @ts-expect-error: the package is missing
richErrorGrpcServerOptions({ protoPath: "a.proto" });
// @ts-expect-error: it takes the inner options
richErrorGrpcServerOptions({ transport: 4, options: grpc });
// @ts-expect-error: no such option
richErrorGrpcServerOptions(grpc, { onErrors: () => {} });
// @ts-expect-error: a server option
richErrorGrpcClientOptions(grpc, { requestInfo: true });
// @ts-expect-error: no such format
richErrorFilter({ format: "xml" });
// @ts-expect-error: it follows from the request
richErrorFilter({ requestId: "r-7" });
