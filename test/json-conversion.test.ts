import { fromJson, pack, RichError, StandardDetails, unpack } from "grpc-rich-errors";
import { fromHttp } from "grpc-rich-errors/http";
import { describe, expect, it } from "vitest";
import { CornersBusyError, catalog, TooManySidesError } from "./gen/shapes/v1/shapes.rich.js";

const OPTIONS = { catalogs: [catalog] };
const SIDES = { shape: "disc", sides: 9_007_199_254_740_993n, limit: { most: 12n } };

const throughJson = (error: RichError) => fromJson(JSON.parse(JSON.stringify(error)), OPTIONS);

describe("fromJson", () => {
  it("returns an instance of the class, with the detail, the details and the delay", () => {
    const errorDetails = new StandardDetails().addFieldViolation("sides", "too many");
    const error = throughJson(new TooManySidesError(SIDES, { retryDelay: 1500, errorDetails }));
    expect(error).toBeInstanceOf(TooManySidesError);
    expect(error).toMatchObject({ detail: SIDES, retryDelay: 1500, received: true, recovery: "FIX_REQUEST" });
    expect(error.standardDetails.badRequest?.fieldViolations).toHaveLength(1);
    expect(error.issues).toEqual([]);
    expect(error.stack).toContain("json-conversion.test.ts");
  });

  it("keeps issues, and finds out anew which types its catalogs lack", () => {
    const details = [{ typeUrl: "t/new.v1.Fact", value: new Uint8Array() }];
    const thrown = new TooManySidesError({ ...SIDES, sides: "x" as never }, { errorDetails: details });
    const wrong = thrown.issues;
    expect(wrong).toHaveLength(1);
    const read = throughJson(thrown);
    expect(read.issues).toEqual(expect.arrayContaining([...wrong]));
    expect(read.issues.map(({ kind }) => kind)).toContain("unknown-type");
    expect(throughJson(throughJson(read)).issues).toEqual(read.issues);
  });

  it("keeps the chain of causes: errors of this package, others, and values", () => {
    const cause = new CornersBusyError({ cause: new RangeError("far", { cause: "a text" }) });
    const error = throughJson(new RichError(13, "x", { cause }));
    expect(error.cause).toBeInstanceOf(CornersBusyError);
    expect((error.cause as Error).cause).toMatchObject({ name: "RangeError", message: "far", cause: "a text" });
    expect((error.cause as Error).cause).toBeInstanceOf(Error);
  });

  it("keeps the facts of an error that no server sent", () => {
    const refused = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED", syscall: "connect" });
    const local = RichError.from(refused);
    const { recovery, outcome, fault, origin, code } = local;
    expect(origin).toBe("TRANSPORT");
    expect(throughJson(local)).toMatchObject({ recovery, outcome, fault, origin, code });
  });

  it("keeps details that came over HTTP without a known type", () => {
    const body = { error: { code: 404, message: "x", status: "NOT_FOUND", details: [{ "@type": "t/a.B", c: 1 }] } };
    const error = fromHttp(404, {}, body);
    expect(throughJson(error).jsonDetails).toEqual([{ "@type": "t/a.B", c: 1 }]);
  });

  it("says that the details were too large, and keeps the identity", () => {
    const errorDetails = new StandardDetails().setDebugInfo("x".repeat(40_000), []);
    const json = new TooManySidesError(SIDES, { errorDetails }).toJSON();
    expect(json.packed).toBeUndefined();
    const error = fromJson(json, OPTIONS);
    expect(error).toBeInstanceOf(TooManySidesError);
    expect(error.issues.map(({ message }) => message)).toEqual([
      "the details of the error were too large for its JSON",
      'the peer sent no detail of the type "shapes.v1.TooManySidesErrorDetails"; error.detail is an empty message',
    ]);
  });

  it.each([
    ["undefined", undefined],
    ["a text", '{"code":"NOT_FOUND"}'],
    ["an empty object", {}],
    ["a number as code", { name: "X", code: 5, message: "x" }],
    ["a Proxy that throws", throwing()],
  ])("reads %s as UNKNOWN, and says why", (_, value) => {
    const error = fromJson(value, OPTIONS);
    expect(error.code).toBe(2);
    expect(error.issues[0]?.message).toMatch(
      /^the value is .*, not the JSON of an error, which has name, code and message$/,
    );
  });

  it.each([
    ["no base64", "%%"],
    ["a number", 5],
    ["too long", "A".repeat(1_000_000)],
  ])("reads the other members if the packed details are %s", (_, packed) => {
    const json = { ...new TooManySidesError(SIDES).toJSON(), packed };
    const error = fromJson(json, OPTIONS);
    expect(error).toBeInstanceOf(TooManySidesError);
    expect(error.issues[0]?.message).toBe('"packed" in the JSON of the error is not base64');
  });

  it("reads hostile members without throwing", () => {
    const json = {
      name: "X",
      code: "NOT_FOUND",
      message: "\ud800",
      reason: {},
      packed: "/////w==",
      issues: [null, 5, { kind: "__proto__", message: "x" }, { kind: "shed", message: 5 }, throwing()],
      errorDetails: [throwing(), null],
      recovery: "constructor",
      outcome: 7,
      cause: { name: "Y", code: "ABORTED", message: "y", cause: { message: throwing() } },
    };
    const error = fromJson(json, OPTIONS);
    expect(error.recovery).toBeUndefined();
    expect(JSON.stringify(error)).toContain("malformed-status");
    let endless: object = json;
    for (let depth = 0; depth < 1000; depth++) endless = { ...json, cause: endless };
    expect(() => fromJson(endless)).not.toThrow();
  });

  it("refuses unknown options", () => {
    expect(() => fromJson({}, { catalog: [] } as never)).toThrow(
      new TypeError('fromJson: the option "catalog" is unknown; write "catalogs"'),
    );
  });

  it("reads what structuredClone made of the JSON, but no clone of the error", () => {
    const error = new TooManySidesError(SIDES);
    expect(fromJson(structuredClone(error.toJSON()), OPTIONS).detail).toEqual(SIDES);
    const clone = RichError.from(structuredClone(error), OPTIONS);
    expect(clone).toMatchObject({ code: 2, message: error.message, reason: undefined });
  });
});

describe("packed in the JSON of an error", () => {
  it("is left out of an error without details, and can be unpacked", () => {
    expect(new RichError(5, "x").toJSON()).toEqual({ name: "RichError", code: "NOT_FOUND", message: "x" });
    const { packed = "" } = new TooManySidesError(SIDES).toJSON();
    expect(unpack(Buffer.from(packed, "base64"), OPTIONS).detail).toEqual(SIDES);
    expect(packed).toBe(Buffer.from(pack(new TooManySidesError(SIDES))).toString("base64"));
  });
});

/** Throws at whatever is done to it. */
function throwing(): object {
  const fail = () => {
    throw new Error("no");
  };
  return new Proxy({}, { get: fail, has: fail, ownKeys: fail, getPrototypeOf: fail, getOwnPropertyDescriptor: fail });
}
