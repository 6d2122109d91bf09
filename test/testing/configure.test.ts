import { pack, RichError, StandardDetails, unpack } from "grpc-rich-errors";
import { StreamRevisionConflictError } from "grpc-rich-errors/catalogs/kurrentdb";
import { BadRequest, packDetail } from "grpc-rich-errors/details";
import { loadSync } from "grpc-rich-errors/proto-loader";
import { configure } from "grpc-rich-errors/testing";
import { afterEach, describe, expect, it, vi } from "vitest";
import { declare, textCodec } from "../support/declared.js";
import { ORDERS_PROTO } from "../support/orders.js";
import { protoFolder } from "../support/proto-folder.js";
import { PROTO_FOLDER } from "../support/reference-protos.js";

afterEach(() => configure({ strictDetails: false }));

const RIGHT = { stream: "s", expectedRevision: 1n, actualRevision: 2n };
const WRONG = { straem: "s", expectedRevision: 1, actualRevision: 2n } as never;
const TYPE = "kurrentdb.protocol.v2.streams.errors.StreamRevisionConflictErrorDetails";

describe("strictDetails: true", () => {
  it("makes the constructor throw, with all problems of the detail", () => {
    configure({ strictDetails: true });
    expect(() => new StreamRevisionConflictError(WRONG)).toThrow(
      new TypeError(
        `StreamRevisionConflictError has an invalid detail: ${TYPE}: the field expectedRevision is 1, not a bigint; 1n is sent\n` +
          `${TYPE}: the field straem is unknown; its value "s" is left out; write "stream"`,
      ),
    );
  });

  it("accepts a right detail, which is sent as ever", () => {
    const usual = pack(new StreamRevisionConflictError(RIGHT));
    configure({ strictDetails: true });
    expect(pack(new StreamRevisionConflictError(RIGHT))).toEqual(usual);
    expect(new RichError(5, "gone").issues).toEqual([]);
    expect(unpack(usual).reason).toBe("STREAM_REVISION_CONFLICT");
  });

  it("reaches errors that are declared at run time", () => {
    const includeDirs = [protoFolder({ "shop.proto": ORDERS_PROTO }), PROTO_FOLDER];
    const { catalog } = loadSync("shop.proto", { includeDirs });
    const OrderRejectedError = catalog.byReason("shop.v1", "ORDER_REJECTED");
    const make = () => OrderRejectedError && new OrderRejectedError({ order_id: "o-7", color: "COLOR_RAD" });
    expect(make).not.toThrow();
    configure({ strictDetails: true });
    expect(make).toThrow(
      'OrderRejectedError has an invalid detail: shop.v1.OrderRejected: the field order_id is unknown; its value "o-7" is left out; write "orderId"\n' +
        'shop.v1.OrderRejected: the field color is "COLOR_RAD", not a value of shop.v1.Color; it is left out; write "COLOR_RED"',
    );
  });

  it("reaches further details, packed or collected", () => {
    const packed = packDetail(BadRequest, { fieldViolations: [{ feild: "f" }] } as never);
    const collected = new StandardDetails().addFieldViolation(5 as never, "d");
    configure({ strictDetails: true });
    expect(() => new StreamRevisionConflictError(RIGHT, { errorDetails: [packed] })).toThrow(/write "field"$/);
    expect(() => new RichError(3, "no", { errorDetails: collected })).toThrow(
      'RichError has an invalid detail: google.rpc.BadRequest: the field fieldViolations[0].field is 5, not a string; "5" is sent',
    );
  });

  it("reaches a detail that cannot be packed at all", () => {
    const Gone = declare<{ text: string }>({ detail: textCodec("test.v1.Gone") });
    configure({ strictDetails: true });
    expect(() => new Gone(undefined as never)).toThrow(
      /^BrokenError has an invalid detail: a detail cannot be packed: /,
    );
  });

  it("reaches errors of another copy of the package", async () => {
    vi.resetModules();
    const { StreamRevisionConflictError: Other } = await import("grpc-rich-errors/catalogs/kurrentdb");
    expect(Other).not.toBe(StreamRevisionConflictError);
    expect(() => new Other(WRONG)).not.toThrow();
    configure({ strictDetails: true });
    expect(() => new Other(WRONG)).toThrow(/^StreamRevisionConflictError has an invalid detail: /);
  });

  it("leaves other mistakes to the issues", () => {
    configure({ strictDetails: true });
    const error = new StreamRevisionConflictError(RIGHT, { retryDelay: Number.NaN, mesage: "x" } as never);
    expect(error.issues.map(({ kind }) => kind)).toEqual(["invalid-value", "unknown-option"]);
  });

  it("leaves received errors alone", () => {
    const bytes = pack(new StreamRevisionConflictError(WRONG));
    configure({ strictDetails: true });
    expect(unpack(bytes).reason).toBe("STREAM_REVISION_CONFLICT");
  });

  it("is off by default, and can be turned off", () => {
    expect(new StreamRevisionConflictError(WRONG).issues).toHaveLength(2);
    configure({ strictDetails: true });
    configure({});
    expect(() => new StreamRevisionConflictError(WRONG)).toThrow(TypeError);
    configure({ strictDetails: false });
    expect(new StreamRevisionConflictError(WRONG).issues).toHaveLength(2);
  });
});

describe("configure", () => {
  it("refuses an unknown option and another value", () => {
    expect(() => configure({ strictDetail: true } as never)).toThrow(
      'configure: the option "strictDetail" is unknown; write "strictDetails"',
    );
    expect(() => configure({ strictDetails: "yes" } as never)).toThrow(
      'configure: strictDetails is "yes", not a boolean; write true or false',
    );
  });
});
