import { pack, type RichError, StandardDetails, unpack } from "grpc-rich-errors";
import {
  AppendConsistencyViolationError,
  AppendRecordSizeExceededError,
  catalog,
  StreamRevisionConflictError,
} from "grpc-rich-errors/catalogs/kurrentdb";
import { BadRequest, packDetail } from "grpc-rich-errors/details";
import { describe, expect, it } from "vitest";
import { Values } from "../gen/values/v1/values.js";
import { BadValuesError, catalog as values } from "../gen/values/v1/values.rich.js";

type AnyClass = new (detail: never) => RichError;

/** Constructs an error with a detail as a program without types does, and sends it. */
function sent(errorClass: AnyClass, detail: unknown): { detail: unknown; problems: readonly string[] } {
  const error = new errorClass(detail as never);
  const received = unpack(pack(error), { catalogs: [catalog, values] });
  expect(received).toBeInstanceOf(errorClass);
  expect(received.issues).toEqual([]);
  return { detail: received.detail, problems: problemsOf(error) };
}

/** The texts of the issues without the name of the type, which each begins with. */
function problemsOf({ issues }: RichError): readonly string[] {
  return issues.map(({ message, typeUrl = "" }) => {
    const typeName = typeUrl.slice(typeUrl.lastIndexOf("/") + 1);
    expect(message.startsWith(`${typeName}: `)).toBe(true);
    return message.slice(typeName.length + 2);
  });
}

const EMPTY = Values.decode(new Uint8Array());

