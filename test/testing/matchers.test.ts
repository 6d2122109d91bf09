import { stripVTControlCharacters } from "node:util";
import { Code, fromStatus, RichError, toStatus } from "grpc-rich-errors";
import { BadRequest, type DetailCodec, packDetail } from "grpc-rich-errors/details";
import {
  assertRejectsWithRichError,
  richErrorSerializer,
  toBeRichError,
  toHaveErrorDetail,
} from "grpc-rich-errors/testing";
import { describe, expect, it } from "vitest";
import {
  BadShapeError,
  CornersBusyError,
  catalog,
  ShapeError,
  TooManySidesError,
} from "../gen/shapes/v1/shapes.rich.js";

const SIDES = { shape: "disc", sides: 5n, limit: { most: 4n } };
const sides = () => new TooManySidesError(SIDES);
const bad = () =>
  new BadShapeError({
    fieldViolations: [
      { field: "a", description: "b", reason: "R", localizedMessage: undefined },
      { field: "c", description: "d", reason: "", localizedMessage: { locale: "fr", message: "e" } },
    ],
  });

/** A message that is nothing but bytes. */
const BYTES: DetailCodec<{ readonly value: Uint8Array }> = {
  typeName: "test.v1.Bytes",
  encode: ({ value }) => value,
  decode: (value) => ({ value }),
};

/** What an assertion says when it fails. */
function failure(assert: () => void): string {
  try {
    assert();
  } catch (error) {
    return stripVTControlCharacters((error as Error).message);
  }
  throw new Error("the assertion passed");
}

describe("toBeRichError", () => {
  it("passes for any RichError by default, and for its base class and its class", () => {
    expect(sides()).toBeRichError();
    expect(sides()).toBeRichError(RichError);
    expect(sides()).toBeRichError(ShapeError);
    expect(sides()).toBeRichError(TooManySidesError);
    expect(new RichError(Code.ABORTED, "no")).toBeRichError();
  });

  it("fails for any other error and for any other value", () => {
    expect(sides()).not.toBeRichError(CornersBusyError);
    expect(new RichError(Code.ABORTED, "no")).not.toBeRichError(ShapeError);
    for (const other of [new Error("no"), undefined, null, "no", { ...sides() }]) expect(other).not.toBeRichError();
  });

  it("compares the given fields, at any depth", () => {
    expect(sides()).toBeRichError(TooManySidesError, {});
    expect(sides()).toBeRichError(TooManySidesError, { shape: "disc" });
    expect(sides()).toBeRichError(TooManySidesError, { sides: 5n, limit: { most: 4n } });
    expect(sides()).not.toBeRichError(TooManySidesError, { shape: "disk" });
    expect(sides()).not.toBeRichError(TooManySidesError, { limit: { most: 5n } });
    expect(bad()).toBeRichError(BadShapeError, {
      fieldViolations: [{ field: "a" }, { localizedMessage: { locale: "fr" } }],
    });
  });

  it("compares all entries of a list", () => {
    expect(bad()).not.toBeRichError(BadShapeError, { fieldViolations: [{ field: "a" }] });
    expect(bad()).not.toBeRichError(BadShapeError, { fieldViolations: [{ field: "c" }, { field: "a" }] });
    expect(bad()).not.toBeRichError(BadShapeError, { fieldViolations: [{}, {}, {}] });
  });

  it("accepts asymmetric matchers in place of values", () => {
    expect(sides()).toBeRichError(TooManySidesError, { shape: expect.stringMatching(/^d/), sides: expect.any(BigInt) });
    expect(sides()).toBeRichError(TooManySidesError, expect.objectContaining({ limit: expect.anything() }));
    expect(bad()).toBeRichError(BadShapeError, {
      fieldViolations: expect.arrayContaining([expect.objectContaining({ field: "c" })]),
    });
    expect(sides()).not.toBeRichError(TooManySidesError, { shape: expect.any(Number) });
  });

  it("accepts undefined for a field that is not set", () => {
    expect(new TooManySidesError({ ...SIDES, limit: undefined })).toBeRichError(TooManySidesError, {
      limit: undefined,
    });
    expect(sides()).not.toBeRichError(TooManySidesError, { limit: undefined });
    expect(new RichError(Code.ABORTED, "no")).not.toBeRichError(RichError, { shape: "disc" });
  });

  it("works for received errors", async () => {
    const received = fromStatus(toStatus(sides()), { catalogs: [catalog] });
    expect(received).toBeRichError(TooManySidesError, SIDES);
    await expect(Promise.reject(received)).rejects.toBeRichError(TooManySidesError, { shape: "disc" });
    await expect(Promise.reject(received)).rejects.not.toBeRichError(CornersBusyError);
    expect(() => {
      throw received;
    }).toThrow(expect.toBeRichError(TooManySidesError));
  });
});

