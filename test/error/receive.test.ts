import { Metadata } from "@grpc/grpc-js";
import { type Catalog, Code, fromStatus, type Issue, RichError, unpack } from "grpc-rich-errors";
import { KurrentApiError, catalog as kurrent } from "grpc-rich-errors/catalogs/kurrent";
import { ErrorInfo } from "grpc-rich-errors/details";
import { describe, expect, it } from "vitest";
import { Catalog as MadeCatalog } from "../../src/catalog.js";
import { receiveCall, receiveStatus } from "../../src/error/receive.js";
import { catalog as shapes, TooManySidesError } from "../gen/shapes/v1/shapes.rich.js";
import { concat, hex, toHex } from "../support/bytes.js";
import { declare, textCodec } from "../support/declared.js";
import { expectEachOnce } from "../support/issues.js";
import { writeErrorInfo, writeStatus } from "../support/oracle.js";

const detail = (typeName: string, value: Uint8Array = new Uint8Array()) => ({
  typeUrl: `type.googleapis.com/${typeName}`,
  value,
});
const info = (reason: string, domain: string) => detail("google.rpc.ErrorInfo", writeErrorInfo(reason, domain));
const SIDES = detail("shapes.v1.TooManySidesErrorDetails", hex("0a 01 61 10 05"));
const TOO_MANY = info("TOO_MANY_SIDES", "shapes.example.com");

/** The error that comes of a trailer beside `grpc-status: 3` and `grpc-message: no`. */
function read(trailer: Uint8Array | string | undefined, catalogs: readonly Catalog[] = [shapes]): RichError {
  const metadata = new Metadata();
  if (trailer !== undefined) metadata.set("grpc-status-details-bin", Buffer.from(trailer as Uint8Array));
  return RichError.from({ code: 3, details: "no", metadata }, { catalogs });
}

const kinds = (issues: readonly Issue[]) => issues.map(({ kind }) => kind);
const broken = hex("0a ff");
const sent = (...details: { typeUrl: string; value: Uint8Array }[]) => writeStatus({ code: 3, message: "no", details });

