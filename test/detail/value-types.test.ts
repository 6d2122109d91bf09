import type { DescMessage } from "@bufbuild/protobuf";
import type { Options } from "@grpc/proto-loader";
import { pack, type RichError, unpack } from "grpc-rich-errors";
import { type DetailCodec, protobufjsCodec } from "grpc-rich-errors/details";
import { type DynamicErrorClass, loadSync } from "grpc-rich-errors/proto-loader";
import { protobufEsCodec } from "grpc-rich-errors/protobuf-es";
import protobuf from "protobufjs";
import { describe, expect, it } from "vitest";
import { Catalog } from "../../src/catalog.js";
import { BadValuesError } from "../gen/values/v1/values.rich.js";
import { declare } from "../support/declared.js";
import { PROTO_FOLDER } from "../support/reference-protos.js";
import { reflected } from "../support/reflection.js";

const TYPE = "values.v1.Values";
const FILE = "values/v1/values.proto";

const WRONG_TYPE = (_: string): never => {
  throw new Error(_);
};

/** The class of an error with a codec of the type. */
function classOf(codec: DetailCodec<never>) {
  return declare<unknown>({ detail: codec as DetailCodec<unknown> });
}

function protoLoaderClass(options: Options = {}): DynamicErrorClass {
  const { catalog } = loadSync(FILE, { includeDirs: ["test/proto", PROTO_FOLDER], longs: String, ...options });
  return catalog.byReason("values.example.com", "BAD_VALUES") ?? WRONG_TYPE("no error");
}

function protobufjsClass() {
  const root = new protobuf.Root();
  root.resolvePath = (_, target) =>
    target.startsWith("google/protobuf") ? target : `${target.startsWith("values") ? "test/" : ""}proto/${target}`;
  return classOf(
    protobufjsCodec(TYPE, root.loadSync(FILE).lookupType(TYPE), { longs: String, enums: String }) as never,
  );
}

function descriptor(): DescMessage {
  const { descriptors } = BadValuesError.definition;
  return reflected(descriptors).getMessage(TYPE) ?? WRONG_TYPE("no type");
}

/** Constructs an error as a program without types does, and sends it. */
function sent(errorClass: typeof RichError, detail: unknown): { detail: object; problems: readonly string[] } {
  const error = new (errorClass as unknown as new (detail: unknown) => RichError)(detail);
  const catalogs = [new Catalog([errorClass as never])];
  const received = unpack(pack(error), { catalogs });
  expect(received.issues).toEqual([]);
  expect(received).toBeInstanceOf(errorClass);
  const problems = error.issues.map(({ message, typeUrl }) => {
    expect(typeUrl).toBe(`type.googleapis.com/${TYPE}`);
    expect(message.startsWith(`${TYPE}: `)).toBe(true);
    return message.slice(TYPE.length + 2);
  });
  return { detail: Object(received.detail), problems };
}

const INT32 = "not an integer from -2147483648 to 2147483647 (int32)";
const UINT64 = "not an integer from 0 to 18446744073709551615 (uint64)";
const INT64 = "not an integer from -9223372036854775808 to 9223372036854775807 (int64)";

