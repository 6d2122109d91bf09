import { Metadata } from "@grpc/grpc-js";
import { Catalog, Code, fromStatus, RichError, toStatus } from "grpc-rich-errors";
import { ErrorInfo, Help, packDetail, RetryInfo, typeNameOf } from "grpc-rich-errors/details";
import { describe, expect, it } from "vitest";
import { BadShapeError, CornersBusyError, catalog, TooManySidesError } from "./gen/shapes/v1/shapes.rich.js";
import { brokenCodec, declare, definition, textCodec } from "./support/declared.js";

const SIDES = { shape: "disc", sides: 9007199254740993n, limit: { most: 12n } };
const types = (error: RichError) => error.errorDetails.map(({ typeUrl }) => typeNameOf(typeUrl));

describe("an undeclared error", () => {
  it("has only a code and a message by default", () => {
    const error = new RichError(Code.NOT_FOUND, "no such order");
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: "RichError", code: 5, message: "no such order", details: "no such order" });
    expect([error.reason, error.domain, error.definition, error.detail, error.info]).toEqual(Array(5).fill(undefined));
    expect(error.metadata?.getMap()).toEqual({});
    expect([error.errorDetails, error.issues, error.received, error.retryDelay]).toEqual([[], [], false, undefined]);
    expect("cause" in error).toBe(false);
  });

  it("has an identity if it has a reason", () => {
    const error = new RichError(Code.NOT_FOUND, "no", { reason: "NO_ORDER", domain: "shop", info: { order: "7" } });
    expect([error.reason, error.domain]).toEqual(["NO_ORDER", "shop"]);
    expect(error.info).toEqual({ reason: "NO_ORDER", domain: "shop", metadata: { order: "7" } });
    expect(error.findDetail(ErrorInfo)).toEqual(error.info);
  });

  it("carries no ErrorInfo without a reason, even if it has a domain", () => {
    expect(types(new RichError(Code.NOT_FOUND, "no", { domain: "shop", info: { a: "b" } }))).toEqual([]);
    expect(types(new RichError(Code.NOT_FOUND, "no", { reason: "" }))).toEqual([]);
  });

  it.each([0, 17, 99, -1, 1.5, Number.NaN, "5", undefined, null])("is UNKNOWN if its code is %s", (code) => {
    const error = new RichError(code as unknown as Code, "no");
    expect([error.code, error.message, error.definition]).toEqual([Code.UNKNOWN, "no", undefined]);
  });

  it("says what to write instead of the name of a code", () => {
    const error = new RichError("NOT_FOUND" as unknown as Code, "no");
    const found = 'the code is "NOT_FOUND", not a whole number from 1 to 16; UNKNOWN is sent';
    expect(error.issues).toEqual([
      { kind: "invalid-code", message: `${found}; write a value of Code, such as Code.NOT_FOUND` },
    ]);
  });
});

