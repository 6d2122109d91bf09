import { Code, type Issue, RichError, StandardDetails } from "grpc-rich-errors";
import { BadRequest, type ErrorDetail, ErrorInfo, packDetail, typeNameOf } from "grpc-rich-errors/details";
import { describe, expect, it } from "vitest";
import { ThrownContent } from "../../src/error/thrown-error.js";
import { pack, unpack } from "../../src/status-conversion.js";
import { CornersBusyError, catalog, TooManySidesError } from "../gen/shapes/v1/shapes.rich.js";
import { brokenCodec, declare, definition, textCodec } from "../support/declared.js";

const SIDES = { shape: "disc", sides: 5n, limit: undefined };
const types = (details: readonly ErrorDetail[]) => details.map(({ typeUrl }) => typeNameOf(typeUrl));
const gone = (text: string) => packDetail(textCodec("test.v1.Gone"), { text });
const text = ({ value }: ErrorDetail) => Buffer.from(value).toString();

describe("the details of an error", () => {
  it("are in order: ErrorInfo, the further details, the typed detail", () => {
    const error = new TooManySidesError(SIDES, {
      errorDetails: [gone("x"), ...new StandardDetails().addFieldViolation("a", "b").setRequestInfo("r")],
      help: [{ description: "Manual", url: "https://example.com" }],
      retryDelay: 10,
    });
    expect(types(error.errorDetails)).toEqual([
      "google.rpc.ErrorInfo",
      "google.rpc.RetryInfo",
      "google.rpc.Help",
      "test.v1.Gone",
      "google.rpc.BadRequest",
      "google.rpc.RequestInfo",
      "shapes.v1.TooManySidesErrorDetails",
    ]);
    expect(error.issues).toEqual([]);
  });

  it("have one of each type: the error's own, or else the first", () => {
    const error = new TooManySidesError(SIDES, {
      retryDelay: 10,
      errorDetails: [
        packDetail(ErrorInfo, { reason: "STOLEN", domain: "d", metadata: {} }),
        packDetail(textCodec("shapes.v1.TooManySidesErrorDetails"), { text: "stolen" }),
        { ...gone("first"), typeUrl: "types.example.com/test.v1.Gone" },
        gone("second"),
        ...new StandardDetails().setRetryDelay(99),
      ],
    });
    expect(types(error.errorDetails)).toEqual([
      "google.rpc.ErrorInfo",
      "google.rpc.RetryInfo",
      "test.v1.Gone",
      "shapes.v1.TooManySidesErrorDetails",
    ]);
    expect([error.retryDelay, error.reason, error.info?.reason]).toEqual([10, "TOO_MANY_SIDES", "TOO_MANY_SIDES"]);
    expect(error.errorDetails.filter((detail) => detail.typeUrl.endsWith("Gone")).map(text)).toEqual(["first"]);
  });

  it("identify an error without a reason if they include an ErrorInfo", () => {
    const errorDetails = [
      gone("x"),
      packDetail(ErrorInfo, { reason: "LENT", domain: "lender.example", metadata: { a: "1", b: "2" } }),
    ];
    const error = new RichError(Code.ABORTED, "no", { errorDetails, info: { b: "3" } });
    expect([error.reason, error.domain]).toEqual(["LENT", "lender.example"]);
    expect(error.info).toEqual({ reason: "LENT", domain: "lender.example", metadata: { a: "1", b: "3" } });
    expect(types(error.errorDetails)).toEqual(["google.rpc.ErrorInfo", "test.v1.Gone"]);
    expect(error.issues).toEqual([]);
  });

  it("may identify an error by an ErrorInfo with only a domain, or by an empty one", () => {
    const identified = (info: Partial<ErrorInfo>) =>
      new RichError(Code.ABORTED, "no", {
        errorDetails: [packDetail(ErrorInfo, { reason: "", domain: "", metadata: {}, ...info })],
      });
    expect(identified({ domain: "d" })).toMatchObject({ reason: undefined, domain: "d", issues: [] });
    expect(identified({}).info).toEqual({ reason: "", domain: "", metadata: {} });
  });

  it("have one ErrorInfo: the error's own, or else the first that can be decoded", () => {
    const [one, two] = ["ONE", "TWO"].map((reason) => packDetail(ErrorInfo, { reason, domain: "d", metadata: {} }));
    const broken = { typeUrl: "t/google.rpc.ErrorInfo", value: new Uint8Array([10]) };
    const errorDetails = [broken, one, two] as ErrorDetail[];
    const adopting = new RichError(Code.ABORTED, "no", { errorDetails });
    expect(adopting.reason).toBe("ONE");
    expect(adopting.issues.map(({ kind }) => kind)).toEqual(["malformed-detail", "duplicate-detail"]);
    for (const error of [
      new RichError(Code.ABORTED, "no", { reason: "OWN", domain: "d", errorDetails }),
      new CornersBusyError({ errorDetails }),
    ]) {
      expect(error.reason).not.toBe("ONE");
      expect(types(error.errorDetails)).toContain("google.rpc.ErrorInfo");
      expect(error.issues.map(({ kind }) => kind)).toEqual([
        "malformed-detail",
        "duplicate-detail",
        "duplicate-detail",
      ]);
      expect(error.issues[1]?.message).toContain("the error has a reason");
    }
  });

  it("identify an error if a generator yields them, which runs once and may throw later", () => {
    let runs = 0;
    function* details() {
      runs++;
      yield packDetail(ErrorInfo, { reason: "LENT", domain: "d", metadata: {} });
      yield gone("x");
      throw "tantrum";
    }
    const error = new RichError(Code.ABORTED, "no", { errorDetails: details() });
    expect([error.reason, types(error.errorDetails)]).toEqual(["LENT", ["google.rpc.ErrorInfo", "test.v1.Gone"]]);
    expect(error.issues.map(({ message }) => message)).toEqual(["a detail cannot be packed: tantrum"]);
    expect(runs).toBe(1);
  });

  it("override the domain of an error without a reason, and report it", () => {
    const errorDetails = [packDetail(ErrorInfo, { reason: "LENT", domain: "lender.example", metadata: {} })];
    const error = new RichError(Code.ABORTED, "no", { domain: "mine.example", errorDetails });
    expect(error.domain).toBe("lender.example");
    expect(error.issues.map(({ kind, message }) => `${kind}: ${message}`)).toEqual([
      'invalid-value: the domain "mine.example" differs from that of the ErrorInfo in "errorDetails"; it is left out',
    ]);
    expect(new RichError(Code.ABORTED, "no", { domain: "lender.example", errorDetails }).issues).toEqual([]);
  });

  it("are packed once, on first use", () => {
    const packed: string[] = [];
    const encode = () => Uint8Array.of(packed.push("packed"));
    const codec = { ...textCodec("test.v1.Gone"), encode };
    const error = new RichError(definition({ detail: codec }), { text: "x" });
    expect(packed).toEqual([]);
    expect(error.errorDetails).toBe(error.errorDetails);
    pack(error);
    expect(packed).toEqual(["packed"]);
  });

  it("may come from a generator, which runs once", () => {
    let runs = 0;
    function* details() {
      runs++;
      yield gone("x");
    }
    const error = new RichError(Code.ABORTED, "no", { errorDetails: details() });
    expect([...error.errorDetails, ...error.errorDetails].map(text)).toEqual(["x", "x"]);
    expect(runs).toBe(1);
  });

  it("are the same bytes for equal errors", () => {
    const [one, two] = [new CornersBusyError(), new CornersBusyError()];
    expect(one.errorDetails).toEqual(two.errorDetails);
    expect(one.errorDetails).not.toEqual(new CornersBusyError({ info: { a: "b" } }).errorDetails);
    const shared = definition();
    expect(ThrownContent.declared(shared, undefined, {}).info).toBe(ThrownContent.declared(shared, undefined, {}).info);
  });
});