/** Wrong values, what is sent, and the problem. The same for all libraries. */
const WRONG: readonly [string, object, object, readonly string[]][] = [
  ["an unknown field", { txt: "x" }, {}, ['the field txt is unknown; its value "x" is left out; write "text"']],
  ["a number for a text", { text: 5 }, { text: "5" }, ['the field text is 5, not a string; "5" is sent']],
  ["an object for a text", { text: {} }, {}, ["the field text is an object, not a string; it is left out"]],
  ["a text for a boolean", { truth: "no" }, {}, ['the field truth is "no", not a boolean; it is left out']],
  ["a text for a number", { int: "many" }, {}, [`the field int is "many", ${INT32}; it is left out`]],
  ["the text of a number", { int: "7" }, { int: 7 }, ['the field int is "7", not a number (int32); 7 is sent']],
  ["a fraction", { int: 1.5 }, {}, [`the field int is 1.5, ${INT32}; it is left out`]],
  ["a number out of range", { int: 2 ** 31 }, {}, [`the field int is 2147483648, ${INT32}; it is left out`]],
  ["a negative number", { unsignedLong: -1 }, {}, [`the field unsignedLong is -1, ${UINT64}; it is left out`]],
  [
    "a text for a double",
    { double: "1e3" },
    { double: 1000 },
    ['the field double is "1e3", not a number; 1000 is sent'],
  ],
  [
    "a large float",
    { float: 1e39 },
    {},
    ["the field float is 1e+39, not a number that fits into 32 bits; it is left out"],
  ],
  ["an object for bytes", { raw: {} }, {}, ["the field raw is an object, not"]],
  [
    "an unknown enum value",
    { color: "COLOR_RAD" },
    {},
    ['the field color is "COLOR_RAD", not a value of values.v1.Color; it is left out; write "COLOR_RED"'],
  ],
  [
    "an object for an enum",
    { color: {} },
    {},
    ["the field color is an object, not a value of values.v1.Color; it is left out"],
  ],
  ["a text for a list", { longs: "12" }, {}, ['the field longs is "12", not an array; it is left out']],
  [
    "wrong items",
    { longs: [1, "x", null, "3"] },
    { longs: [1, "3"] },
    [`the field longs[1] is "x", ${INT64}; it is left out`, `the field longs[2] is null, ${INT64}; it is left out`],
  ],
  [
    "a list for a map",
    { byName: [1] },
    {},
    ["the field byName is an array, not an object that maps keys to values; it is left out"],
  ],
  [
    "wrong entries",
    { byName: { a: 1, b: "x", c: {} } },
    { byName: { a: 1 } },
    [
      `the field byName["b"] is "x", ${INT64}; it is left out`,
      `the field byName["c"] is an object, ${INT64}; it is left out`,
    ],
  ],
  [
    "wrong keys",
    { byTruth: { yes: {}, true: { text: "t" } } },
    { byTruth: { true: { text: "t" } } },
    ['the field byTruth["yes"] is "yes", not "true" or "false"; it is left out'],
  ],
  [
    "missing messages",
    { more: [undefined, { text: "t" }, null, 5] },
    { more: [{ text: "t" }] },
    [
      "the field more[0] is undefined, not a values.v1.Values; it is left out",
      "the field more[2] is null, not a values.v1.Values; it is left out",
      "the field more[3] is 5, not a values.v1.Values; it is left out",
    ],
  ],
  [
    "wrong values in messages",
    { more: [{ text: 5, txt: 1, more: [{ int: "x" }] }] },
    { more: [{ text: "5", more: [{}] }] },
    [
      'the field more[0].text is 5, not a string; "5" is sent',
      'the field more[0].txt is unknown; its value 1 is left out; write "text"',
      `the field more[0].more[0].int is "x", ${INT32}; it is left out`,
    ],
  ],
  [
    "a Date for a message",
    { duration: new Date(0) },
    {},
    ["the field duration is 1970-01-01T00:00:00.000Z, not a google.protobuf.Duration; it is left out"],
  ],
];

const LIBRARIES: readonly [string, () => typeof RichError][] = [
  ["proto-loader", () => protoLoaderClass() as never],
  ["proto-loader, with oneofs", () => protoLoaderClass({ oneofs: true }) as never],
  ["protobufjs", protobufjsClass as never],
  ["protobuf-es", () => classOf(protobufEsCodec(descriptor()) as never) as never],
];

describe.each(LIBRARIES)("a detail of %s", (_, load) => {
  const errorClass = load();

  it.each(WRONG)("keeps what is right beside %s", (_, wrong, expected, problems) => {
    const read = sent(errorClass, Object.freeze({ long: 9, ...wrong }));
    expect(plain(read.detail)).toMatchObject(plain({ long: 9, ...expected }) as object);
    expect(read.problems).toEqual(problems.map((problem) => expect.stringContaining(problem)));
    for (const name of Object.keys(wrong))
      if (!(name in expected)) expect(isEmpty(Reflect.get(read.detail, name))).toBe(true);
  });

  it.each([undefined, null, 5, "text"])("is empty if it is %j", (detail) => {
    expect(sent(errorClass, detail).problems).toEqual([
      `the detail is ${JSON.stringify(detail)}, not a ${TYPE}; an empty detail is sent`,
    ]);
  });

  it("has no problem if its values are right, and none if fields are missing", () => {
    const right = {
      int: 1,
      long: "9007199254740993",
      unsignedLong: 5n,
      double: Number.NaN,
      color: 7,
      longs: [1, "2", 3n],
    };
    const read = sent(errorClass, {
      ...right,
      text: null,
      more: undefined,
      byName: { a: "1" },
      byTruth: { true: { text: "x" } },
    });
    expect(read.problems).toEqual([]);
    expect(plain(read.detail)).toMatchObject({
      int: "1",
      long: "9007199254740993",
      unsignedLong: "5",
      longs: ["1", "2", "3"],
    });
  });

  it("sends an integer that a number does not hold exactly, and says so", () => {
    const read = sent(errorClass, { long: 2 ** 60 });
    expect(read.problems).toEqual([
      "the field long is 1152921504606847000, which a number does not hold exactly; 1152921504606846976n is sent; write a bigint",
    ]);
    expect(plain(read.detail)).toMatchObject({ long: "1152921504606846976" });
  });

  it("is left out if it contains itself", () => {
    const detail: { more: object[] } = { more: [] };
    detail.more.push(detail);
    const error = new (errorClass as unknown as new (detail: unknown) => RichError)(detail);
    expect(error.issues.map(({ kind }) => kind)).toEqual(["malformed-detail"]);
    expect(unpack(pack(error)).reason).toBe(error.reason);
  });

  it("may be a received one", () => {
    const detail = { int: 1, longs: [1], more: [{ text: "x" }], maybeLong: undefined };
    const received = sent(errorClass, detail);
    expect(sent(errorClass, received.detail)).toEqual(received);
  });
});