describe("a declared error", () => {
  it("has everything that is declared", () => {
    const error = new TooManySidesError(SIDES);
    expect(error).toMatchObject({
      name: "TooManySidesError",
      code: Code.INVALID_ARGUMENT,
      reason: "TOO_MANY_SIDES",
      domain: "shapes.example.com",
      message: "disc has 9007199254740993 sides, 12 {at most}",
      detail: SIDES,
      definition: TooManySidesError.definition,
      received: false,
    });
    expect(error.info).toEqual({ reason: "TOO_MANY_SIDES", domain: "shapes.example.com", metadata: { code: "1" } });
  });

  it("accepts a message and other options", () => {
    const cause = new Error("database down");
    const metadata = new Metadata();
    metadata.set("x-corner", "3");
    const error = new CornersBusyError({ message: "later", cause, metadata, info: { corner: "3" }, retryDelay: 250 });
    expect([error.message, error.cause, error.retryDelay]).toEqual(["later", cause, 250]);
    expect(error.metadata?.get("x-corner")).toEqual(["3"]);
    expect(error.info?.metadata).toEqual({ corner: "3", code: "11" });
  });

  it("keeps its number if a fact is named code", () => {
    expect(new CornersBusyError({ info: { code: "77" } }).info?.metadata).toEqual({ code: "11" });
  });

  it("has the delay of its definition by default", () => {
    expect(new CornersBusyError().retryDelay).toBe(1500);
    expect(new CornersBusyError({ retryDelay: 0 }).retryDelay).toBe(0);
    expect(new TooManySidesError(SIDES).retryDelay).toBeUndefined();
  });

  it("has the recovery, the outcome and the fault of its definition", () => {
    const Gone = declare({ recovery: "REDIRECT", outcome: "NOT_APPLIED", fault: "DEPENDENCY" });
    const sent = new Gone(undefined);
    expect(sent).toMatchObject({ recovery: "REDIRECT", outcome: "NOT_APPLIED", fault: "DEPENDENCY" });
    const received = fromStatus(toStatus(sent), { catalogs: [new Catalog([Gone])] });
    expect(received).toMatchObject({ recovery: "REDIRECT", outcome: "NOT_APPLIED", fault: "DEPENDENCY" });
    const unknown = fromStatus(toStatus(sent));
    expect([unknown.recovery, unknown.outcome, unknown.fault]).toEqual([undefined, undefined, "SERVER"]);
  });

  it("distinguishes a cause that is undefined from no cause", () => {
    expect("cause" in new CornersBusyError({ cause: undefined })).toBe(true);
    expect("cause" in new CornersBusyError()).toBe(false);
  });

  it("never sends its cause", () => {
    const error = new CornersBusyError({ cause: new Error("password: hunter2") });
    expect(JSON.stringify(toStatus(error).details.map(({ value }) => Buffer.from(value).toString()))).not.toContain(
      "hunter2",
    );
  });

  it("has a stack that begins where it was constructed", () => {
    const [head, first] = (new CornersBusyError().stack ?? "").split("\n");
    expect(head).toBe("CornersBusyError: corners busy");
    expect(first).toContain("rich-error.test.ts");
  });

  it("allows its name to be set, as some libraries do", () => {
    const error = new CornersBusyError();
    error.name = "Renamed";
    expect([error.name, Object.keys(error).includes("name")]).toEqual(["Renamed", false]);
    expect(new CornersBusyError().name).toBe("CornersBusyError");
  });

  it("replaces lone surrogates in its message, which would crash grpc-js", () => {
    expect(new TooManySidesError({ ...SIDES, shape: "\ud800", limit: undefined }).message).toBe(
      "\ufffd has 9007199254740993 sides,  {at most}",
    );
    expect(new RichError(Code.ABORTED, "a\udc00b").message).toBe("a\ufffdb");
  });

  it("returns the detail it was constructed with, not a copy", () => {
    expect(new TooManySidesError(SIDES).detail).toBe(SIDES);
  });
});

describe("findDetail", () => {
  const help = { links: [{ description: "Manual", url: "https://example.com" }] };

  it("finds details of any type by their codec", () => {
    const error = new CornersBusyError({ help: help.links });
    expect(error.findDetail(Help)).toEqual(help);
    expect(error.findDetail(RetryInfo)).toEqual({ retryDelay: { seconds: 1n, nanos: 500_000_000 } });
    expect(error.findDetail(textCodec("test.v1.Gone"))).toBeUndefined();
  });

  it("compares the whole name of a type", () => {
    const error = fromStatus({
      code: 5,
      message: "",
      details: [packDetail(textCodec("my.test.v1.Gone"), { text: "x" })],
    });
    expect(error.findDetail(textCodec("test.v1.Gone"))).toBeUndefined();
    expect(error.findDetail(textCodec("my.test.v1.Gone"))).toEqual({ text: "x" });
  });

  it("skips details that cannot be decoded, and reports them once", () => {
    const details = ["\xff", "ok", "\xff", "fine"].map((text) => packDetail(textCodec("test.v1.Gone"), { text }));
    const picky = {
      ...textCodec("test.v1.Gone"),
      decode: (bytes: Uint8Array) => {
        if (bytes.length === 2 && bytes[0] === 0xc3) throw new RangeError("no such message");
        return { text: Buffer.from(bytes).toString() };
      },
    };
    const error = fromStatus({ code: 5, message: "", details });
    expect(error.findDetails(picky)).toEqual([{ text: "ok" }, { text: "fine" }]);
    expect(error.findDetails(picky)).toHaveLength(2);
    const broken = error.issues.filter(({ kind }) => kind === "malformed-detail");
    expect(broken).toEqual([
      {
        kind: "malformed-detail",
        message: 'the detail of the type "test.v1.Gone" cannot be read: no such message',
        typeUrl: "type.googleapis.com/test.v1.Gone",
      },
    ]);
  });

  it("survives a codec that throws a value that is not an error", () => {
    const rude = {
      ...textCodec("test.v1.Gone"),
      decode: () => {
        throw "tantrum";
      },
    };
    const error = fromStatus({ code: 5, message: "", details: [packDetail(rude, { text: "x" })] });
    expect(error.findDetail(rude)).toBeUndefined();
    expect(error.issues[0]?.message).toBe('the detail of the type "test.v1.Gone" cannot be read: tantrum');
  });
});

