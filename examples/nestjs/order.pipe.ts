import { ValidationPipe } from "@nestjs/common";
import { IsNotEmpty, Min } from "class-validator";
import { classValidatorViolations } from "grpc-rich-errors/mappings";
import { RequestInvalidError } from "./gen/shop/v1/errors.rich.js";

class Order {
  @IsNotEmpty()
  readonly orderId!: string;

  @Min(1)
  readonly quantity!: number;
}

/** Checks an order. The client gets a violation for each wrong field. */
export const orderPipe = new ValidationPipe({
  expectedType: Order,
  exceptionFactory: (errors) => new RequestInvalidError({ errorDetails: classValidatorViolations(errors) }),
});