describe("a value that throws", () => {
  const refuse = () => {
    throw new Error("no look");
  };
  const revoked = () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  };
  const values = {
    "a Proxy with a trap for get": new Proxy({}, { get: refuse }),
    "a Proxy with a trap for has": new Proxy(new Error("x"), { has: refuse }),
    "a Proxy with a trap for getPrototypeOf": new Proxy(new Error("x"), { getPrototypeOf: refuse }),
    "a Proxy of a RichError with a trap for get": new Proxy(sides(), { get: refuse }),
    "a revoked Proxy": revoked(),
    "a getter of its tag": Object.defineProperty({}, Symbol.toStringTag, { get: refuse }),
    "the tag of a Response": { [Symbol.toStringTag]: "Response", clone: 1 },
  };

  it.each(Object.entries(values))("is no error for the matchers: %s", async (_, value) => {
    const isNone =
      /^expected an? (TooManySidesError|error with the (reason|detail) \S+), but got .*, which is not a gRPC error$/;
    expect(failure(() => expect(value).toBeRichError(TooManySidesError, SIDES))).toMatch(isNone);
    expect(failure(() => expect(value).toHaveReason("TOO_MANY_SIDES"))).toMatch(isNone);
    expect(failure(() => expect(value).toHaveErrorDetail(BadRequest))).toMatch(isNone);
    await expect(expect(Promise.reject(value)).toRejectWithRichError(TooManySidesError)).rejects.toThrow(isNone);
    expect(value).not.toBeRichError();
    expect(richErrorSerializer.test(value)).toBe(false);
  });

  it("is a plain error if it is a Proxy of a RichError, whose content nobody can read", () => {
    const proxy = new Proxy(sides(), {});
    const but = /^expected a TooManySidesError, but got a plain INVALID_ARGUMENT error/;
    expect(failure(() => expect(proxy).toBeRichError(TooManySidesError))).toMatch(but);
    expect(richErrorSerializer.test(proxy)).toBe(false);
  });
});

describe("a large detail", () => {
  it("is compared, and its difference is shown in part", () => {
    const violation = (field: string) => ({ field, description: "d", reason: "", localizedMessage: undefined });
    const text = "x".repeat(200_000);
    const violations = Array.from({ length: 1000 }, (_, index) => violation(`f${index}`));
    const error = new BadShapeError({ fieldViolations: [...violations, violation(text)] });
    const message = failure(() => expect(error).toBeRichError(TooManySidesError, SIDES));
    expect(message.length).toBeLessThan(20_000);
    expect(message).toContain("more lines)");
    const wrong = [...violations, { field: `${text}x` }];
    const differing = failure(() => expect(error).toBeRichError(BadShapeError, { fieldViolations: wrong }));
    expect(differing).toContain("differs in fieldViolations[1000]");
    expect(differing).toContain("more characters)");
    expect(differing.length).toBeLessThan(200_000);
  });

  it("has bytes, which the test runner does not compare one by one", () => {
    const value = Buffer.alloc(4_000_000, 1);
    const other = Buffer.alloc(4_000_000, 2);
    const equals = () => expect.fail("the test runner compares them");
    const error = new RichError(Code.ABORTED, "no", { errorDetails: [packDetail(BYTES, { value })] });
    const result = toHaveErrorDetail.call({ equals }, error, BYTES, { value: other });
    if (!("pass" in result)) throw result;
    expect(result.pass).toBe(false);
    expect(result.message().length).toBeLessThan(5000);
  });
});

