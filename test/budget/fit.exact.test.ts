import { Metadata } from "@grpc/grpc-js";
import { Code, RichError, StandardDetails } from "grpc-rich-errors";
import { BadRequest, ErrorInfo, typeNameOf } from "grpc-rich-errors/details";
import { describe, expect, it } from "vitest";
import { fitInto as fitWith } from "../../src/budget/fit.js";
import { sizeOf } from "../../src/budget/header-size.js";
import { decodeDetails } from "../../src/status/trailer.js";
import { CornersBusyError, SIDES, TooManySidesError } from "../support/errors.js";

/** Fits an error into a budget, and returns its size as well. */
function fitError(error: RichError, most: number) {
  const fitted = fitWith(error.message.toWellFormed(), RichError.packableOf(error), most, RichError.trailersOf(error));
  const { message, details, trailers, shed } = fitted;
  const size = sizeOf({ message, detailsLength: details.length, trailers });
  const decoded = decodeDetails(details);
  const info = decoded.find(({ typeUrl }) => typeNameOf(typeUrl) === ErrorInfo.typeName);
  return {
    size,
    message,
    shed,
    trailers,
    names: decoded.map(({ typeUrl }) => typeNameOf(typeUrl).replace(/.*\./, "")),
    noted: info && ErrorInfo.decode(info.value).metadata["shed"],
    violations: decoded
      .filter(({ typeUrl }) => typeNameOf(typeUrl) === BadRequest.typeName)
      .flatMap(({ value }) => BadRequest.decode(value).fieldViolations.map(({ field }) => field)),
  };
}

const OPTIONS = { reason: "REASON", domain: "d" };
const trailers = (length: number) => {
  const metadata = new Metadata();
  metadata.set("x-a", "t".repeat(length));
  return metadata;
};

describe("a budget of exactly the size", () => {
  it("sheds nothing of an error that fits", () => {
    const error = new RichError(Code.ABORTED, "m", OPTIONS);
    const { size, shed } = fitError(error, 10_000);
    expect(shed).toEqual([]);
    expect(fitError(error, size).shed).toEqual([]);
    expect(fitError(error, size - 1).shed).not.toEqual([]);
  });

  it("keeps all that is left of an error that lost a part", () => {
    const errorDetails = new StandardDetails().addHelpLink("h".repeat(300), "https://x").setRequestInfo("r");
    const error = new RichError(Code.ABORTED, "m", { ...OPTIONS, errorDetails });
    const lost = fitError(error, fitError(error, 10_000).size - 1);
    expect(lost).toMatchObject({ names: ["ErrorInfo", "RequestInfo"], shed: ["Help"], noted: "Help" });
    expect(fitError(error, lost.size)).toEqual(lost);
    expect(fitError(error, lost.size - 1).shed).not.toEqual(["Help"]);
  });

  it("is used up by the message of an error without details", () => {
    for (const most of [1500, 1501, 1502]) {
      const { size, message, names } = fitError(new RichError(Code.ABORTED, "m".repeat(5000)), most);
      expect(most - size).toBeLessThan(1);
      expect(message.length).toBeGreaterThan(1024);
      expect(names).toEqual([]);
    }
  });
});

describe("a message", () => {
  it("of 1,024 bytes stays while trailers can be dropped", () => {
    const message = "m".repeat(1024);
    const error = new RichError(Code.ABORTED, message, { ...OPTIONS, metadata: trailers(3000) });
    expect(fitError(error, 3500)).toMatchObject({
      message,
      trailers: undefined,
      shed: ["trailers"],
      noted: "trailers",
    });
  });

  it("of 1,025 bytes loses its end first", () => {
    const error = new RichError(Code.ABORTED, "m".repeat(1025), { ...OPTIONS, metadata: trailers(3000) });
    expect(fitError(error, 3500)).toMatchObject({ message: "m".repeat(1024), shed: ["message", "trailers"] });
  });

  it("and the details are gone from an error without a reason that does not fit at all", () => {
    const errorDetails = new StandardDetails().setRequestInfo("r".repeat(500));
    expect(fitError(new RichError(Code.ABORTED, "m".repeat(5000), { errorDetails }), 100)).toMatchObject({
      message: "",
      names: [],
      shed: ["message", "RequestInfo", "info"],
    });
  });
});

describe("violations", () => {
  const details = new StandardDetails();
  for (const field of ["a", "b", "c"]) details.addFieldViolation(field, "f".repeat(200));
  const error = new RichError(Code.ABORTED, "m", { ...OPTIONS, errorDetails: details });

  it.each([
    [1122, ["a", "b"]],
    [800, ["a"]],
  ])("in a budget of %d bytes are the first %j", (most, violations) => {
    expect(fitError(error, most)).toMatchObject({
      violations,
      names: ["ErrorInfo", "BadRequest"],
      shed: ["BadRequest"],
    });
  });

  it("are left out as a whole if the first one does not fit", () => {
    expect(fitError(error, 500)).toMatchObject({ names: ["ErrorInfo"], shed: ["BadRequest"], noted: "BadRequest" });
  });
});

describe("the details of a declared error", () => {
  it("stay if only its message is too long", () => {
    const error = new CornersBusyError({ message: "m".repeat(5000) });
    expect(fitError(error, 3000)).toMatchObject({ names: ["ErrorInfo", "RetryInfo"], shed: ["message"] });
  });

  it("lose the typed detail before RetryInfo", () => {
    const error = new TooManySidesError({ ...SIDES, shape: "s".repeat(3000) }, { message: "m", retryDelay: 5 });
    const shed = ["TooManySidesErrorDetails"];
    expect(fitError(error, 1500)).toMatchObject({ message: "m", names: ["ErrorInfo", "RetryInfo"], shed });
  });
});

describe("the note of the shed parts", () => {
  it("has their names if the rest of ErrorInfo fits", () => {
    const error = new RichError(Code.ABORTED, "m", { ...OPTIONS, info: { a: "i".repeat(3000) } });
    expect(fitError(error, 1000)).toMatchObject({ shed: ["message", "info"], noted: "message,info", message: "" });
  });

  it("has their number if the names do not fit", () => {
    const error = new RichError(Code.ABORTED, "m", { ...OPTIONS, info: { a: "i".repeat(3000) } });
    expect(fitError(error, 100)).toMatchObject({ shed: ["message", "info"], noted: "+2" });
  });
});
