import { Metadata } from "@grpc/grpc-js";
import { RichError, StandardDetails, typeNameOf } from "grpc-rich-errors";
import { describe, expect, it } from "vitest";
import { ServerCallInfo } from "../../../src/masking/call-info.js";
import { Extras, type ExtrasOptions } from "../../../src/server/extras/extras.js";
import { BadShapeError, CornersBusyError, tooManySides } from "../../support/errors.js";
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
  it("stand after ErrorInfo and what the error has itself, before its typed detail", () => {
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

  it("say what they are for", () => {
    const { requestInfo, localizedMessage, help, debugInfo } = added(tooManySides(), ALL).standard;
    expect(requestInfo).toEqual({ requestId: "r-7", servingData: "" });
    expect(localizedMessage).toEqual({ locale: "de", message: "zu viele Seiten" });
    expect(help).toEqual({ links: [{ description: "Too many sides", url: "https://shapes.example.com/sides" }] });
    expect(debugInfo?.detail).toMatch(/^TooManySidesError: chiliagon/);
    expect(debugInfo?.stackEntries.length).toBeGreaterThan(0);
  });

  it("come last where an error has no detail", () => {
    expect(added(new CornersBusyError(), { requestInfo: true }).names).toEqual([
      "ErrorInfo",
      "RetryInfo",
      "RequestInfo",
    ]);
    expect(added(new RichError(5, "x"), { requestInfo: true }).names).toEqual(["RequestInfo"]);
  });

  it("stand before a typed detail that is a standard one", () => {
    const error = new BadShapeError({ fieldViolations: [] });
    expect(added(error, { requestInfo: true }).names).toEqual(["ErrorInfo", "RequestInfo", "BadRequest"]);
  });

  it("leave what the error says itself", () => {
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

  it("are those that are asked for, and those that there are", () => {
    expect(added(tooManySides(), {}).names).toEqual(["ErrorInfo", "TooManySidesErrorDetails"]);
    expect(added(tooManySides(), { help: true }).names).toEqual(["ErrorInfo", "Help", "TooManySidesErrorDetails"]);
    expect(added(new CornersBusyError(), { help: true }).names).toEqual(["ErrorInfo", "RetryInfo"]);
    expect(added(new RichError(5, "x"), { ...ALL, requestInfo: false, debug: () => false }).names).toEqual([]);
  });
});

describe("a function that says who may know of the server's inside", () => {
  it("is asked with what is known of the call", () => {
    const asked: unknown[] = [];
    added(tooManySides(), { debug: (about) => asked.push(about) > 5 });
    expect(asked).toEqual([call]);
  });

  it.each<[string, (() => unknown) | undefined]>([
    ["answers no", () => false],
    ["answers something like yes", () => "yes"],
    ["answers nothing", () => undefined],
    ["is async", async () => true],
    ["is async, and rejects", async () => Promise.reject(new Error("x"))],
  ])("and %s lets nobody", (_, debug) => {
    const { names, problems } = added(tooManySides(), { debug: debug as () => boolean });
    expect(names).toEqual(["ErrorInfo", "TooManySidesErrorDetails"]);
    expect(problems).toEqual([]);
  });

  it("and throws lets nobody, and is told of", () => {
    const broken = new Error("broken");
    const debug = () => {
      throw broken;
    };
    const { names, problems } = added(tooManySides(), { debug });
    expect(names).toEqual(["ErrorInfo", "TooManySidesErrorDetails"]);
    expect(problems).toMatchObject([{ cause: broken }]);
  });
});
