import { describe, expect, it } from "vitest";
import { encodeDetails } from "../../src/detail/detail.js";
import { decodeDetails, decodeStatus, encodeStatus, type Status } from "../../src/status/trailer.js";
import { concat, hex, toHex } from "../support/bytes.js";
import { writeStatus } from "../support/oracle.js";

const GONE = { typeUrl: "type.googleapis.com/shop.v1.Gone", value: hex("0a 01 78") };

const encode = ({ code, message, details }: Status) => encodeStatus(code, message, encodeDetails(details));

describe("encodeStatus", () => {
  it.each([
    ["a code and a message", { code: 5, message: "hi", details: [] }, "08 05 12 02 68 69"],
    ["an empty status", { code: 0, message: "", details: [] }, ""],
    ["no message", { code: 16, message: "", details: [] }, "08 10"],
    [
      "a detail",
      { code: 5, message: "", details: [{ typeUrl: "t/a", value: hex("01") }] },
      "08 05 1a 08 0a 03 74 2f 61 12 01 01",
    ],
    ["an empty detail", { code: 5, message: "", details: [{ typeUrl: "", value: hex("") }] }, "08 05 1a 00"],
    ["a code below zero", { code: -1, message: "", details: [] }, "08 ff ff ff ff ff ff ff ff ff 01"],
  ])("writes %s", (_, status, bytes) => {
    expect(toHex(encode(status))).toBe(bytes);
  });

  it("writes the same bytes as Google's runtime", () => {
    const status = {
      code: 9,
      message: "geht nicht: 日本語 😀",
      details: [GONE, { ...GONE, value: new Uint8Array(40_000).fill(7) }],
    };
    expect(encode(status)).toEqual(writeStatus(status));
  });
});

describe("decodeDetails", () => {
  it("returns the encoded details, including empty ones", () => {
    const details = [GONE, { typeUrl: "", value: hex("") }, { ...GONE, value: hex("") }, GONE];
    expect(decodeDetails(encodeDetails(details))).toEqual(details);
    expect(decodeDetails(encodeDetails([]))).toEqual([]);
  });
});

describe("decodeStatus", () => {
  it.each([
    ["nothing", "", { code: 0, message: "" }],
    ["a code and a message", "08 05 12 02 68 69", { code: 5, message: "hi" }],
    ["fields in any order", "12 02 68 69 08 05", { code: 5, message: "hi" }],
    ["an overlong code", "08 85 80 00", { code: 5, message: "" }],
    ["a code below zero", "08 ff ff ff ff ff ff ff ff ff 01", { code: -1, message: "" }],
    ["unknown fields", "20 01 08 05 2a 01 61 33 34 3d 01 02 03 04", { code: 5, message: "" }],
    ["known numbers with other wire types", "0a 01 61 10 07 1d 01 02 03 04 08 05", { code: 5, message: "" }],
    ["a message that is not UTF-8", "12 01 ff", { code: 0, message: "\ufffd" }],
  ])("reads %s", (_, bytes, status) => {
    expect(decodeStatus(hex(bytes))).toEqual({ ...status, details: [], issues: [] });
  });

  it("reads the bytes of Google's runtime", () => {
    const status = { code: 9, message: "日本語 😀", details: [GONE, GONE] };
    expect(decodeStatus(writeStatus(status))).toEqual({ ...status, issues: [] });
  });

  it("skips unknown fields of a detail", () => {
    const { details, issues } = decodeStatus(hex("1a 0a 18 01 12 01 01 0a 03 74 2f 61"));
    expect(details).toEqual([{ typeUrl: "t/a", value: hex("01") }]);
    expect(issues).toEqual([]);
  });

  it("keeps everything before the bytes break off", () => {
    const { code, message, details, issues } = decodeStatus(
      concat(writeStatus({ code: 5, message: "hi", details: [GONE] }), hex("1a ff")),
    );
    expect([code, message, details]).toEqual([5, "hi", [GONE]]);
    expect(issues).toEqual([
      { kind: "malformed-status", message: "the trailer is not a google.rpc.Status: the bytes end inside a number" },
    ]);
  });

  it("reports two values, and uses the first code and the first message", () => {
    const { code, message, details, issues } = decodeStatus(
      concat(writeStatus({ code: 5, message: "one", details: [GONE] }), writeStatus({ code: 13, message: "two" })),
    );
    expect([code, message, details]).toEqual([5, "one", [GONE]]);
    expect(issues).toEqual([{ kind: "several-statuses", message: "the trailer has more than one value" }]);
  });

  it("keeps the details beside a broken one", () => {
    const bytes = concat(
      writeStatus({ code: 5, details: [GONE] }),
      hex("1a 07 0a 03 74 2f 61 12 09"),
      writeStatus({ details: [GONE] }),
    );
    const { code, details, issues } = decodeStatus(bytes);
    expect([code, details]).toEqual([5, [GONE, GONE]]);
    expect(issues).toEqual([
      {
        kind: "malformed-detail",
        message: "a detail is not a google.protobuf.Any: a field is longer than the remaining bytes",
        typeUrl: "t/a",
      },
    ]);
  });

  it("keeps the beginning at every truncation, and reports an issue", () => {
    const whole = writeStatus({ code: 5, message: "hi", details: [GONE] });
    for (let length = 0; length < whole.length; length++) {
      const { code, message, details, issues } = decodeStatus(whole.subarray(0, length));
      expect([length, code, message, details]).toEqual([length, length < 2 ? 0 : 5, length < 6 ? "" : "hi", []]);
      expect(issues.map(({ kind }) => kind)).toEqual([0, 2, 6].includes(length) ? [] : ["malformed-status"]);
    }
  });
});