describe("a trailer", () => {
  it.each<[string, Uint8Array | undefined, string, string[]]>([
    ["that is not there", undefined, "RichError", []],
    ["without details", sent(), "RichError", []],
    ["of a declared error", sent(TOO_MANY, SIDES), "TooManySidesError", []],
    ["of a declared error, detail first", sent(SIDES, TOO_MANY), "TooManySidesError", []],
    ["of a declared error without a detail", sent(info("CORNERS_BUSY", "shapes.example.com")), "CornersBusyError", []],
    ["with a standard detail beside", sent(TOO_MANY, detail("google.rpc.Help"), SIDES), "TooManySidesError", []],
    ["that is empty", hex(""), "RichError", ["code-mismatch", "message-mismatch"]],
    ["that is not protobuf", hex("ff ff ff"), "RichError", ["malformed-status"]],
    [
      "cut short in a detail",
      sent(TOO_MANY, SIDES).subarray(0, -1),
      "TooManySidesError",
      ["malformed-status", "missing-detail"],
    ],
    ["cut short after the code", hex("08 03 12 02 6e"), "RichError", ["malformed-status", "message-mismatch"]],
    ["with another code", writeStatus({ code: 5, message: "no" }), "RichError", ["code-mismatch"]],
    ["with the code 0", writeStatus({ message: "no" }), "RichError", ["code-mismatch"]],
    ["with another message", writeStatus({ code: 3, message: "yes" }), "RichError", ["message-mismatch"]],
    ["with two values", concat(sent(TOO_MANY, SIDES), sent()), "TooManySidesError", ["several-statuses"]],
    ["of an unknown domain", sent(info("TOO_MANY_SIDES", "elsewhere"), SIDES), "RichError", []],
    [
      "of an unknown domain with two details",
      sent(info("X", "elsewhere"), SIDES, SIDES),
      "RichError",
      ["duplicate-detail"],
    ],
    ["of an unknown reason", sent(info("NEW", "shapes.example.com")), "RichError", ["unknown-reason"]],
    ["with an unknown type", sent(TOO_MANY, detail("new.v1.Fact"), SIDES), "TooManySidesError", ["unknown-type"]],
    [
      "with types named oddly",
      sent(detail("__proto__"), { typeUrl: "", value: broken }),
      "RichError",
      ["unknown-type", "unknown-type"],
    ],
    ["without the detail", sent(TOO_MANY), "TooManySidesError", ["missing-detail"]],
    [
      "with a broken detail",
      sent(TOO_MANY, detail("shapes.v1.TooManySidesErrorDetails", broken)),
      "TooManySidesError",
      ["malformed-detail"],
    ],
    [
      "with a broken standard detail",
      sent(TOO_MANY, detail("google.rpc.BadRequest", broken), SIDES),
      "TooManySidesError",
      ["malformed-detail"],
    ],
    ["with a broken ErrorInfo", sent(detail("google.rpc.ErrorInfo", broken)), "RichError", ["malformed-detail"]],
    [
      "with a broken ErrorInfo before a good one",
      sent(detail("google.rpc.ErrorInfo", broken), TOO_MANY, SIDES),
      "TooManySidesError",
      ["malformed-detail", "duplicate-detail"],
    ],
    [
      "with two ErrorInfos, the first of which counts",
      sent(TOO_MANY, SIDES, info("X", "y")),
      "TooManySidesError",
      ["duplicate-detail"],
    ],
  ])("%s", (_, trailer, name, expected) => {
    const error = read(trailer);
    expect(error.name).toBe(name);
    expect(kinds(error.issues)).toEqual(expected);
    // Whatever the trailer says, the status of the call stands.
    expect([error.code, error.message]).toEqual([3, "no"]);
  });

  it("has issues with messages for humans", () => {
    const trailer = concat(
      writeStatus({ code: 5, message: "yes", details: [info("NEW", "shapes.example.com"), detail("new.v1.Fact")] }),
      writeStatus({ code: 5, details: [info("X", "y"), detail("google.rpc.Help", broken)] }),
    );
    expect(read(trailer).issues).toEqual([
      { kind: "several-statuses", message: "the trailer has more than one value" },
      { kind: "code-mismatch", message: "the trailer has the code 5, grpc-status is 3" },
      { kind: "message-mismatch", message: "the trailer has another message than grpc-message" },
      { kind: "unknown-reason", message: 'the catalog of the domain "shapes.example.com" has no error NEW' },
      {
        kind: "malformed-detail",
        message: 'the detail of the type "google.rpc.Help" cannot be read: the bytes end inside a number',
        typeUrl: "type.googleapis.com/google.rpc.Help",
      },
      {
        kind: "unknown-type",
        message: 'no catalog has the type "new.v1.Fact"; pass the one that declares it in catalogs',
        typeUrl: "type.googleapis.com/new.v1.Fact",
      },
      {
        kind: "duplicate-detail",
        message: 'the error has several details of the type "google.rpc.ErrorInfo"; the first counts',
        typeUrl: "type.googleapis.com/google.rpc.ErrorInfo",
      },
    ]);
  });

  it("is read once if grpc-js holds it twice", () => {
    const metadata = new Metadata();
    metadata.add("grpc-status-details-bin", Buffer.from(sent(TOO_MANY, SIDES)));
    metadata.add("grpc-status-details-bin", Buffer.from(sent()));
    const error = RichError.from({ code: 3, details: "no", metadata }, { catalogs: [shapes] });
    expect([error.name, kinds(error.issues)]).toEqual(["TooManySidesError", ["several-statuses"]]);
  });

  it("provides the message if the status of the call has none", () => {
    const metadata = new Metadata();
    metadata.set("grpc-status-details-bin", Buffer.from(writeStatus({ code: 3, message: "no such key: " })));
    const error = RichError.from({ code: 3, details: "", metadata });
    expect([error.message, kinds(error.issues)]).toEqual(["no such key: ", ["message-mismatch"]]);
    const bare = new Metadata();
    bare.set("grpc-status-details-bin", Buffer.from(broken));
    expect(RichError.from({ code: 3, details: "", metadata: bare }).message).toBe("");
  });

  it("keeps details of unknown types unchanged", () => {
    const mystery = { typeUrl: "types.example.com/new.v1.Fact", value: hex("0a 01 78") };
    const kept = read(sent(TOO_MANY, mystery, SIDES)).errorDetails[1];
    expect([kept?.typeUrl, toHex(kept?.value ?? hex(""))]).toEqual(["types.example.com/new.v1.Fact", "0a 01 78"]);
  });
});