describe("a received error", () => {
  it("has a typed detail that is decoded once", () => {
    const error = fromStatus(toStatus(new TooManySidesError(SIDES)), { catalogs: [catalog] });
    expect(error).toBeInstanceOf(TooManySidesError);
    expect(error.received).toBe(true);
    expect(error.detail).toEqual(SIDES);
    expect(error.detail).toBe(error.detail);
  });

  it("has an empty message if the detail is missing", () => {
    const { code, message, details } = toStatus(new TooManySidesError(SIDES));
    const error = fromStatus({ code, message, details: details.slice(0, 1) }, { catalogs: [catalog] });
    expect(error.detail).toEqual({ shape: "", sides: 0n, limit: undefined });
    expect(error.issues.map(({ kind }) => kind)).toEqual(["missing-detail"]);
  });

  it("has no detail if it is missing and its codec cannot read an empty message", () => {
    const Odd = declare({ detail: brokenCodec("test.v1.Odd") });
    const received = {
      ...fromStatus(toStatus(new Odd({}))),
      definition: definition({ detail: brokenCodec("test.v1.Odd") as never }),
    };
    const error = new RichError(
      { ...received, errorDetails: [], isKnownType: () => true, issues: [] } as never,
      undefined,
    );
    expect(error.detail).toBeUndefined();
  });

  it("keeps its reason, domain and info if no catalog declares it", () => {
    const error = fromStatus(toStatus(new TooManySidesError(SIDES)));
    expect(error).not.toBeInstanceOf(TooManySidesError);
    expect([error.name, error.reason, error.domain]).toEqual(["RichError", "TOO_MANY_SIDES", "shapes.example.com"]);
    expect([error.definition, error.detail]).toEqual([undefined, undefined]);
    expect(error.info?.metadata).toEqual({ code: "1" });
  });

  it("has the standard detail of its declaration", () => {
    const detail = { fieldViolations: [{ field: "a", description: "b", reason: "", localizedMessage: undefined }] };
    const error = fromStatus(toStatus(new BadShapeError(detail)), { catalogs: [catalog] });
    expect([error.detail, error.standardDetails.badRequest]).toEqual([detail, detail]);
  });

  it.each([
    [undefined, []],
    ["", []],
    ["DebugInfo", ["DebugInfo"]],
    ["DebugInfo,message", ["DebugInfo", "message"]],
  ])("lists the parts that the server left out: %j", (shed, names) => {
    const info = shed === undefined ? {} : { shed };
    const sent = new RichError(Code.ABORTED, "no", { reason: "R", domain: "d", info });
    expect(fromStatus(toStatus(sent)).shed).toEqual(names);
    expect(fromStatus({ code: 5, message: "no", details: [] }).shed).toEqual([]);
  });

  it("protects its issues from changes", () => {
    const error = fromStatus({ code: 0, message: "", details: [] });
    (error.issues as unknown[]).length = 0;
    expect(error.issues).toHaveLength(1);
  });
});
