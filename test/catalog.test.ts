import { Catalog, Code, pack, RichError, unpack } from "grpc-rich-errors";
import { describe, expect, it } from "vitest";
import type { ErrorClass } from "../src/catalog.js";
import { RECEIVE } from "../src/platform/symbols.js";
import { declare, textCodec } from "./support/declared.js";

const Gone = declare({ name: "E_GONE", reason: "GONE", number: 1, detail: textCodec("test.v1.Gone") });
const Late = declare({ name: "E_LATE", reason: "LATE", number: 2, detail: textCodec("test.v1.Time") });
const Early = declare({ name: "E_EARLY", reason: "EARLY", number: 3, detail: textCodec("test.v1.Time") });
const GoneToo = declare({ enumName: "other.v1.E", name: "E_GONE", reason: "GONE", domain: "other", number: 1 });
const catalog = new Catalog([Gone, Late, Early, GoneToo]);

describe("a catalog", () => {
  it("iterates over its errors in the order of their declaration", () => {
    expect([...catalog]).toEqual([Gone, Late, Early, GoneToo]);
    expect(catalog.size).toBe(4);
  });

  it("knows the domains of its errors", () => {
    const known = ["test.example.com", "other", "", "test", "__proto__"].filter((name) => catalog.hasDomain(name));
    expect(known).toEqual(["test.example.com", "other"]);
  });

  it.each([
    ["test.example.com", "GONE", Gone],
    ["other", "GONE", GoneToo],
    ["other", "LATE", undefined],
    ["nowhere", "GONE", undefined],
    ["test.example.com", "gone", undefined],
    ["test.example.com", "constructor", undefined],
    ["__proto__", "GONE", undefined],
  ])("finds the error of domain %j and reason %j", (domain, reason, error) => {
    expect(catalog.byReason(domain, reason)).toBe(error);
  });

  it.each([
    ["test.example.com", 1, Gone],
    ["test.example.com", 3, Early],
    ["other", 1, GoneToo],
    ["other", 2, undefined],
    ["nowhere", 1, undefined],
  ])("finds the error of domain %j and number %j", (domain, number, error) => {
    expect(catalog.byNumber(domain, number)).toBe(error);
  });

  it("finds no error for a number that several errors have", () => {
    const errors = ["A", "B", "C"].map((reason) => declare({ name: reason, enumName: reason, reason, number: 7 }));
    expect(new Catalog(errors).byNumber("test.example.com", 7)).toBeUndefined();
  });

  it("finds an error by a detail type that no other error has", () => {
    expect(catalog.byDetailType("test.v1.Gone")).toBe(Gone);
    expect(catalog.byDetailType("test.v1.Time")).toBeUndefined();
    expect(catalog.byDetailType("test.v1.Nothing")).toBeUndefined();
  });

  it("knows the detail types of its errors, even if several errors have one", () => {
    const known = ["test.v1.Gone", "test.v1.Time", "test.v1.Nothing", ""].filter((type) => catalog.hasDetailType(type));
    expect(known).toEqual(["test.v1.Gone", "test.v1.Time"]);
  });

  it("calls the function for its errors on the first look-up", () => {
    let asked = 0;
    const later = new Catalog(() => {
      asked++;
      return [Gone];
    });
    expect(asked).toBe(0);
    expect([later.size, [...later], later.byReason("test.example.com", "GONE")]).toEqual([1, [Gone], Gone]);
    expect(asked).toBe(1);
  });

  it("reads only the keys of an error", () => {
    const identity = { domain: "d", reason: "R", number: 3, detailType: "T" };
    const error = Object.defineProperty({ identity, [RECEIVE]: () => new Error() }, "definition", {
      get(): never {
        throw new Error("asked too early");
      },
    }) as unknown as ErrorClass;
    const catalog = new Catalog([error]);
    expect([catalog.byReason("d", "R"), catalog.byNumber("d", 3), catalog.byDetailType("T")]).toEqual([
      error,
      error,
      error,
    ]);
  });

  it("may be empty", () => {
    const empty = new Catalog([]);
    expect([empty.size, empty.hasDomain(""), empty.byReason("", ""), empty.byDetailType("")]).toEqual([
      0,
      false,
      undefined,
      undefined,
    ]);
  });
});