describe("the detail of a generated error", () => {
  it("has no problem if it is complete, and none if fields are missing", () => {
    const detail = { stream: "s", expectedRevision: 5n, actualRevision: 6n };
    for (let time = 0; time < 3; time++) {
      expect(sent(StreamRevisionConflictError, detail)).toEqual({ detail, problems: [] });
      expect(sent(StreamRevisionConflictError, { stream: "s", expectedRevision: null })).toEqual({
        detail: { stream: "s", expectedRevision: 0n, actualRevision: 0n },
        problems: [],
      });
      expect(sent(AppendConsistencyViolationError, {})).toEqual({ detail: { violations: [] }, problems: [] });
    }
  });

  it("loses an unknown field", () => {
    expect(sent(StreamRevisionConflictError, { straem: "s", expectedRevision: 5n, actualRevision: 6n })).toEqual({
      detail: { stream: "", expectedRevision: 5n, actualRevision: 6n },
      problems: ['the field straem is unknown; its value "s" is left out; write "stream"'],
    });
  });

  it("has the text or the number of a value of another type", () => {
    expect(sent(StreamRevisionConflictError, { stream: 5, expectedRevision: 5, actualRevision: "6" })).toEqual({
      detail: { stream: "5", expectedRevision: 5n, actualRevision: 6n },
      problems: [
        'the field stream is 5, not a string; "5" is sent',
        "the field expectedRevision is 5, not a bigint; 5n is sent",
        'the field actualRevision is "6", not a bigint; 6n is sent',
      ],
    });
  });

  it.each<[string, object, object, string]>([
    ["an object for a text", { stream: {} }, { stream: "" }, "the field stream is an object, not a string"],
    ["a text for a number", { size: "big" }, { size: 0 }, 'the field size is "big", not a 32-bit integer'],
    ["a fraction", { size: 1.5 }, { size: 0 }, "the field size is 1.5, not a 32-bit integer"],
    ["a number out of range", { size: 2 ** 31 }, { size: 0 }, "the field size is 2147483648, not a 32-bit integer"],
  ])("loses %s", (_, detail, expected, problem) => {
    const empty = { stream: "", recordId: "", size: 0, maxSize: 0 };
    expect(sent(AppendRecordSizeExceededError, { ...empty, maxSize: 7, ...detail })).toEqual({
      detail: { ...empty, maxSize: 7, ...expected },
      problems: [`${problem}; it is left out`],
    });
  });

  it.each([undefined, null, 5, "text"])("is empty if it is %j", (detail) => {
    expect(sent(StreamRevisionConflictError, detail)).toEqual({
      detail: { stream: "", expectedRevision: 0n, actualRevision: 0n },
      problems: [`the detail is ${JSON.stringify(detail)}, not an object; an empty detail is sent`],
    });
  });

  it("keeps the good parts of a list of messages", () => {
    const value = { stream: "s", expectedState: 1n, actualState: 2n };
    const good = { checkIndex: 7, type: { $case: "streamState", value } };
    const violations = [
      undefined,
      good,
      { checkIndx: 1, type: { $case: "nope", value: 1 } },
      { checkIndex: 4, type: { $case: "streamState" } },
      { checkIndex: 5, type: { $case: "streamState", value: { ...value, straem: "x" } } },
      "text",
    ];
    const empty = { stream: "", expectedState: 0n, actualState: 0n };
    const expected = {
      detail: {
        violations: [
          good,
          { checkIndex: 0, type: undefined },
          { checkIndex: 4, type: { $case: "streamState", value: empty } },
          { checkIndex: 5, type: { $case: "streamState", value } },
        ],
      },
      problems: [
        "the field violations[0] is undefined, but a list cannot have missing items; it is left out",
        "the field violations[3].type.value is undefined, but the oneof has a case and must have its value; it is left out",
        'the field violations[5] is "text", not an object; it is left out',
        'the field violations[2].checkIndx is unknown; its value 1 is left out; write "checkIndex"',
        'the field violations[2].type.$case is "nope", not a case of the oneof; it is left out',
        'the field violations[4].type.value.straem is unknown; its value "x" is left out; write "stream"',
      ],
    };
    expect(sent(AppendConsistencyViolationError, { violations })).toEqual(expected);
    // The code was watched before, and the same problems are found again.
    expect(sent(AppendConsistencyViolationError, { violations: [good] }).problems).toEqual([]);
    expect(sent(AppendConsistencyViolationError, { violations })).toEqual(expected);
  });

  it.each<[string, object, object, readonly string[]]>([
    ["a text for a list", { longs: "12" }, { longs: [] }, ['the field longs is "12", not an array; it is left out']],
    [
      "a list for a map",
      { byName: [1n] },
      { byName: {} },
      ["the field byName is an array, not an object that maps keys to values; it is left out"],
    ],
    [
      "a Map for an object",
      { byName: new Map([["a", 1n]]) },
      { byName: {} },
      ["the field byName is an instance of Map, not an object that maps keys to values; it is left out"],
    ],
    [
      "wrong values in a map",
      { byName: { a: 5n, b: "x", c: 7, d: {} } },
      { byName: { a: 5n, c: 7n } },
      [
        'the field byName["b"] is "x", not a value of its type; it is left out',
        'the field byName["c"] is 7, not a bigint; 7n is sent',
        'the field byName["d"] is an object, not a value of its type; it is left out',
      ],
    ],
    [
      "wrong items of a list",
      { longs: [1n, "2", null, 3n], colors: ["COLOR_RED", 1, 7] },
      { longs: [1n, 2n, 3n], colors: [1, 7] },
      [
        'the field longs[1] is "2", not a bigint; 2n is sent',
        "the field longs[2] is null, but a list cannot have missing items; it is left out",
        'the field colors[0] is "COLOR_RED", not a 32-bit integer; it is left out',
      ],
    ],
    [
      "the name of an enum value",
      { color: "COLOR_RED" },
      {},
      ['the field color is "COLOR_RED", not a 32-bit integer; it is left out'],
    ],
    ["a text for a boolean", { truth: "no" }, {}, ['the field truth is "no", not a boolean; it is left out']],
    ["a text for bytes", { raw: "AQI=" }, {}, ['the field raw is "AQI=", not bytes; it is left out']],
    [
      "a text for a Date",
      { moment: "now" },
      {},
      ['the field moment is "now", not a value of its type; it is left out'],
    ],
    [
      "a function in a JSON object",
      { object: { a: [1, { b: null }], f() {} } },
      { object: { a: [1, { b: null }] } },
      ['the field object["f"] is a function, not a value of its type; it is left out'],
    ],
    [
      "wrong values in nested messages",
      { more: [{ text: 1, txt: 2, more: [{ int: "z" }] }] },
      { more: [{ ...EMPTY, raw: Buffer.of(), text: "1", more: [{ ...EMPTY, raw: Buffer.of() }] }] },
      [
        'the field more[0].text is 1, not a string; "1" is sent',
        'the field more[0].more[0].int is "z", not a 32-bit integer; it is left out',
        'the field more[0].txt is unknown; its value 2 is left out; write "text"',
      ],
    ],
  ])("keeps what is right beside %s", (_, detail, expected, problems) => {
    const read = sent(BadValuesError, { ...EMPTY, unsignedLong: 9n, ...detail });
    expect(read.detail).toEqual({ ...EMPTY, raw: Buffer.of(), unsignedLong: 9n, ...expected });
    expect(read.problems).toEqual(problems);
  });

  it("may be frozen, and may be an instance of a class with getters", () => {
    const frozen = Object.freeze({ violations: Object.freeze([Object.freeze({ checkIndex: "1" })]) });
    expect(sent(AppendConsistencyViolationError, frozen)).toEqual({
      detail: { violations: [{ checkIndex: 1, type: undefined }] },
      problems: ['the field violations[0].checkIndex is "1", not a 32-bit integer; 1 is sent'],
    });
    class Conflict {
      readonly #stream = "s";
      get stream(): string {
        return this.#stream;
      }
    }
    expect(sent(StreamRevisionConflictError, new Conflict())).toEqual({
      detail: { stream: "s", expectedRevision: 0n, actualRevision: 0n },
      problems: [],
    });
  });

  it("is left out if it contains itself, and the code does not run again and again", () => {
    const values = { ...EMPTY, more: [] as object[] };
    values.more.push(values);
    const error = new BadValuesError(values as never);
    expect(error.issues).toMatchObject([{ kind: "malformed-detail", message: expect.stringContaining("call stack") }]);
    expect(unpack(pack(error)).reason).toBe("BAD_VALUES");
  });

  it("has a bounded number of problems", () => {
    const violations = Array.from({ length: 100 }, (_, checkIndx) => ({ checkIndx }));
    const error = new AppendConsistencyViolationError({ violations } as never);
    expect(error.issues).toHaveLength(21);
    expect(error.issues.at(-1)?.message).toMatch(/: 80 more values have problems$/);
  });

  it("does not show long values", () => {
    const error = new StreamRevisionConflictError({ ["x".repeat(5000)]: "y".repeat(5000) } as never);
    expect(error.issues[0]?.message.length).toBeLessThan(500);
  });
});