describe("identity", () => {
  const bytes = (text: string) => Uint8Array.from(Buffer.from(text, "latin1"));
  const field = (tag: number, value: Uint8Array) => concat(Uint8Array.of(tag, value.length), value);
  const raw = (reason: string, domain: string) =>
    detail("google.rpc.ErrorInfo", concat(field(0x0a, bytes(reason)), field(0x12, bytes(domain))));
  const untyped = (typeUrl: string, { value }: { value: Uint8Array }) => ({ typeUrl, value });
  const catalogs = [shapes, kurrent];

  /** The same error by each way in: looked for in its bytes, and decoded as a whole. */
  const ways = (...details: { typeUrl: string; value: Uint8Array }[]): RichError[] => {
    const head = hex("12 02 6e 6f 08 03");
    const trailer = sent(...details);
    const unusual = concat(head, trailer.subarray(6));
    return [
      read(trailer, catalogs),
      read(unusual, catalogs),
      unpack(trailer, { catalogs }),
      unpack(unusual, { catalogs }),
      fromStatus({ code: 3, message: "no", details }, { catalogs }),
    ];
  };

  it.each([
    ["TOO_MANY_SIDES\xff", "shapes.example.com"],
    ["\xffTOO_MANY_SIDES", "shapes.example.com"],
    ["TOO_MANY_SIDES", "shapes.example.com\x80"],
    ["\xc3", "new.example.com"],
    ["NEW", "\xed\xa0\x80"],
  ])("needs a reason and a domain in UTF-8: %j, %j", (reason, domain) => {
    for (const error of ways(raw(reason, domain))) {
      expect([error.constructor, error.reason, error.domain, error.info]).toEqual([
        KurrentApiError,
        undefined,
        undefined,
        undefined,
      ]);
      expect(error.issues).toEqual([
        {
          kind: "malformed-detail",
          message: 'the detail of the type "google.rpc.ErrorInfo" cannot be read: a text is not UTF-8',
          typeUrl: "type.googleapis.com/google.rpc.ErrorInfo",
        },
      ]);
      expect(error.errorDetails).toHaveLength(1);
      expect(error.findDetail(ErrorInfo)).toBeUndefined();
      expect(error.issues).toHaveLength(1);
    }
  });

  it("comes from the next ErrorInfo after one that is not UTF-8", () => {
    for (const error of ways(raw("X\xff", "x"), TOO_MANY, SIDES)) {
      expect(error).toBeInstanceOf(TooManySidesError);
      expect(kinds(error.issues)).toEqual(["malformed-detail", "duplicate-detail"]);
    }
  });

  it.each(["google.rpc.ErrorInfo", "", "shapes.v1.TooManySidesErrorDetails", "x.google.rpc.ErrorInfo"])(
    "does not come from a type URL without a slash: %j",
    (typeUrl) => {
      for (const error of ways(untyped(typeUrl, TOO_MANY), untyped(typeUrl, SIDES))) {
        expect([error.constructor, error.reason, error.info]).toEqual([KurrentApiError, undefined, undefined]);
        expect(error.errorDetails).toHaveLength(2);
        expect(error.findDetail(ErrorInfo)).toBeUndefined();
        expect(error.issues).toEqual([
          {
            kind: "unknown-type",
            message: `the type URL "${typeUrl}" has no type name after a slash`,
            typeUrl,
          },
        ]);
      }
    },
  );

  it("ignores a detail whose type URL has no slash", () => {
    for (const error of ways(TOO_MANY, untyped("shapes.v1.TooManySidesErrorDetails", SIDES))) {
      expect(error).toBeInstanceOf(TooManySidesError);
      expect(error.detail).toEqual({ shape: "", sides: 0n, limit: undefined });
      expect(kinds(error.issues)).toEqual(["unknown-type", "missing-detail"]);
    }
  });

  it("quotes only the beginning of a type URL without a slash", () => {
    const [error] = ways(untyped("a".repeat(100_000), SIDES));
    expect(error?.issues[0]?.message).toBe(`the type URL "${"a".repeat(80)}" has no type name after a slash`);
  });
});

