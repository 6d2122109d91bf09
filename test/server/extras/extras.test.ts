import { Metadata } from "@grpc/grpc-js";
import { fromStatus, RichError, StandardDetails } from "grpc-rich-errors";
import { typeNameOf } from "grpc-rich-errors/details";
import { describe, expect, it } from "vitest";
import { ServerCallInfo } from "../../../src/masking/call-info.js";
import { Extras, type ExtrasOptions } from "../../../src/server/extras/extras.js";
import { BadShapeError, CornersBusyError, catalog, tooManySides } from "../../support/errors.js";
import { expectNothingUncaught } from "../../support/watch.js";

expectNothingUncaught();

const metadata = new Metadata();
metadata.set("x-request-id", "r-7");
metadata.set("accept-language", "de-AT, de;q=0.5");
const connection = { getConnectionInfo: () => ({ remoteAddress: "127.0.0.1", remotePort: 1 }) };
const call = new ServerCallInfo("/shapes.v1.Shapes/Unary", connection, metadata);

function added(error: RichError, options: ExtrasOptions) {
  const { details, problems } = new Extras(options, 4096).addTo(error, error, call);
  const read = new RichError(5, "x", { errorDetails: details });
  const names = details.map(({ typeUrl }) => typeNameOf(typeUrl).replace(/.*\./, ""));
  return { names, problems, standard: read.standardDetails };
}

const ALL: ExtrasOptions = {
  requestInfo: true,
  help: true,
  debug: () => true,
  messages: { de: { TOO_MANY_SIDES: "zu viele Seiten" } },
};

describe("extras", () => {
  it("come after ErrorInfo and the error's own details, before its typed detail", () => {
    const errorDetails = new StandardDetails().setResourceInfo({ resourceName: "chiliagon" });
    expect(added(tooManySides({ errorDetails }), ALL).names).toEqual([
      "ErrorInfo",
      "ResourceInfo",
      "RequestInfo",
      "LocalizedMessage",
      "Help",
      "DebugInfo",
      "TooManySidesErrorDetails",
    ]);
  });

  it("have their content", () => {
    const { requestInfo, localizedMessage, help, debugInfo } = added(tooManySides(), ALL).standard;
    expect(requestInfo).toEqual({ requestId: "r-7", servingData: "" });
    expect(localizedMessage).toEqual({ locale: "de", message: "zu viele Seiten" });
    expect(help).toEqual({ links: [{ description: "Too many sides", url: "https://shapes.example.com/sides" }] });
    expect(debugInfo?.detail).toMatch(/^TooManySidesError: chiliagon/);
    expect(debugInfo?.stackEntries.length).toBeGreaterThan(0);
  });

  it("come last if the error has no typed detail", () => {
    expect(added(new CornersBusyError(), { requestInfo: true }).names).toEqual([
      "ErrorInfo",
      "RetryInfo",
      "RequestInfo",
    ]);
    expect(added(new RichError(5, "x"), { requestInfo: true }).names).toEqual(["RequestInfo"]);
  });

  it("come before a typed detail that is a standard one", () => {
    const error = new BadShapeError({ fieldViolations: [] });
    expect(added(error, { requestInfo: true }).names).toEqual(["ErrorInfo", "RequestInfo", "BadRequest"]);
  });

  it("come before a typed detail that is the only one", () => {
    const [detail] = tooManySides().errorDetails.slice(-1);
    const received = fromStatus({ code: 3, message: "x", details: detail ? [detail] : [] }, { catalogs: [catalog] });
    expect(added(received, { requestInfo: true }).names).toEqual(["RequestInfo", "TooManySidesErrorDetails"]);
  });

  it("have no problems if there is nothing to add", () => {
    for (const error of [tooManySides(), new CornersBusyError(), new RichError(5, "x")]) {
      expect(added(error, { help: true }).problems).toEqual([]);
      expect(added(error, {}).problems).toEqual([]);
    }
  });

  it.each([
    [4096, 384],
    [8192, 768],
  ])("have a DebugInfo whose message takes an eighth of the %d bytes of the block in base64", (most, length) => {
    const thrown = new Error("m".repeat(5000));
    const { details } = new Extras({ debug: () => true }, most).addTo(new RichError(5, "x"), thrown, call);
    const { debugInfo } = new RichError(5, "x", { errorDetails: details }).standardDetails;
    expect(debugInfo?.detail).toHaveLength(length);
  });

  it("do not replace the error's own details", () => {
    const errorDetails = new StandardDetails()
      .setRequestInfo("mine")
      .setLocalizedMessage("fr", "trop de côtés")
      .addHelpLink("mine", "https://mine.example.com")
      .setDebugInfo("mine");
    const { names, standard } = added(tooManySides({ errorDetails }), ALL);
    expect(names).toHaveLength(new Set(names).size);
    expect([standard.requestInfo?.requestId, standard.localizedMessage?.locale]).toEqual(["mine", "fr"]);
    expect([standard.help?.links[0]?.description, standard.debugInfo?.detail]).toEqual(["mine", "mine"]);
  });

  it("are only those that the options ask for and that have content", () => {
    expect(added(tooManySides(), {}).names).toEqual(["ErrorInfo", "TooManySidesErrorDetails"]);
    expect(added(tooManySides(), { help: true }).names).toEqual(["ErrorInfo", "Help", "TooManySidesErrorDetails"]);
    expect(added(new CornersBusyError(), { help: true }).names).toEqual(["ErrorInfo", "RetryInfo"]);
    expect(added(new RichError(5, "x"), { ...ALL, requestInfo: false, debug: () => false }).names).toEqual([]);
  });
});

describe("the option debug", () => {
  it("is called with the call", () => {
    const asked: unknown[] = [];
    added(tooManySides(), { debug: (given) => asked.push(given) > 5 });
    expect(asked).toEqual([call]);
  });

  it.each<[string, (() => unknown) | undefined]>([
    ["returns false", () => false],
    ["returns a truthy value", () => "yes"],
    ["returns undefined", () => undefined],
    ["is async", async () => true],
    ["is async, and rejects", async () => Promise.reject(new Error("x"))],
  ])("adds no DebugInfo if it %s", (_, debug) => {
    const { names, problems } = added(tooManySides(), { debug: debug as () => boolean });
    expect(names).toEqual(["ErrorInfo", "TooManySidesErrorDetails"]);
    expect(problems).toEqual([]);
  });

  it("adds no DebugInfo if it throws, and reports the failure", () => {
    const broken = new Error("broken");
    const debug = () => {
      throw broken;
    };
    const { names, problems } = added(tooManySides(), { debug });
    expect(names).toEqual(["ErrorInfo", "TooManySidesErrorDetails"]);
    expect(problems).toEqual([
      new Error("the error is sent without google.rpc.DebugInfo, because creating it failed", { cause: broken }),
    ]);
  });
});
