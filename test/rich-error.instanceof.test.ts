import { Code, RichError, toStatus } from "grpc-rich-errors";
import { describe, expect, it, vi } from "vitest";
import { BadShapeError, CornersBusyError, ShapeError, TooManySidesError } from "./gen/shapes/v1/shapes.rich.js";

const SIDES = { shape: "disc", sides: 5n, limit: undefined };

/** Another copy of the package and of the generated code, as an ESM copy is beside a CommonJS one. */
async function anotherCopy() {
  vi.resetModules();
  const [runtime, generated] = await Promise.all([
    import("grpc-rich-errors"),
    import("./gen/shapes/v1/shapes.rich.js"),
  ]);
  expect(runtime.RichError).not.toBe(RichError);
  expect(generated.TooManySidesError).not.toBe(TooManySidesError);
  return { ...runtime, ...generated };
}

describe("instanceof", () => {
  const classes = { Error, RichError, ShapeError, TooManySidesError, CornersBusyError, TypeError };
  const instanceOf = (value: unknown) =>
    Object.entries(classes).flatMap(([name, of]) => (value instanceof of ? [name] : []));

  it.each([
    ["a declared error", new TooManySidesError(SIDES), ["Error", "RichError", "ShapeError", "TooManySidesError"]],
    ["another of the same enum", new BadShapeError({ fieldViolations: [] }), ["Error", "RichError", "ShapeError"]],
    ["an error that is not declared", new RichError(Code.ABORTED, "no"), ["Error", "RichError"]],
    [
      "an error that only says that it is one",
      Object.assign(new Error(), { ...new TooManySidesError(SIDES) }),
      ["Error"],
    ],
    ["an error of another kind", new TypeError("no"), ["Error", "TypeError"]],
    ["what toJSON makes of an error", new TooManySidesError(SIDES).toJSON(), []],
    ["null", null, []],
    ["a string", "TooManySidesError", []],
  ])("recognizes %s", (_, value, names) => {
    expect(instanceOf(value)).toEqual(names);
  });

  it("recognizes an error of another copy of the package, in both directions", async () => {
    const copy = await anotherCopy();
    const theirs = new copy.TooManySidesError(SIDES);
    expect(instanceOf(theirs)).toEqual(["Error", "RichError", "ShapeError", "TooManySidesError"]);
    expect(theirs instanceof BadShapeError).toBe(false);

    const ours: unknown = new TooManySidesError(SIDES);
    expect([
      ours instanceof copy.RichError,
      ours instanceof copy.ShapeError,
      ours instanceof copy.TooManySidesError,
      ours instanceof copy.BadShapeError,
    ]).toEqual([true, true, true, false]);
  });

  it("lets one copy read, print and send an error of another copy", async () => {
    const copy = await anotherCopy();
    const theirs: unknown = new copy.TooManySidesError(SIDES, { cause: new CornersBusyError() });
    expect(RichError.from(theirs)).toBe(theirs);
    const error = RichError.from(theirs);
    expect(toStatus(error)).toEqual(toStatus(new TooManySidesError(SIDES)));
    expect(new RichError(Code.ABORTED, "no", { cause: theirs }).toJSON().cause).toMatchObject({
      name: "TooManySidesError",
      cause: { name: "CornersBusyError" },
    });
  });

  it("does not hold for a user's subclass of a declared error", () => {
    class MySidesError extends TooManySidesError {}
    const theirs: unknown = new TooManySidesError(SIDES);
    const mine: unknown = new MySidesError(SIDES);
    expect([theirs instanceof MySidesError, mine instanceof MySidesError, mine instanceof TooManySidesError]).toEqual([
      false,
      true,
      true,
    ]);
  });

  it("does not hold for a user's subclass of RichError", () => {
    class PaymentError extends RichError {
      readonly receipt = "r-1";
    }
    class RefundError extends PaymentError {}
    const refund: unknown = new RefundError(Code.ABORTED, "no");
    const plain: unknown = new RichError(Code.ABORTED, "no");
    expect([refund instanceof RefundError, refund instanceof PaymentError, refund instanceof RichError]).toEqual([
      true,
      true,
      true,
    ]);
    expect([plain instanceof PaymentError, new PaymentError(Code.ABORTED, "no") instanceof RefundError]).toEqual([
      false,
      false,
    ]);
    expect(new TooManySidesError(SIDES) instanceof PaymentError).toBe(false);
  });

  it("does not hold for a user's subclass of an enum's base class", () => {
    class MyShapeError extends ShapeError {}
    expect((new TooManySidesError(SIDES) as unknown) instanceof MyShapeError).toBe(false);
  });
});
