import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeDetails, packDetail } from "../../src/detail/detail.js";
import { ErrorInfo } from "../../src/detail/error-info.js";
import { RequestInfo } from "../../src/detail/standard-details.js";
import * as inBrowser from "../../src/status/trailer.browser.js";
import * as inNode from "../../src/status/trailer.js";
import { runs } from "../fuzz/runs.js";

const text = fc.string({ unit: "binary", maxLength: 8 }).map((one) => one.toWellFormed());
const detail = fc.oneof(
  fc.record({ typeUrl: text, value: fc.uint8Array({ maxLength: 8 }) }),
  text.map((requestId) => packDetail(RequestInfo, { requestId, servingData: "" })),
  text.map((reason) => packDetail(ErrorInfo, { reason, domain: "shop.example", metadata: {} })),
);
const status = fc.record({ code: fc.integer(), message: text, details: fc.array(detail, { maxLength: 4 }) });

/** A status in which any byte may be another one, and any rest may be missing or double. */
const bytes = fc
  .tuple(status, fc.nat(), fc.option(fc.nat(255)), fc.nat(), fc.constantFrom("", "cut", "doubled"))
  .map(([{ code, message, details }, at, byte, end, change]) => {
    const encoded = inNode.encodeStatus(code, message, encodeDetails(details));
    if (byte !== null && encoded.length > 0) encoded[at % encoded.length] = byte;
    const rest = encoded.subarray(0, end % (encoded.length + 1));
    return change === "" ? encoded : change === "cut" ? rest : Uint8Array.from([...encoded, ...rest]);
  });

describe("a trailer in a browser", () => {
  it("is written as in Node", () => {
    fc.assert(
      fc.property(status, ({ code, message, details }) => {
        const packed = encodeDetails(details);
        expect([...inBrowser.encodeStatus(code, message, packed)]).toEqual([
          ...inNode.encodeStatus(code, message, packed),
        ]);
        expect(inBrowser.decodeDetails(packed)).toEqual(inNode.decodeDetails(packed));
      }),
      runs(0.02),
    );
  });

  it("is decoded as in Node, with the same issues", () => {
    fc.assert(
      fc.property(fc.oneof(bytes, fc.uint8Array({ maxLength: 30 })), (trailer) => {
        const review = ({ code }: { readonly code: number }) => [{ kind: "shed" as const, message: String(code) }];
        const [own, other] = [new inBrowser.PackedStatus(trailer, review), new inNode.PackedStatus(trailer, review)];
        expect(own.decode()).toEqual(other.decode());
        expect(own.head).toEqual(other.head);
        expect(inBrowser.decodeStatus(trailer)).toEqual(inNode.decodeStatus(trailer));
      }),
      runs(0.03),
    );
  });

  it.each([RequestInfo, ErrorInfo])("has the same detail of the type $typeName", (codec) => {
    fc.assert(
      fc.property(bytes, (trailer) => {
        const [own, other] = [new inBrowser.PackedStatus(trailer), new inNode.PackedStatus(trailer)];
        expect(own.read<unknown>(codec)).toEqual(other.read<unknown>(codec));
      }),
      runs(0.02),
    );
  });
});
