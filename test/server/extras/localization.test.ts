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

describe("the message of an error", () => {
  it.each([
    ["de", "de", "chiliagon hat 9007199254740993 Seiten, erlaubt sind 12 {Seiten}"],
    ["de-CH, de;q=0.9", "de-CH", "chiliagon het 9007199254740993 Siite"],
    ["fr, en;q=0.1", "en", "too many sides: 9007199254740993"],
  ])("for %j is in %s, with the fields of its detail", (header, locale, message) => {
    expect(messages.localize(tooManySides(), header)).toEqual({ locale, message });
  });

  it("is looked for by its domain first", () => {
    expect(messages.localize(new CornersBusyError(), "de")?.message).toBe("bitte warten");
    const elsewhere = new RichError(Code.UNAVAILABLE, "x", { reason: "CORNERS_BUSY", domain: "elsewhere" });
    expect(messages.localize(elsewhere, "de")?.message).toBe("von anderswo");
  });

  it("is in another language where the best has none for it", () => {
    expect(messages.localize(new CornersBusyError(), "de-CH")).toEqual({ locale: "de", message: "bitte warten" });
  });

  it("has the fields of an error that another server sent, too", () => {
    const received = fromStatus(toStatus(tooManySides()), { catalogs: [catalog] });
    expect(messages.localize(received, "en")?.message).toBe("too many sides: 9007199254740993");
  });

  it.each([
    ["a language that nobody speaks here", tooManySides(), "fr"],
    ["no language", tooManySides(), ""],
    ["an error without a reason", new RichError(Code.NOT_FOUND, "x"), "de"],
    ["an error that has no message", new RichError(Code.NOT_FOUND, "x", { reason: "NOTHING" }), "de"],
    ["a reason that every object has", new RichError(Code.NOT_FOUND, "x", { reason: "constructor" }), "de"],
  ])("is none for %s", (_, error, header) => {
    expect(messages.localize(error, header)).toBeUndefined();
  });
});

describe("messages are refused", () => {
  it.each([
    [
      "in a language that is none",
      { "not a language": {} },
      'richErrorServerInterceptor: messages has the language "not a language", which is not a language tag; write one such as "pt-BR"',
    ],
    [
      "in no language",
      { "": {} },
      'richErrorServerInterceptor: messages has the language "", which is not a language tag; write one such as "pt-BR"',
    ],
    [
      "in one language twice",
      { "de-CH": {}, "de-ch": {} },
      "richErrorServerInterceptor: messages has the language de-CH twice; merge the two",
    ],
    [
      "that are no text",
      { de: { GONE: 5 as never } },
      'richErrorServerInterceptor: messages["de"]["GONE"] is the number 5, not a string',
    ],
  ])("%s", (_, catalogs, expected) => {
    expect(() => new Localization(catalogs)).toThrow(new TypeError(expected));
  });
});