describe("issues", () => {
  const stranger = detail("new.v1.Fact", hex("01"));
  const sick = detail("google.rpc.Help", broken);

  it.each<[string, Uint8Array, string[]]>([
    ["three statuses", concat(sent(), sent(), sent()), ["several-statuses"]],
    ["details of one unknown type", sent(stranger, stranger, stranger), ["unknown-type", "duplicate-detail"]],
    ["details of one type", sent(TOO_MANY, SIDES, SIDES, SIDES), ["duplicate-detail"]],
    ["details without a type", sent({ ...SIDES, typeUrl: "x" }, { ...SIDES, typeUrl: "x" }), ["unknown-type"]],
    [
      "details without a type each",
      sent({ ...SIDES, typeUrl: "x" }, { ...SIDES, typeUrl: "y" }),
      Array(2).fill("unknown-type"),
    ],
    ["details that cannot be read", sent(sick, sick, sick), ["malformed-detail", "duplicate-detail"]],
    [
      "ErrorInfos that cannot be read",
      sent(...Array(3).fill(detail("google.rpc.ErrorInfo", broken))),
      ["malformed-detail", "duplicate-detail"],
    ],
    [
      "details that are no google.protobuf.Any",
      concat(sent(), hex("1a 01 ff 1a 01 ff 1a 01 ff")),
      ["malformed-detail"],
    ],
  ])("report once that there are %s", (_, trailer, expected) => {
    const error = read(trailer);
    error.findDetails(ErrorInfo);
    expect(kinds(error.issues)).toEqual(expected);
    expectEachOnce(error.issues);
    expectEachOnce(unpack(trailer).issues);
  });
});

describe("an error without ErrorInfo", () => {
  const Gone = declare({ name: "GONE", reason: "GONE", code: Code.NOT_FOUND, detail: textCodec("test.v1.Gone") });
  const Lost = declare({ name: "LOST", reason: "LOST", code: Code.DATA_LOSS, detail: textCodec("test.v1.Lost") });
  const Late = declare({ name: "LATE", reason: "LATE", code: Code.ABORTED, detail: textCodec("test.v1.Time") });
  const Early = declare({ name: "EARLY", reason: "EARLY", code: Code.ABORTED, detail: textCodec("test.v1.Time") });
  const catalog = new MadeCatalog([Gone, Lost, Late, Early]);
  const other = new MadeCatalog([
    declare({ enumName: "other.v1.E", reason: "GONE_TOO", code: Code.NOT_FOUND, detail: textCodec("test.v1.Gone") }),
  ]);

  it.each([
    ["the code and a type that only it has", 5, ["test.v1.Gone"], [catalog], Gone],
    ["the type, with others beside it", 5, ["google.rpc.Help", "new.v1.Fact", "test.v1.Gone"], [catalog], Gone],
    ["the type in one of several catalogs", 5, ["test.v1.Gone"], [shapes, catalog, catalog], Gone],
    ["the type, where another's code does not agree", 5, ["test.v1.Lost", "test.v1.Gone"], [catalog], Gone],
    ["nothing, for another code", 9, ["test.v1.Gone"], [catalog], undefined],
    ["nothing, for a type that two errors have", 10, ["test.v1.Time"], [catalog], undefined],
    ["nothing, for a type in two catalogs", 5, ["test.v1.Gone"], [catalog, other], undefined],
    ["nothing, for a type that ends alike", 5, ["my.test.v1.Gone"], [catalog], undefined],
    ["nothing, without details", 5, [], [catalog], undefined],
    [
      "nothing, for a standard type, though only one error has it",
      3,
      ["google.rpc.BadRequest"],
      [kurrent],
      KurrentApiError,
    ],
    ["nothing, without catalogs", 5, ["test.v1.Gone"], [], undefined],
  ])("is identified by %s", (_, code, types, catalogs, errorClass) => {
    const status = { code, message: "no", details: types.map((type) => detail(type)) };
    expect(receiveStatus(status, catalogs).errorClass).toBe(errorClass);
  });
});

