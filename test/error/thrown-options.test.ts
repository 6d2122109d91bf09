import { Code, RichError } from "grpc-rich-errors";
import { describe, expect, it } from "vitest";
import { tooManySides } from "../support/errors.js";
import { metadataOf } from "../support/metadata.js";

const links = [{ description: "all", url: "https://x" }];

describe("the options of a new error", () => {
  it.each([
    ["declared", (options: object) => tooManySides(options)],
    ["undeclared", (options: object) => new RichError(Code.ABORTED, "busy", { reason: "BUSY", ...options })],
  ])("are in the content of a %s error", (_, make) => {
    const metadata = metadataOf({ "x-own": "1" });
    const cause = new Error("x");
    const error = make({ metadata, cause, info: { shard: "7" }, retryDelay: 1500, help: links });
    expect(error.issues).toEqual([]);
    expect(error).toMatchObject({ cause, retryDelay: 1500 });
    expect(error.metadata?.get("x-own")).toEqual(["1"]);
    expect(error.info?.metadata).toMatchObject({ shard: "7" });
    expect(error.standardDetails.help).toEqual({ links });
  });

  it("may all be undefined", () => {
    const names = ["message", "metadata", "info", "retryDelay", "help", "errorDetails"];
    const error = tooManySides(Object.fromEntries(names.map((name) => [name, undefined])));
    expect(error.issues).toEqual([]);
    expect(Object.keys(error.metadata?.getMap() ?? {})).toEqual(["grpc-status-details-bin"]);
    expect(error.errorDetails).toEqual(tooManySides().errorDetails);
    expect(error.message).toBe(tooManySides().message);
  });

  it("replaces the message and keeps an undeclared reason and domain", () => {
    expect(tooManySides({ message: "no" }).message).toBe("no");
    const error = new RichError(Code.ABORTED, "busy", { reason: "BUSY", domain: "shop.example.com" });
    expect(error).toMatchObject({ message: "busy", reason: "BUSY", domain: "shop.example.com", issues: [] });
  });
});

describe("an option that cannot be read", () => {
  it.each<[string, object, string]>([
    [
      "throws",
      {
        get retryDelay(): never {
          throw new Error("broken");
        },
      },
      'the option "retryDelay" throws when it is read; it is left out',
    ],
    [
      "is not a list of details",
      { errorDetails: 7 },
      'the option "errorDetails" is 7, not a list of details; pass StandardDetails or an array of packed details',
    ],
  ])("%s: the error says so, and keeps the rest", (_, options, message) => {
    const error = tooManySides(options);
    expect(error.issues.map((issue) => issue.message)).toEqual([expect.stringContaining(message)]);
    expect(error.reason).toBe("TOO_MANY_SIDES");
  });
});
