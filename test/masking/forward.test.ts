import { credentials } from "@grpc/grpc-js";
import { Catalog, Code, fromStatus, promises, type RichError } from "grpc-rich-errors";
import {
  BadRequest,
  DebugInfo,
  type ErrorDetail,
  ErrorInfo,
  Help,
  LocalizedMessage,
  PreconditionFailure,
  packDetail,
  QuotaFailure,
  RequestInfo,
  ResourceInfo,
  RetryInfo,
  tsProtoCodec,
  typeNameOf,
} from "grpc-rich-errors/details";
import { fromHttp } from "grpc-rich-errors/http";
import { describe, expect, it, onTestFinished } from "vitest";
import { encodeDetails } from "../../src/detail/detail.js";
import { forward, removedDetailsProblem, undeclaredErrorProblem } from "../../src/masking/forward.js";
import { encodeStatus } from "../../src/status/trailer.js";
import { Wrapper } from "../gen/interop/v1/interop.js";
import { ShapesClient } from "../gen/shapes/v1/shapes.js";
import { declare, textCodec } from "../support/declared.js";
import { CornersBusyError, catalog, SIDES, TooManySidesError, tooManySides } from "../support/errors.js";
import { startRawServer } from "../support/raw.js";
import { startShapes } from "../support/shapes.js";
import { callOn } from "../support/surfaces.js";

const SECRET = "hunter2";
const NONE: ReadonlySet<string> = new Set();

const own = tooManySides().errorDetails.at(-1) as ErrorDetail;
const info = (reason = "TOO_MANY_SIDES", domain = "shapes.example.com", metadata: Record<string, string> = {}) =>
  packDetail(ErrorInfo, { reason, domain, metadata });
const debug = packDetail(DebugInfo, { detail: SECRET, stackEntries: [] });
const trace = packDetail(textCodec("acme.v1.Trace"), { text: SECRET });
const requestInfo = packDetail(RequestInfo, { requestId: "r-1", servingData: SECRET });

function received(...details: ErrorDetail[]): RichError {
  return fromStatus({ code: Code.INVALID_ARGUMENT, message: "no", details }, { catalogs: [catalog] });
}

function typesOf(error: RichError | undefined): string[] | undefined {
  return error?.errorDetails.map(({ typeUrl }) => typeNameOf(typeUrl).replace("google.rpc.", ""));
}

const FOR_CALLERS: readonly ErrorDetail[] = [
  packDetail(RetryInfo, { retryDelay: { seconds: 1n, nanos: 0 } }),
  packDetail(BadRequest, { fieldViolations: [] }),
  packDetail(PreconditionFailure, { violations: [] }),
  packDetail(QuotaFailure, { violations: [] }),
  packDetail(ResourceInfo, { resourceType: "a", resourceName: "b", owner: "c", description: "d" }),
  packDetail(Help, { links: [] }),
  packDetail(LocalizedMessage, { locale: "fr", message: "non" }),
];