describe("receiveCall", () => {
  it.each([
    ["null", null],
    ["a string", "5 NOT_FOUND"],
    ["an error", new Error("no")],
    ["an error of the file system", Object.assign(new Error("no"), { code: "ENOENT", details: "no" })],
    ["a status with a text for a code", { code: "5", details: "no" }],
    ["a status with half a code", { code: 5.5, details: "no" }],
    ["a google.rpc.Status, whose details are a list", { code: 5, message: "no", details: [] }],
    ["a code alone", { code: 5 }],
  ])("returns undefined for %s", (_, value) => {
    expect(receiveCall(value, [])).toBeUndefined();
  });

  it.each([
    ["no metadata", {}],
    ["undefined as metadata", { metadata: undefined }],
    ["null as metadata", { metadata: null }],
    ["a plain object as metadata", { metadata: { "grpc-status-details-bin": "CAU" } }],
    ["a string as metadata", { metadata: "none" }],
    ["a map as metadata", { metadata: new Map([["grpc-status-details-bin", "CAU"]]) }],
    ["metadata with text where bytes belong", { metadata: { get: () => ["CAU"], clone: () => ({}) } }],
    ["metadata that returns no list", { metadata: { get: () => 7, clone: () => ({}) } }],
  ])("reads a status with %s", (_, rest) => {
    expect(receiveCall({ code: 5, details: "no", ...rest }, [shapes])).toMatchObject({
      code: 5,
      message: "no",
      errorDetails: [],
      issues: [],
    });
  });

  it.each([5.5, -5.5, 1e-7, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 1000, -1, 99])(
    "keeps the trailer of a call with the status %d, and reports that it is not a code",
    (code) => {
      const metadata = new Metadata();
      metadata.set("grpc-status-details-bin", Buffer.from(sent(TOO_MANY, SIDES)));
      const error = RichError.from({ code, details: "no", metadata }, { catalogs: [shapes] });
      expect(error).toBeInstanceOf(TooManySidesError);
      expect([error.code, error.message, error.errorDetails.length]).toEqual([Code.UNKNOWN, "no", 2]);
      expect(error.issues).toEqual([
        { kind: "code-mismatch", message: `the trailer has the code 3, grpc-status is ${code}` },
        {
          kind: "invalid-code",
          message: `the status code is ${code}, not a whole number from 1 to 16; the error is UNKNOWN`,
        },
      ]);
    },
  );

  it.each([0, -1, 17, 99, Number.NaN])("reads the code %d as UNKNOWN and reports it", (code) => {
    expect(receiveCall({ code, details: "no" }, [])).toMatchObject({
      code: Code.UNKNOWN,
      issues: [
        {
          kind: "invalid-code",
          message: `the status code is ${code}, not a whole number from 1 to 16; the error is UNKNOWN`,
        },
      ],
    });
  });
});

describe("a packed status together with the status of its call", () => {
  it("has no issues if this package packed it", () => {
    const error = new TooManySidesError({ shape: "a", sides: 5n, limit: undefined }, { message: "no" });
    const trailer = writeStatus({ code: 3, message: "no", details: error.errorDetails });
    const received = read(trailer);
    expect(received).toBeInstanceOf(TooManySidesError);
    expect(received.issues).toEqual([]);
    expect(received.info).toEqual({
      reason: "TOO_MANY_SIDES",
      domain: "shapes.example.com",
      metadata: { code: "1" },
    });
    expect(received.findDetail(ErrorInfo)).toEqual(error.info);
  });
});
