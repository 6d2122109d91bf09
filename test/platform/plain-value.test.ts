import { describe, expect, it } from "vitest";
import { BOUNDS, cutText, type PlainStyle, plainList, plainOf } from "../../src/platform/plain-value.js";

const refuse = () => {
  throw new Error("refused");
};
const { proxy: revoked, revoke } = Proxy.revocable({}, {});
revoke();

const nested = (depth: number, make: (inner: object) => object): object => {
  let value: object = {};
  for (let level = 0; level < depth; level++) value = make(value);
  return value;
};

/** How many values there are in plain data. */
const count = (value: unknown): number =>
  typeof value === "object" && value !== null ? Object.values(value).reduce((sum, each) => sum + count(each), 1) : 1;

describe("a value as plain data", () => {
  it.each<[string, unknown, unknown, unknown?]>([
    ["a text", "a", "a"],
    ["a number", 5, 5],
    ["a bigint", 5n, "5", 5n],
    ["a symbol", Symbol("s"), "Symbol(s)"],
    ["a function", refuse, "[Function]"],
    ["null", null, null],
    ["undefined", undefined, undefined],
    ["a date", new Date(0), "1970-01-01T00:00:00.000Z", new Date(0)],
    ["an invalid date", new Date(Number.NaN), null, new Date(Number.NaN)],
    ["bytes", new Uint8Array([255, 254]), "//4=", new Uint8Array([255, 254])],
    ["numbers of another width", new Float64Array([0.5]), [0.5]],
    ["a set", new Set([1n]), ["1"], [1n]],
    [
      "a map",
      new Map<unknown, unknown>([
        [1n, 2],
        [{}, 3],
      ]),
      { "1": 2, "[object Object]": 3 },
    ],
    ["a String object", new String("a"), "a"],
    ["an error, whose fields may be secret", Object.assign(new Error("x"), { token: "t" }), "[object Error]"],
    ["an accessor", Object.defineProperty({}, "a", { get: refuse, enumerable: true }), { a: "[Getter]" }],
    ["a Proxy that is revoked", { a: revoked }, { a: "[unreadable]" }],
    ["a Proxy that throws", { a: new Proxy({}, { ownKeys: refuse }) }, { a: "[unreadable]" }],
    ["a field that throws", new Proxy({ a: 1 }, { getOwnPropertyDescriptor: refuse }), "[unreadable]"],
    ["a message that throws", { toObject: refuse }, "[unreadable]"],
    ["a message without fields", { toObject: () => 5 }, { toObject: "[Function]" }],
    ["a list with holes", Object.assign(new Array(2), [undefined, 1]).slice(1).concat(new Array(1)), [1, undefined]],
    ["a key named __proto__", JSON.parse('{"__proto__":1}'), JSON.parse('{"__proto__":1}')],
  ])("copies %s", (_, value, json, console = json) => {
    expect(plainOf(value, "json")).toEqual(json);
    expect(plainOf(value, "console")).toEqual(console);
  });

  it.each<[string, unknown, unknown]>([
    ["entries of a list", Array(10_084).fill(1), [...Array(100).fill(1), "… 9,984 more"]],
    ["entries of a sparse list", new Array(4_000_000_000), [...Array(100), "… 3,999,999,900 more"]],
    ["entries of a set", new Set(Array(101).keys()), [...Array(100).keys(), "… 1 more"]],
    ["characters", "x".repeat(10_007), `${"x".repeat(10_000)}… 7 more characters`],
    ["bytes", new Uint8Array(10_000_000), `${"A".repeat(4_000)}… 9,997,000 more bytes`],
    ["levels", nested(20_000, (deep) => ({ deep })), nested(16, (deep) => ({ deep }))],
  ])("counts the remaining %s", (kind, value, expected) => {
    const plain = plainOf(value, "json");
    if (kind === "levels") expect(JSON.stringify(plain)).toBe(JSON.stringify(expected).replace("{}", '"[Object]"'));
    else expect(plain).toEqual(expected);
  });

  it("has as many entries of an object or a map as of a list", () => {
    const entries = Array.from({ length: 150 }, (_, index): [string, number] => [`k${index}`, index]);
    for (const value of [Object.fromEntries(entries), new Map(entries)]) {
      const plain = plainOf(value, "json") as Record<string, unknown>;
      expect(Object.keys(plain)).toHaveLength(101);
      expect([plain["k99"], plain["k100"], plain["…"]]).toEqual([99, undefined, "… 50 more"]);
    }
  });

  it.each<PlainStyle>(["json", "console"])(
    "is bounded in total for a value that contains itself many times: %s",
    (style) => {
      const texts = Array(100).fill("x".repeat(5_000));
      expect(JSON.stringify(plainOf(texts, style)).length).toBeLessThan(BOUNDS.texts + 100 * 50);
      expect(
        count(
          plainOf(
            nested(40, (twice) => [twice, twice]),
            style,
          ),
        ),
      ).toBeLessThan(BOUNDS.values * 2);
      expect(
        count(
          plainOf(
            nested(40, (twice) => ({ twice, again: twice })),
            style,
          ),
        ),
      ).toBeLessThan(BOUNDS.values * 2);
      const keys = Object.fromEntries([["k".repeat(1_000_000), 1]]);
      expect(JSON.stringify(plainOf(keys, style)).length).toBeLessThan(BOUNDS.key + 50);
    },
  );

  it("ends where a value contains itself, not where one occurs twice", () => {
    const circle: Record<string, unknown> = {};
    circle["self"] = [circle];
    const one = {};
    expect(plainOf([circle, one, one], "json")).toEqual([{ self: ["[Circular]"] }, {}, {}]);
  });
});

describe("plainList", () => {
  it("copies only the first entries, and reads no others", () => {
    let shown = 0;
    const list = plainList(Array(1_000).fill(1), "json", (entry) => entry + shown++);
    expect([list.length, list[99], list[100], shown]).toEqual([101, 100, "… 900 more", 100]);
    expect(plainList([1], "json")).toEqual([1]);
  });
});

describe("cutText", () => {
  it("keeps surrogate pairs whole", () => {
    expect(cutText("ab", 2)).toBe("ab");
    expect(cutText("a😀", 2)).toBe("a\ufffd… 1 more characters");
  });
});