describe("a mistake in the arguments", () => {
  const instead = "write a class of errors, such as OrderNotFoundError or RichError";
  it.each([
    ["TooManySidesError", `the expected class is "TooManySidesError"; ${instead}`],
    [TypeError, `the expected class is the class TypeError; ${instead}`],
    [new CornersBusyError(), `the expected class is an instance of CornersBusyError; ${instead}`],
    [null, `the expected class is null; ${instead}`],
  ])("%s is refused as a class", async (given, message) => {
    const wrong = given as never;
    expect(failure(() => expect(sides()).toBeRichError(wrong))).toBe(message);
    expect(failure(() => expect(sides()).not.toBeRichError(wrong))).toBe(message);
    await expect(expect(Promise.resolve()).toRejectWithRichError(wrong)).rejects.toThrow(message);
    await expect(assertRejectsWithRichError(Promise.resolve(), wrong)).rejects.toThrow(message);
  });

  it("is refused as a pattern that contains itself", () => {
    const limit: { most?: unknown } = {};
    limit.most = [limit];
    const message = "the expected detail contains itself in limit.most[0]; write only the fields to compare";
    const wrong = { limit } as never;
    expect(failure(() => expect(sides()).not.toBeRichError(TooManySidesError, wrong))).toBe(message);
    expect(failure(() => expect(bad()).not.toHaveErrorDetail(BadRequest, wrong))).toBe(message);
    const shared = { most: 4n };
    expect(sides()).not.toBeRichError(TooManySidesError, { limit: shared, other: shared } as never);
  });

  it("is refused as a codec", () => {
    const message =
      'the codec of the detail is "google.rpc.BadRequest"; write one, such as BadRequest of grpc-rich-errors/details';
    expect(failure(() => expect(sides()).not.toHaveErrorDetail("google.rpc.BadRequest" as never))).toBe(message);
  });
});