describe("a standard detail", () => {
  it("has no problem if fields are missing", () => {
    const error = new StreamRevisionConflictError(
      { stream: "s", expectedRevision: 1n, actualRevision: 2n },
      {
        errorDetails: [packDetail(BadRequest, { fieldViolations: [{ field: "f", description: "d" }] } as never)],
      },
    );
    expect(error.issues).toEqual([]);
    expect(error.standardDetails.badRequest?.fieldViolations).toEqual([
      { field: "f", description: "d", reason: "", localizedMessage: undefined },
    ]);
  });

  it("that was packed before has its problems in the error that it is given to", () => {
    const detail = packDetail(BadRequest, { fieldViolations: [{ feild: "f", description: 5 }] } as never);
    const error = new StreamRevisionConflictError(
      { stream: "s", expectedRevision: 1n, actualRevision: 2n },
      {
        errorDetails: [detail],
      },
    );
    expect(problemsOf(error)).toEqual([
      'the field fieldViolations[0].description is 5, not a string; "5" is sent',
      'the field fieldViolations[0].feild is unknown; its value "f" is left out; write "field"',
    ]);
    expect(error.standardDetails.badRequest?.fieldViolations).toMatchObject([{ field: "", description: "5" }]);
  });

  it("that was collected has its problems in the error that it is given to", () => {
    const errorDetails = new StandardDetails()
      .addFieldViolation(5 as never, undefined as never)
      .addQuotaViolation("s", "d", { quotaDimensions: { a: 5 } as never })
      .setDebugInfo("d", ["a", 5 as never]);
    const error = new StreamRevisionConflictError(
      { stream: "s", expectedRevision: 1n, actualRevision: 2n },
      { errorDetails },
    );
    expect(problemsOf(error)).toEqual([
      'the field fieldViolations[0].field is 5, not a string; "5" is sent',
      'the field violations[0].quotaDimensions["a"] is 5, not a string; "5" is sent',
      'the field stackEntries[1] is 5, not a string; "5" is sent',
    ]);
    expect(error.standardDetails.debugInfo).toEqual({ detail: "d", stackEntries: ["a", "5"] });
  });
});