describe("a detail that cannot be packed", () => {
  const issue = (why: string): Issue => ({ kind: "malformed-detail", message: `a detail cannot be packed: ${why}` });

  it("is left out, and the rest is sent", () => {
    const Odd = declare({ detail: brokenCodec("test.v1.Odd") });
    const error = new Odd({}, { errorDetails: [gone("x")] });
    expect(types(error.errorDetails)).toEqual(["google.rpc.ErrorInfo", "test.v1.Gone"]);
    expect(error.issues).toEqual([issue("no such message")]);
    expect(pack(error).length).toBeGreaterThan(0);
  });

  it("loses only the number that is too large for its field", () => {
    const error = new TooManySidesError({ ...SIDES, sides: 1n << 64n });
    expect(unpack(pack(error), { catalogs: [catalog] }).detail).toEqual({ ...SIDES, sides: 0n });
    const type = "shapes.v1.TooManySidesErrorDetails";
    expect(error.issues).toEqual([
      {
        kind: "invalid-value",
        message: `${type}: the field sides is 18446744073709551616n, out of the range of its type; it is left out`,
        typeUrl: `type.googleapis.com/${type}`,
      },
    ]);
    expect(error.message).toBe("disc has 18446744073709551616 sides,  {at most}");
  });

  it("does not affect the other standard details", () => {
    const errorDetails = new StandardDetails()
      .addFieldViolation("a", "b")
      .addQuotaViolation("s", "d", { quotaValue: 1n << 63n })
      .setRequestInfo("r");
    const error = new RichError(Code.ABORTED, "no", { errorDetails });
    expect(types(error.errorDetails)).toEqual([
      "google.rpc.BadRequest",
      "google.rpc.QuotaFailure",
      "google.rpc.RequestInfo",
    ]);
    expect(error.standardDetails.quotaFailure?.violations).toMatchObject([{ subject: "s", quotaValue: 0n }]);
    expect(error.issues.map(({ message }) => message)).toEqual([
      "google.rpc.QuotaFailure: the field violations[0].quotaValue is 9223372036854775808n, out of the range of its type; it is left out",
    ]);
  });

  it.each([
    ["an unpacked message", { fieldViolations: [] }],
    ["an Any of another library", { type_url: "t/a", value: new Uint8Array() }],
    ["text for bytes", { typeUrl: "t/a", value: "CAU" }],
    ["an array for bytes", { typeUrl: "t/a", value: [1, 2] }],
    ["no value", { typeUrl: "t/a" }],
    ["null", null],
    ["undefined", undefined],
  ])("is left out if it is %s", (_, detail) => {
    const errorDetails = [
      gone("before"),
      detail as unknown as ErrorDetail,
      gone("again"),
      packDetail(BadRequest, { fieldViolations: [] }),
    ];
    const error = new RichError(Code.ABORTED, "no", { errorDetails });
    expect(types(error.errorDetails)).toEqual(["test.v1.Gone", "google.rpc.BadRequest"]);
    expect(error.issues).toEqual([issue("it is not an ErrorDetail; use packDetail(codec, message)")]);
    expect(pack(error).length).toBeGreaterThan(0);
  });

  it("is left out if its codec returns something other than bytes", () => {
    const codec = { ...textCodec("test.v1.Gone"), encode: () => "text" as unknown as Uint8Array };
    const error = new RichError(definition({ detail: codec }), { text: "x" });
    expect(types(error.errorDetails)).toEqual(["google.rpc.ErrorInfo"]);
    expect(error.issues).toEqual([issue("it is not an ErrorDetail; use packDetail(codec, message)")]);
  });

  it("is left out if iterating the details throws halfway or at once", () => {
    function* details() {
      yield gone("x");
      throw "tantrum";
    }
    const halfway = new RichError(Code.ABORTED, "no", { errorDetails: details() });
    expect([types(halfway.errorDetails), halfway.issues]).toEqual([["test.v1.Gone"], [issue("tantrum")]]);
    const notIterable = new RichError(Code.ABORTED, "no", { errorDetails: 7 as unknown as [], reason: "R" });
    expect(types(notIterable.errorDetails)).toEqual(["google.rpc.ErrorInfo"]);
    expect(notIterable.issues).toHaveLength(1);
  });
});

it("reports a string for help as one mistake, not as many links", () => {
  const options: object = { reason: "R", domain: "d", help: "https://example.com" };
  const { issues } = new RichError(5, "no", options);
  expect(issues).toEqual([
    {
      kind: "invalid-value",
      message: 'the option "help" is "https://example.com", not a list of { description, url }; it is left out',
    },
  ]);
});