describe("the category of a number", () => {
  const Low = declare({ name: "E_LOW", reason: "LOW", number: 5, category: "low" });
  const Strange = declare({ name: "E_STRANGE", reason: "STRANGE", number: 15, category: "strange" });
  const Uncategorised = declare({ enumName: "other.v1.E", name: "E_ODD", reason: "ODD", domain: "other", number: 5 });
  const categorised = new Catalog([Low, Strange, Uncategorised], {
    "test.example.com": [
      { name: "low", first: 1, last: 9 },
      { name: "high", first: 10, last: 99 },
      { name: "middle", first: 20, last: 29 },
      { name: "shared", first: 100, last: 199 },
    ],
    other: [
      { name: "other", first: 20, last: 29 },
      { name: "shared", first: 100, last: 149 },
    ],
    "of no error": [{ name: "none", first: 1, last: 300 }],
  });

  it.each([
    ["test.example.com", 5, "low"],
    ["test.example.com", 9, "low"],
    ["test.example.com", 10, "high"],
    ["test.example.com", 25, "middle"],
    ["test.example.com", 100, "shared"],
    ["test.example.com", 200, undefined],
    ["other", 25, "other"],
    ["other", 150, undefined],
    ["nowhere", 25, undefined],
    ["of no error", 25, undefined],
    ["__proto__", 25, undefined],
    ["constructor", 25, undefined],
  ])("in the domain %j, the category of %j is %j", (domain, number, category) => {
    expect(categorised.categoryOf(domain, number)).toBe(category);
  });

  it("is that of the error with the number, whatever the ranges of other enums are", () => {
    expect(categorised.categoryOf("test.example.com", 15)).toBe("strange");
    expect(categorised.categoryOf("other", 5)).toBeUndefined();
    expect(catalog.categoryOf("test.example.com", 1)).toBeUndefined();
    expect(new Catalog([Low]).categoryOf(5)).toBe("low");
  });

  it("is found without a domain if the domains agree", () => {
    expect([5, 10, 25, 100, 150, 200].map((number) => categorised.categoryOf(number))).toEqual([
      "low",
      "high",
      undefined,
      "shared",
      "shared",
      undefined,
    ]);
  });

  it("is found in a catalog of several catalogs", () => {
    const more = new Catalog([Gone], { "test.example.com": [{ name: "lowest", first: 1, last: 2 }] });
    const both = Catalog.of(categorised, more);
    expect(both.categoryOf("test.example.com", 2)).toBe("lowest");
    expect(both.categoryOf("test.example.com", 3)).toBe("low");
    expect(both.categoryOf("other", 21)).toBe("other");
    expect(Catalog.of(both, both).categoryOf(2)).toBe("lowest");
  });

  it("is found for an unknown error of a newer server", () => {
    const sent = new RichError(Code.ABORTED, "new", {
      reason: "NEW",
      domain: "test.example.com",
      info: { code: "21" },
    });
    const { domain = "", info, issues } = unpack(pack(sent), { catalogs: [categorised] });
    expect(issues.map(({ kind }) => kind)).toEqual(["unknown-reason"]);
    expect(categorised.categoryOf(domain, Number(info?.metadata["code"]))).toBe("middle");
    expect(categorised.categoryOf(domain, Number("no number"))).toBeUndefined();
  });
});

