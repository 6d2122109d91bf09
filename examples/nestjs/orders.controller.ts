import { Controller, UseGuards, UsePipes } from "@nestjs/common";
import { concatMap, from, map, type Observable, of, throwError, toArray } from "rxjs";
import { OrderNotFoundError, OrderRejectedError } from "./gen/shop/v1/errors.rich.js";
import {
  type ImportOrdersRequest,
  type ImportOrdersResponse,
  type OrderServiceController,
  OrderServiceControllerMethods,
  type PlaceOrderRequest,
  type PlaceOrderResponse,
  type QuoteOrdersRequest,
  type QuoteOrdersResponse,
  type WatchOrderRequest,
  type WatchOrderResponse,
} from "./gen/shop/v1/orders.js";
import { orderPipe } from "./order.pipe.js";
import { SignInGuard } from "./sign-in.guard.js";

/** The orders of a shop, in memory. */
@Controller()
@UseGuards(new SignInGuard())
@OrderServiceControllerMethods()
export class OrdersController implements OrderServiceController {
  readonly #orders = new Map<string, PlaceOrderRequest>();

  @UsePipes(orderPipe)
  async placeOrder(order: PlaceOrderRequest): Promise<PlaceOrderResponse> {
    this.#orders.set(order.orderId, accepted(order));
    return { orders: this.#orders.size };
  }

  importOrders(requests: Observable<ImportOrdersRequest>): Observable<ImportOrdersResponse> {
    return requests.pipe(
      map(({ order }) => accepted(order)),
      toArray(),
      map((orders) => {
        for (const order of orders) this.#orders.set(order.orderId, order);
        return { orders: this.#orders.size };
      }),
    );
  }

  watchOrder({ orderId }: WatchOrderRequest): Observable<WatchOrderResponse> {
    if (!this.#orders.has(orderId)) return throwError(() => new OrderNotFoundError({ orderId }));
    return from([{ state: "placed" }, { state: "paid" }, { state: "sent" }]);
  }

  quoteOrders(requests: Observable<QuoteOrdersRequest>): Observable<QuoteOrdersResponse> {
    return requests.pipe(concatMap(({ order }) => of({ price: 250 * accepted(order).quantity })));
  }
}

/** Returns an order that the shop accepts. */
function accepted(order: PlaceOrderRequest | undefined): PlaceOrderRequest {
  const { orderId = "", quantity = 0 } = order ?? {};
  if (quantity > 100) throw new OrderRejectedError({ orderId, rule: "at most 100 items" });
  return { orderId, quantity };
}
