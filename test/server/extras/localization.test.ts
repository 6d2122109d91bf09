import { Code, fromStatus, RichError, toStatus } from "grpc-rich-errors";
import { describe, expect, it } from "vitest";
import { Localization } from "../../../src/server/extras/localization.js";
import { CornersBusyError, catalog, tooManySides } from "../../support/errors.js";

const messages = new Localization({
  en: { TOO_MANY_SIDES: "too many sides: {sides}", CORNERS_BUSY: "please wait" },
  de: {
    TOO_MANY_SIDES: "{shape} hat {sides} Seiten, erlaubt sind {limit.most} {{Seiten}}",
    "shapes.example.com/CORNERS_BUSY": "bitte warten",
    CORNERS_BUSY: "von anderswo",
  },
  "de-ch": { "shapes.example.com/TOO_MANY_SIDES": "{shape} het {sides} Siite" },
});

describe("localize", () => {
  it.each([
    ["de", "de", "chiliagon hat 9007199254740993 Seiten, erlaubt sind 12 {Seiten}"],
    ["de-CH, de;q=0.9", "de-CH", "chiliagon het 9007199254740993 Siite"],
    ["fr, en;q=0.1", "en", "too many sides: 9007199254740993"],
  ])("renders a message for %j in %s, with the fields of the detail", (header, locale, message) => {
    expect(messages.localize(tooManySides(), header)).toEqual({ locale, message });
  });

  it("prefers a message that names the domain", () => {
    expect(messages.localize(new CornersBusyError(), "de")?.message).toBe("bitte warten");
    const elsewhere = new RichError(Code.UNAVAILABLE, "x", { reason: "CORNERS_BUSY", domain: "elsewhere" });
    expect(messages.localize(elsewhere, "de")?.message).toBe("von anderswo");
  });

  it("falls back to another language if the best one has no message", () => {
    expect(messages.localize(new CornersBusyError(), "de-CH")).toEqual({ locale: "de", message: "bitte warten" });
  });

  it("renders the fields of a received error", () => {
    const received = fromStatus(toStatus(tooManySides()), { catalogs: [catalog] });
    expect(messages.localize(received, "en")?.message).toBe("too many sides: 9007199254740993");
  });

  it.each([
    ["a language without messages", tooManySides(), "fr"],
    ["no language", tooManySides(), ""],
    ["an error without a reason", new RichError(Code.NOT_FOUND, "x"), "de"],
    ["an error without a message", new RichError(Code.NOT_FOUND, "x", { reason: "NOTHING" }), "de"],
    [
      "a reason that is a property of every object",
      new RichError(Code.NOT_FOUND, "x", { reason: "constructor" }),
      "de",
    ],
  ])("returns undefined for %s", (_, error, header) => {
    expect(messages.localize(error, header)).toBeUndefined();
  });
});

it("an error without a reason has no message, even if one has the key undefined", () => {
  const odd = new Localization({ de: { undefined: "a", "undefined/undefined": "b" } });
  expect(odd.localize(new RichError(Code.NOT_FOUND, "x"), "de")).toBeUndefined();
});

describe("Localization", () => {
  it.each([
    [
      "an invalid language tag",
      { "not a language": {} },
      'richErrorServerInterceptor: messages has the language "not a language", which is not a language tag; write one such as "pt-BR"',
    ],
    [
      "an empty language tag",
      { "": {} },
      'richErrorServerInterceptor: messages has the language "", which is not a language tag; write one such as "pt-BR"',
    ],
    [
      "one language twice",
      { "de-CH": {}, "de-ch": {} },
      "richErrorServerInterceptor: messages has the language de-CH twice; merge the two",
    ],
    [
      "a message that is a number",
      { de: { GONE: 5 as never } },
      'richErrorServerInterceptor: messages["de"]["GONE"] is 5, not a string',
    ],
  ])("refuses %s", (_, catalogs, expected) => {
    expect(() => new Localization(catalogs)).toThrow(new TypeError(expected));
  });
});