describe("two errors with the same reason and domain", () => {
  it("are refused if both enums use the same value name", () => {
    const Namesake = declare({ ...Gone.definition, enumName: "namesake.v1.TestError" });
    expect(() => new Catalog([Gone, Namesake]).byReason("test.example.com", "GONE")).toThrow("is declared twice");
    const Copy = declare({ ...Gone.definition });
    expect(new Catalog([Gone, Copy]).byReason("test.example.com", "GONE")).toBe(Gone);
  });

  const Rival = declare({ enumName: "rival.v1.RivalError", name: "RIVAL_ERROR_GONE", reason: "GONE", number: 9 });

  it("are refused at the first look-up, with a message that says what to do", () => {
    const both = new Catalog([Gone, Rival]);
    expect(both.size).toBe(2);
    expect(() => both.byReason("test.example.com", "GONE")).toThrow(
      new TypeError(
        'the reason GONE is declared twice in the domain "test.example.com": ' +
          "by E_GONE in test.v1.TestError and by RIVAL_ERROR_GONE in rival.v1.RivalError; " +
          "rename one of them, or give one of the enums its own domain",
      ),
    );
  });

  it("are also refused within one enum", () => {
    const both = new Catalog([Gone, declare({ name: "E_GONE_AGAIN", reason: "GONE", number: 4 })]);
    expect(() => both.hasDomain("")).toThrow("in test.v1.TestError and by E_GONE_AGAIN in test.v1.TestError");
  });

  it("are refused by every look-up", () => {
    const both = new Catalog([Gone, Rival]);
    for (const lookUp of [
      () => both.hasDomain(""),
      () => both.byNumber("", 1),
      () => both.byDetailType(""),
      () => both.hasDetailType(""),
    ]) {
      expect(lookUp).toThrow(TypeError);
    }
  });
});

describe("Catalog.of", () => {
  it("has the errors of all catalogs, each once", () => {
    const both = Catalog.of(new Catalog([Gone, Late]), new Catalog([Late, GoneToo]));
    expect([...both]).toEqual([Gone, Late, GoneToo]);
    expect(both.byDetailType("test.v1.Time")).toBe(Late);
  });

  it("counts two classes of the same declaration once, such as an ESM and a CommonJS copy", () => {
    const copy = declare({ name: "E_GONE", reason: "GONE", number: 1, detail: textCodec("test.v1.Gone") });
    const both = Catalog.of(new Catalog([Gone]), new Catalog([copy]));
    expect(both.byReason("test.example.com", "GONE")).toBe(Gone);
    expect(both.byNumber("test.example.com", 1)).toBe(Gone);
    expect(both.byDetailType("test.v1.Gone")).toBe(Gone);
  });

  it("accepts catalogs of another copy of this package", () => {
    const foreign = { categories: {}, clientErrors: undefined, [Symbol.iterator]: () => [Late].values() };
    const both = Catalog.of(new Catalog([Gone]), foreign as unknown as Catalog);
    expect([...both]).toEqual([Gone, Late]);
    expect(both.byReason("test.example.com", "LATE")).toBe(Late);
  });

  it("is empty without catalogs", () => {
    expect(Catalog.of().size).toBe(0);
  });

  it("reads nothing of its errors before the first look-up", () => {
    const lazy = Object.defineProperty({ [RECEIVE]: () => new Error() }, "definition", {
      get(): never {
        throw new Error("asked too early");
      },
    });
    const both = Catalog.of(new Catalog([lazy as unknown as typeof Gone]), new Catalog([Gone]));
    expect(both.size).toBe(2);
    expect(() => both.hasDomain("test.example.com")).toThrow("asked too early");
  });
});

describe("look-up", () => {
  it("is as fast in a catalog of 20,000 errors as in one of two", () => {
    const errors = Array.from({ length: 20_000 }, (_, number) => {
      const reason = `R${number}`;
      return declare({ name: reason, reason, number, code: Code.ABORTED, detail: textCodec(`test.v1.${reason}`) });
    });
    const large = new Catalog(errors);
    const small = new Catalog(errors.slice(0, 2));
    const cost = (asked: Catalog) => {
      asked.hasDomain("");
      const start = performance.now();
      for (let i = 0; i < 100_000; i++) asked.byReason("test.example.com", "R1");
      return performance.now() - start;
    };
    cost(small);
    // A scan would be ten thousand times slower; the margin is for a noisy machine.
    expect(cost(large)).toBeLessThan(100 * Math.max(cost(small), 1));
  });
});
