import { runInNewContext } from "node:vm";
import { RichError } from "grpc-rich-errors";
import { describe, expect, it } from "vitest";
import { type ClientErrorKind, type IdentifiedClass, isBranded, isInstance } from "../src/instance-of.js";
import { RICH_ERROR } from "../src/platform/symbols.js";
import { declare, definition } from "./support/declared.js";

const branded = (fields: object) => Object.assign(Object.create({ [RICH_ERROR]: true }, {}), fields);

/** An error as another copy of the package makes it. */
const foreign = (fields: object = {}) => {
  const error = new Error("made elsewhere");
  Object.setPrototypeOf(error, Object.create(Error.prototype, { [RICH_ERROR]: { value: true } }));
  return Object.assign(error, { definition: undefined }, fields);
};

describe("isBranded", () => {
  it("accepts an error with the mark of the package, whoever made it", () => {
    expect(Symbol.keyFor(RICH_ERROR)).toBe("grpc-rich-errors.v1.RichError");
    expect(isBranded(foreign())).toBe(true);
  });

  it.each([
    ["an error without the mark", new Error()],
    ["an object with the mark that is no error", branded({})],
    ["an error of another realm", runInNewContext("new Error()")],
    ["null", null],
    ["nothing", undefined],
    ["a string", "RichError"],
  ])("refuses %s", (_, value) => {
    expect(isBranded(value)).toBe(false);
  });
});

describe("a value that throws when it is inspected", () => {
  const refuse = () => expect.fail("looked at");
  const { proxy: revoked, revoke } = Proxy.revocable(foreign(), {});
  revoke();
  const VALUES: readonly [string, () => unknown][] = [
    ["a Proxy that is revoked", () => revoked],
    ["a Proxy with a prototype that throws", () => new Proxy(foreign(), { getPrototypeOf: refuse })],
    ["a Proxy whose members throw", () => new Proxy(foreign(), { has: refuse, get: refuse })],
    ["an error whose definition throws", () => Object.defineProperty(foreign(), "definition", { get: refuse })],
    ["an error whose class throws", () => Object.defineProperty(foreign(), "constructor", { get: refuse })],
  ];

  it.each(VALUES)("is not a declared error: %s", (_, make) => {
    const value = make();
    const clientError = { className: "E", enumName: "a.v1.E", kind: "api" } as const;
    for (const cls of [{ definition: definition() }, { enumName: "a.v1.E" }, { clientError }]) {
      expect(isInstance(cls, value)).toBe(false);
    }
  });

  it.each(VALUES.slice(0, 3))("is not a RichError: %s", (_, make) => {
    const value = make();
    expect(isBranded(value)).toBe(false);
    expect(value instanceof RichError).toBe(false);
    expect(RichError.from(value)).toBeInstanceOf(RichError);
    expect(RichError.from(value).cause).toBe(value);
  });
});

describe("isInstance", () => {
  const one = definition<undefined>({ enumName: "a.v1.E", name: "E_ONE" });
  const two = definition({ enumName: "a.v1.E", name: "E_TWO" });
  const elsewhere = definition({ enumName: "b.v1.E", name: "E_ONE" });
  const classes: Record<string, IdentifiedClass> = {
    "the class of E_ONE": { definition: { ...one } },
    "the base class of a.v1.E": { enumName: "a.v1.E" },
    "the network error of a.v1.E": { clientError: { className: "ENetworkError", enumName: "a.v1.E", kind: "network" } },
  };
  /** An error whose class another copy of the generated code has. */
  const clientError = (className: string, enumName: string, kind: ClientErrorKind) =>
    foreign({ constructor: { clientError: { className, enumName, kind } } });

  it.each([
    ["E_ONE of a.v1.E", foreign({ definition: one }), ["the class of E_ONE", "the base class of a.v1.E"]],
    ["E_TWO of a.v1.E", foreign({ definition: two }), ["the base class of a.v1.E"]],
    ["E_ONE of b.v1.E", foreign({ definition: elsewhere }), []],
    ["a network error about a.v1.E", clientError("N", "a.v1.E", "network"), ["the network error of a.v1.E"]],
    ["a network error about b.v1.E", clientError("ENetworkError", "b.v1.E", "network"), []],
    ["an open circuit before a.v1.E", clientError("ENetworkError", "a.v1.E", "circuitOpen"), []],
    ["an error without a class", foreign({ constructor: undefined }), []],
    ["an error that is not declared", foreign(), []],
    ["what is not an error, but looks like one", { definition: one, [RICH_ERROR]: true }, []],
    ["null", null, []],
  ])("recognizes %s", (_, value, of) => {
    expect(Object.keys(classes).filter((name) => isInstance(classes[name] ?? {}, value))).toEqual(of);
  });

  it("checks the prototype chain for a class without a declaration of its own", () => {
    const Declared = declare({ ...one });
    class Own extends Declared {}
    expect(Object.hasOwn(Own, "definition")).toBe(false);
    expect(isInstance(Own, new Own(undefined))).toBe(true);
    expect(isInstance(Own, new Declared(undefined))).toBe(false);
    expect(isInstance(Declared, new Own(undefined))).toBe(true);
  });
});