describe("a failure of toBeRichError", () => {
  it("shows the difference in the given fields only", () => {
    expect(
      failure(() => expect(sides()).toBeRichError(TooManySidesError, { shape: "disk", limit: { most: 9n } })),
    ).toMatchInlineSnapshot(`
      "expected a TooManySidesError, but got one that differs in shape, limit.most: disc has 5 sides, 4 {at most}

      - Expected
      + Received

        class: TooManySidesError
        code: INVALID_ARGUMENT
        reason: TOO_MANY_SIDES
        domain: shapes.example.com
        detail: {
      -   shape: "disk"
      +   shape: "disc"
          limit: {
      -     most: 9n
      +     most: 4n
          }
        }"
    `);
  });

  it("shows the identity of the other error", () => {
    expect(
      failure(() => expect(new CornersBusyError()).toBeRichError(TooManySidesError, { shape: "disk" })),
    ).toMatchInlineSnapshot(`
      "expected a TooManySidesError, but got a CornersBusyError: corners busy

      - Expected
      + Received

      - class: TooManySidesError
      + class: CornersBusyError
      - code: INVALID_ARGUMENT
      + code: UNAVAILABLE
      - reason: TOO_MANY_SIDES
      + reason: CORNERS_BUSY
        domain: shapes.example.com
      - detail: { shape: "disk" }"
    `);
  });

  it("shows the identity if no fields are given", () => {
    expect(failure(() => expect(bad()).toBeRichError(TooManySidesError))).toMatchInlineSnapshot(`
      "expected a TooManySidesError, but got a BadShapeError: bad shape

      - Expected
      + Received

      - class: TooManySidesError
      + class: BadShapeError
        code: INVALID_ARGUMENT
      - reason: TOO_MANY_SIDES
      + reason: BAD_SHAPE
        domain: shapes.example.com
      + detail: {
      +   fieldViolations: [
      +     {
      +       field: "a"
      +       description: "b"
      +       reason: "R"
      +       localizedMessage: undefined
      +     }
      +     {
      +       field: "c"
      +       description: "d"
      +       reason: ""
      +       localizedMessage: { locale: "fr", message: "e" }
      +     }
      +   ]
      + }"
    `);
  });

  it("shows the class if a base class is given", () => {
    expect(failure(() => expect(new RichError(Code.ABORTED, "no")).toBeRichError(ShapeError))).toMatchInlineSnapshot(`
      "expected a ShapeError, but got a plain ABORTED error: no

      - Expected
      + Received

      - class: ShapeError
      + class: RichError
        code: ABORTED"
    `);
  });

  it("shows no difference in the class if the error extends the given base class", () => {
    const message = failure(() =>
      expect(sides()).toBeRichError(ShapeError, expect.objectContaining({ shape: "disk" })),
    );
    expect(message).toContain("  class: TooManySidesError\n");
    expect(message).toContain('- detail: ObjectContaining { shape: "disk" }\n');
  });

  it.each([
    [
      "another error",
      new TypeError("no"),
      "expected a CornersBusyError, but got [TypeError: no], which is not a gRPC error",
    ],
    ["a string", "no", 'expected a CornersBusyError, but got "no", which is not a gRPC error'],
    ["nothing", undefined, "expected a CornersBusyError, but got undefined, which is not a gRPC error"],
  ])("shows %s that is not a RichError", (_, value, message) => {
    expect(failure(() => expect(value).toBeRichError(CornersBusyError))).toBe(message);
  });

  it("shows the error that was not expected", () => {
    expect(failure(() => expect(sides()).not.toBeRichError(TooManySidesError, { shape: "disc" }))).toBe(
      'expected no TooManySidesError with { shape: "disc" }, but got one: disc has 5 sides, 4 {at most}',
    );
    class OddError extends RichError {}
    expect(failure(() => expect(new OddError(Code.ABORTED, "no")).not.toBeRichError(OddError))).toBe(
      "expected no OddError, but got one: no",
    );
  });

  it("shows no value that the JSON of the error hides", () => {
    const hiding = (detail: unknown) =>
      Object.defineProperty(bad(), "toJSON", { value: () => ({ ...bad().toJSON(), detail }) });
    const hidden = hiding({ fieldViolations: [{ field: "a", description: "[redacted]" }, "[redacted]"] });
    const pattern = {
      fieldViolations: [
        { field: "x", description: "x" },
        { field: "y", description: "y" },
      ],
    };
    expect(failure(() => expect(hidden).toBeRichError(BadShapeError, pattern))).toMatchInlineSnapshot(`
      "expected a BadShapeError, but got one that differs in fieldViolations[0].field, fieldViolations[0].description, fieldViolations[1]: bad shape

      - Expected
      + Received

        class: BadShapeError
        code: INVALID_ARGUMENT
        reason: BAD_SHAPE
        domain: shapes.example.com
        detail: {
          fieldViolations: [
            {
      -       field: "x"
      +       field: "a"
      -       description: "x"
      +       description: [redacted]
            }
      -     { field: "y", description: "y" }
      +     [redacted]
          ]
        }"
    `);
    const whole = hiding("[redacted]");
    expect(failure(() => expect(whole).toBeRichError(BadShapeError, pattern))).toMatchInlineSnapshot(`
      "expected a BadShapeError, but got one with another detail: bad shape

      - Expected
      + Received

        class: BadShapeError
        code: INVALID_ARGUMENT
        reason: BAD_SHAPE
        domain: shapes.example.com
      - detail: {
      -   fieldViolations: [
      -     { field: "x", description: "x" }
      -     { field: "y", description: "y" }
      -   ]
      - }
      + detail: [redacted]"
    `);
    expect(failure(() => expect(whole).toBeRichError(CornersBusyError))).toContain("+ detail: [redacted]");
  });

  it("has the colors of the test runner", () => {
    const utils = {
      EXPECTED_COLOR: (text: string) => `<green>${text}`,
      RECEIVED_COLOR: (text: string) => `<red>${text}`,
    };
    const context = { equals: Object.is, utils };
    const result = toBeRichError.call(context, sides(), TooManySidesError, { shape: "disk" });
    const { message } = result as Exclude<typeof result, Promise<unknown>>;
    expect(
      message()
        .split("\n")
        .filter((line) => line.startsWith("<")),
    ).toEqual(["<green>- Expected", "<red>+ Received", '<green>-   shape: "disk"', '<red>+   shape: "disc"']);
    const plain = toBeRichError.call({ equals: Object.is }, sides(), CornersBusyError);
    expect((plain as typeof result & { message(): string }).message()).toContain("\n- class: CornersBusyError\n");
  });
});