describe("forward, for an error that a catalog declares,", () => {
  it.each(FOR_CALLERS.map((detail) => [typeNameOf(detail.typeUrl), detail] as const))("keeps %s", (_, detail) => {
    const { error, removed } = forward(received(info(), detail, own), [catalog], NONE) ?? {};
    expect(error?.errorDetails).toEqual([info(), detail, own]);
    expect(removed).toEqual(NONE);
    expect(error).toBeRichError(TooManySidesError, SIDES);
    expect(error).toMatchObject({ received: true, code: Code.INVALID_ARGUMENT, message: "no", issues: [] });
  });

  it.each<[string, ErrorDetail, string]>([
    ["DebugInfo", debug, "google.rpc.DebugInfo"],
    ["RequestInfo", requestInfo, "google.rpc.RequestInfo"],
    ["a detail of an unknown type", trace, "acme.v1.Trace"],
    ["a detail without a type", { typeUrl: "", value: Buffer.from(SECRET) }, ""],
    ["a second ErrorInfo", info("OTHER", SECRET), "google.rpc.ErrorInfo"],
    ["a second detail of the declared type", own, typeNameOf(own.typeUrl)],
    ["a second detail of a standard type", FOR_CALLERS[0] as ErrorDetail, "google.rpc.RetryInfo"],
    ["a detail that cannot be read", { typeUrl: "t/google.rpc.Help", value: Buffer.of(10, 200) }, "google.rpc.Help"],
  ])("removes %s", (_, detail, typeName) => {
    const { error, removed } =
      forward(received(info(), FOR_CALLERS[0] as ErrorDetail, own, detail), [catalog], NONE) ?? {};
    expect(typesOf(error)).toEqual(["ErrorInfo", "RetryInfo", "shapes.v1.TooManySidesErrorDetails"]);
    expect([...(removed ?? [])]).toEqual([typeName]);
    expect(Buffer.from(encodeDetails(error?.errorDetails ?? [])).includes(SECRET)).toBe(false);
  });

  it("keeps the metadata of ErrorInfo", () => {
    const { error } = forward(received(info(undefined, undefined, { shard: "7" }), own), [catalog], NONE) ?? {};
    expect(error?.info?.metadata).toEqual({ shard: "7" });
  });

  it("restores the order and the type URL prefixes of this package", () => {
    const [retry, help] = [FOR_CALLERS[0], FOR_CALLERS[5]] as [ErrorDetail, ErrorDetail];
    const odd = [own, help, info(), retry].map(({ typeUrl, value }) => ({
      typeUrl: `${SECRET}/${typeNameOf(typeUrl)}`,
      value,
    }));
    const { error } = forward(received(...odd), [catalog], NONE) ?? {};
    expect(error?.errorDetails).toEqual([info(), help, retry, own]);
  });

  it("keeps unknown fields of the declared detail", () => {
    const newer = { ...own, value: Buffer.concat([own.value, Buffer.of(0xf8, 0x7f, 1)]) };
    expect(forward(received(info(), newer), [catalog], NONE)?.error.errorDetails).toEqual([info(), newer]);
  });

  it("reports 10,000 removed details of one type as one type", () => {
    const many = Array.from({ length: 10_000 }, () => trace);
    const { error, removed } = forward(received(info(), ...many, own), [catalog], NONE) ?? {};
    expect(typesOf(error)).toHaveLength(2);
    expect(removed).toEqual(new Set(["acme.v1.Trace"]));
  });

  it("keeps the order of the details if it has no detail of its own", () => {
    const errorDetails = new CornersBusyError().errorDetails;
    const { error, removed } =
      forward(fromStatus({ code: 10, message: "busy", details: errorDetails }), [catalog], NONE) ?? {};
    expect(error).toBeRichError(CornersBusyError);
    expect(error?.errorDetails).toEqual(errorDetails);
    expect(removed).toEqual(NONE);
  });

  it("removes a declared detail that is a DebugInfo", () => {
    const Traced = declare({ detail: DebugInfo });
    const thrown = new Traced({ detail: SECRET, stackEntries: [] });
    const { error, removed } =
      forward(
        fromStatus({ code: 13, message: "it broke", details: thrown.errorDetails }),
        [new Catalog([Traced])],
        NONE,
      ) ?? {};
    expect(typesOf(error)).toEqual(["ErrorInfo"]);
    expect([...(removed ?? [])]).toEqual(["google.rpc.DebugInfo"]);
  });

  it("removes a second ErrorInfo even if forwardDetails names the type", () => {
    const options = new Set(["google.rpc.ErrorInfo"]);
    const { error, removed } = forward(received(info(), info("OTHER", SECRET), own), [catalog], options) ?? {};
    expect(error?.errorDetails).toEqual([info(), own]);
    expect(removed).toEqual(options);
  });

  it("removes the JSON details of an HTTP response unless forwardDetails names their type", () => {
    const body = {
      code: 3,
      message: "no",
      details: [
        { "@type": "t/google.rpc.ErrorInfo", reason: "TOO_MANY_SIDES", domain: "shapes.example.com" },
        { "@type": "t/acme.v1.Trace", text: SECRET },
      ],
    };
    const error = fromHttp(400, { "content-type": "application/json" }, body, { catalogs: [catalog] });
    expect(error.jsonDetails).toHaveLength(1);
    expect(forward(error, [catalog], NONE)?.removed).toEqual(new Set(["acme.v1.Trace"]));
    expect(forward(error, [catalog], new Set(["acme.v1.Trace"]))?.removed).toEqual(NONE);
  });

  it("adds no ErrorInfo to an error that only its detail identifies", () => {
    expect(forward(received(own, debug), [catalog], NONE)?.error.errorDetails).toEqual([own]);
  });
});

describe("the option forwardDetails", () => {
  it.each([
    ["acme.v1.Trace", trace],
    ["google.rpc.RequestInfo", requestInfo],
    ["google.rpc.DebugInfo", debug],
  ])("forwards details of the type %s", (typeName, detail) => {
    const { error, removed } = forward(received(info(), detail, own), [catalog], new Set([typeName])) ?? {};
    expect(error?.errorDetails.map(({ value }) => value)).toEqual([info(), detail, own].map(({ value }) => value));
    expect(removed).toEqual(NONE);
  });
});

