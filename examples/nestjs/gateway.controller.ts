import { Metadata } from "@grpc/grpc-js";
import { Body, Controller, Get, Headers, Inject, Param, Post } from "@nestjs/common";
import type { ClientGrpc } from "@nestjs/microservices";
import { catchError, from, map, type Observable, of, throwError, toArray } from "rxjs";
import { OrderNotFoundError } from "./gen/shop/v1/errors.rich.js";
import { ORDER_SERVICE_NAME, type OrderServiceClient, type PlaceOrderRequest } from "./gen/shop/v1/orders.js";

/** The token of the caller, for the microservice. */
const Token = () => Headers("authorization");

/** The orders over HTTP. */
@Controller()
export class GatewayController {
  readonly #orders: OrderServiceClient;

  constructor(@Inject("ORDERS") client: ClientGrpc) {
    this.#orders = client.getService<OrderServiceClient>(ORDER_SERVICE_NAME);
  }

  @Post("orders")
  placeOrder(@Body() order: PlaceOrderRequest, @Token() token?: string): Observable<unknown> {
    return this.#orders.placeOrder(order, metadataOf(token));
  }

  @Post("imports")
  importOrders(@Body() orders: readonly PlaceOrderRequest[], @Token() token?: string): Observable<unknown> {
    return this.#orders.importOrders(from(orders.map((order) => ({ order }))), metadataOf(token));
  }

  @Get("orders/:orderId/changes")
  watchOrder(@Param("orderId") orderId: string, @Token() token?: string): Observable<unknown> {
    return this.#orders.watchOrder({ orderId }, metadataOf(token)).pipe(toArray());
  }

  @Post("quotes")
  quoteOrders(@Body() orders: readonly PlaceOrderRequest[], @Token() token?: string): Observable<unknown> {
    return this.#orders.quoteOrders(from(orders.map((order) => ({ order }))), metadataOf(token)).pipe(toArray());
  }

  @Get("orders/:orderId/state")
  stateOf(@Param("orderId") orderId: string, @Token() token?: string): Observable<unknown> {
    return this.#orders.watchOrder({ orderId }, metadataOf(token)).pipe(
      toArray(),
      map((changes) => changes.at(-1)),
      catchError((error: unknown) => {
        if (error instanceof OrderNotFoundError) return of({ state: `unknown order ${error.detail.orderId}` });
        return throwError(() => error);
      }),
    );
  }
}

function metadataOf(token: string | undefined): Metadata {
  const metadata = new Metadata();
  if (token !== undefined) metadata.set("authorization", token);
  return metadata;
}