describe("a detail of proto-loader", () => {
  it("accepts names of enum values, base64 and Long", () => {
    const errorClass = protoLoaderClass({ enums: String, bytes: String });
    const detail = { color: "COLOR_RED", raw: "AQI=", long: { low: 5, high: 0, unsigned: false } };
    expect(sent(errorClass as never, detail)).toEqual({ detail: { ...detail, long: "5" }, problems: [] });
  });

  it("has the fields of the proto if the options say so", () => {
    const errorClass = protoLoaderClass({ keepCase: true });
    expect(sent(errorClass as never, { unsigned_long: 5, unsignedLong: 6 })).toEqual({
      detail: { unsigned_long: "5" },
      problems: ['the field unsignedLong is unknown; its value 6 is left out; write "unsigned_long"'],
    });
  });

  it("takes a JSON object in the form of protobufjs", () => {
    const { problems } = sent(protoLoaderClass() as never, { object: { a: 1 }, maybeText: "x" });
    expect(problems).toEqual([
      'the field object.a is unknown; its value 1 is left out; write "fields"',
      'the field maybeText is "x", not a google.protobuf.StringValue; it is left out',
    ]);
  });
});

describe("a detail of protobuf-es", () => {
  const errorClass = classOf(protobufEsCodec(descriptor()) as never) as never;

  it("takes wrapped values and JSON objects as they are", () => {
    const detail = { maybeText: "x", maybeLong: 5n, object: { a: [1, { b: null }] } };
    expect(sent(errorClass, detail)).toMatchObject({ detail, problems: [] });
    expect(sent(errorClass, { maybeText: { value: "x" } }).problems).toEqual([
      "the field maybeText is an object, not a string; it is left out",
    ]);
  });

  it("loses an entry with a wrong key", () => {
    expect(sent(errorClass, { byNumber: { 1: "a", b: "c" } })).toMatchObject({
      detail: { byNumber: { 1: "a" } },
      problems: [`the field byNumber["b"] is "b", ${INT64}; it is left out`],
    });
  });

  it("sends the number of an enum value's name", () => {
    expect(sent(errorClass, { color: "COLOR_RED" })).toMatchObject({
      detail: { color: 1 },
      problems: ['the field color is "COLOR_RED", a name and not a number; 1 is sent'],
    });
  });

  it("loses a oneof with a wrong case or value", () => {
    const choices: readonly [unknown, unknown, string?][] = [
      [
        { case: "chosenText", value: "x" },
        { case: "chosenText", value: "x" },
      ],
      [{ case: undefined }, { case: undefined }],
      [
        { case: "chosenText", value: 5 },
        { case: "chosenText", value: "5" },
        'the field choice.value is 5, not a string; "5" is sent',
      ],
      [
        { case: "chosenTxt", value: "x" },
        { case: undefined },
        'the field choice.case is "chosenTxt", not a case of the oneof; it is left out; write "chosenText"',
      ],
      [
        { case: "chosenValues" },
        { case: undefined },
        `the field choice.value is undefined, not a ${TYPE}; it is left out`,
      ],
      ["x", { case: undefined }, 'the field choice is "x", not an object with a case and a value; it is left out'],
    ];
    for (const [choice, expected, problem] of choices) {
      const read = sent(errorClass, { choice });
      expect(read.detail).toMatchObject({ choice: expected });
      expect(read.problems).toEqual(problem === undefined ? [] : [problem]);
    }
    expect(sent(errorClass, { chosenText: "x" }).problems).toEqual([
      expect.stringMatching(/^the field chosenText is unknown; its value "x" is left out; write /),
    ]);
  });
});

/** The values as text, because libraries have 64-bit integers and enum values in different forms. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return String(value);
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, plain(field)]));
}

function isEmpty(value: unknown): boolean {
  if (typeof value === "object" && value !== null)
    return Object.keys(value).filter((name) => name !== "$typeName").length === 0;
  return [undefined, "", 0, 0n, false].includes(value as never) || value === "COLOR_UNSPECIFIED";
}