describe("forward returns undefined for an error", () => {
  it.each([
    ["without a reason", received()],
    ["of another domain", received(info("TOO_MANY_SIDES", "other.example.com"))],
    ["with another reason", received(info("TOO_FEW_SIDES"))],
  ])("%s", (_, error) => {
    expect(forward(error, [catalog], new Set(["acme.v1.Trace"]))).toBeUndefined();
  });
});

describe("a DebugInfo inside a declared detail", () => {
  const Wrapped = declare({ detail: tsProtoCodec("interop.v1.Wrapper", Wrapper), code: Code.ABORTED });
  const wrappers = new Catalog([Wrapped]);
  const message = { ...Wrapper.decode(new Uint8Array()), note: "kept" };
  const withDebug = { ...message, inner: { typeUrl: debug.typeUrl, value: Buffer.from(debug.value) } };

  it.each([
    [undefined, false],
    [["google.rpc.DebugInfo"], true],
  ])("is removed unless forwardDetails names it: %j", async (forwardDetails, isForwarded) => {
    const thrown = new Wrapped(withDebug);
    const behind = await startShapes({ unary: () => Promise.reject(thrown) });
    const shapes = await startShapes(
      { unary: (call) => behind.calls.unary(call.request) },
      { catalogs: [wrappers], boundary: forwardDetails ? { forwardDetails } : {} },
    );
    const { error } = await callOn(shapes, "unary");
    const detail = (error as RichError).findDetail(tsProtoCodec("interop.v1.Wrapper", Wrapper));
    expect(detail?.note).toBe("kept");
    expect(detail?.inner?.value.includes(SECRET) ?? false).toBe(isForwarded);
  });
});

describe("the problem of an error that no catalog declares", () => {
  const masked = (identity: string) =>
    `masked another server's error ${identity}, because no catalog declares it; add its catalog to "catalogs" or an entry to "map"`;

  it.each([
    ["its reason and domain", received(info("GONE", "shop.example.com")), 'GONE of the domain "shop.example.com"'],
    ["an empty domain", received(info("GONE", "")), 'GONE of the domain ""'],
    ["a reason of 100 letters", received(info("R".repeat(100), "x")), `${"R".repeat(100)} of the domain "x"`],
    ["the beginning of a longer reason", received(info("R".repeat(101), "x")), `${"R".repeat(99)}… of the domain "x"`],
    ["the missing reason", received(), "without a reason"],
  ])("names %s", (_, error, identity) => {
    expect(undeclaredErrorProblem(error).message).toBe(masked(identity));
  });

  it("has an empty domain for an error without one", () => {
    const error = { reason: "GONE", domain: undefined } as RichError;
    expect(undeclaredErrorProblem(error).message).toBe(masked('GONE of the domain ""'));
  });
});

describe("the problem of removed details", () => {
  const numbered = (count: number) => Array.from({ length: count }, (_, index) => `a.T${index}`);
  it.each([
    [["a.T0"], "a.T0"],
    [["a.T0", ""], "a.T0, a detail without a type"],
    [numbered(8), "a.T0, a.T1, a.T2, a.T3, a.T4, a.T5, a.T6, a.T7"],
    [numbered(9), "a.T0, a.T1, a.T2, a.T3, a.T4, a.T5, a.T6, a.T7 and 1 more"],
  ])("of the types %j names up to eight of them", (types, named) => {
    expect(removedDetailsProblem(new Set(types)).message).toBe(
      `removed details from another server's error: ${named}; to forward a type, add it to "forwardDetails"`,
    );
  });
});

it("onError gets the removed types as a problem of limited length", async () => {
  const many = Array.from({ length: 20 }, (_, index) => ({ ...trace, typeUrl: `t/${"x".repeat(500)}${index}` }));
  const trailer = encodeStatus(Code.INVALID_ARGUMENT, "no", encodeDetails([info(), own, ...many]));
  const address = await startRawServer({
    "grpc-status": String(Code.INVALID_ARGUMENT),
    "grpc-message": "no",
    "grpc-status-details-bin": Buffer.from(trailer).toString("base64"),
  });
  const client = new ShapesClient(address, credentials.createInsecure());
  onTestFinished(() => client.close());
  const shapes = await startShapes(
    { unary: ({ request }) => promises(client).unary(request) },
    { catalogs: [catalog] },
  );
  expect((await callOn(shapes, "unary")).error).toBeRichError(TooManySidesError, SIDES);
  expect(shapes.failed).toMatchObject([{ masked: false, problems: [{}] }]);
  const [problem] = shapes.failed[0]?.problems ?? [];
  expect(problem?.message).toMatch(
    /^removed details from another server's error: (x{99}…(, )?){8} and 12 more; to forward a type, add it to "forwardDetails"$/,
  );
});
