/** The content of an error, independent of any library. */
export interface Sample {
  readonly code: 3;
  readonly message: string;
  readonly reason: string;
  readonly domain: string;
  readonly fieldViolations: readonly { readonly field: string; readonly description: string }[];
  readonly retrySeconds?: number;
  readonly requestId?: string;
  readonly help?: { readonly description: string; readonly url: string };
  /** Five more details, for a total of ten. */
  readonly more?: {
    readonly debug: string;
    readonly stack: readonly string[];
    readonly quota: { readonly subject: string; readonly description: string };
    readonly precondition: { readonly type: string; readonly subject: string; readonly description: string };
    readonly resource: { readonly resourceType: string; readonly resourceName: string; readonly description: string };
    readonly localized: { readonly locale: string; readonly message: string };
  };
}

/** ErrorInfo and BadRequest. */
export const TWO: Sample = {
  code: 3,
  message: "the order has 2 mistakes",
  reason: "BAD_REQUEST",
  domain: "server",
  fieldViolations: [
    { field: "items[3].count", description: "must be at least 1" },
    { field: "address", description: "must not be empty" },
  ],
};

/** Adds RetryInfo, Help and RequestInfo. */
export const FIVE: Sample = {
  ...TWO,
  retrySeconds: 2,
  requestId: "5f2c6a0e-8f0b-4f7e-9d0c-2f6a6e4f1b3d",
  help: { description: "How orders are checked", url: "https://shop.example/docs/orders" },
};

/** All ten standard details. */
export const TEN: Sample = {
  ...FIVE,
  more: {
    debug: "rule 7 of the warehouse",
    stack: ["at check (/srv/shop/orders.js:10:5)", "at place (/srv/shop/orders.js:44:3)"],
    quota: { subject: "project:shop", description: "100 orders a minute" },
    precondition: { type: "TOS", subject: "shop.example", description: "The terms of service are not accepted." },
    resource: { resourceType: "order", resourceName: "orders/17", description: "The order is not open any more." },
    localized: { locale: "de-CH", message: "Die Bestellung hat 2 Fehler." },
  },
};
