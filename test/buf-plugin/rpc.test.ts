import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { anyPack, anyUnpack, EmptySchema, EnumValueSchema } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { Code, RequestSchema, ResponseSchema, SpecSchema } from "../../gen/pluginrpc/v1/pluginrpc_pb.js";
import { CallError, type Ending, procedure, runPlugin } from "../../src/buf-plugin/rpc.js";

/** Doubles a number. Refuses negative ones, and has a bug with 13. */
const DOUBLE = procedure({
  path: "/test.v1.Numbers/Double",
  argument: "double",
  input: EnumValueSchema,
  output: EnumValueSchema,
  handle({ number }) {
    if (number < 0) throw new CallError(Code.OUT_OF_RANGE, "the number is negative; send a positive one");
    if (number === 13) throw new TypeError("unlucky");
    return { number: number * 2 };
  },
});

const run = (args: readonly string[], stdin: Uint8Array | string = ""): Promise<Ending> =>
  runPlugin(args, [DOUBLE], "the help\n", async () => Buffer.from(stdin));

const requestFor = (number: number) =>
  toBinary(
    RequestSchema,
    create(RequestSchema, { value: anyPack(EnumValueSchema, create(EnumValueSchema, { number })) }),
  );

async function answer(args: readonly string[], stdin?: Uint8Array) {
  const { stdout, exitCode, stderr } = await run(args, stdin);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: undefined });
  return fromBinary(ResponseSchema, Buffer.from(stdout ?? ""));
}

describe("a plugin", () => {
  it("names the version of its protocol", async () => {
    expect(await run(["--protocol"])).toEqual({ stdout: "1\n", exitCode: 0 });
  });

  it("lists its procedures, in binary or in JSON", async () => {
    const { stdout = "" } = await run(["--spec"]);
    expect(fromBinary(SpecSchema, Buffer.from(stdout))).toMatchObject({
      procedures: [{ path: "/test.v1.Numbers/Double", args: ["double"] }],
    });
    const json = await run(["--spec", "--format", "json"]);
    expect(JSON.parse(String(json.stdout))).toEqual({
      procedures: [{ path: "/test.v1.Numbers/Double", args: ["double"] }],
    });
  });

  it.each(["double", "/test.v1.Numbers/Double"])("answers a request to %s", async (name) => {
    const response = await answer([name, "--format", "binary"], requestFor(21));
    expect(response.value && anyUnpack(response.value, EnumValueSchema)?.number).toBe(42);
  });

  it("answers a request in JSON", async () => {
    const request = '{"value": {"@type": "type.googleapis.com/google.protobuf.EnumValue", "number": 21}}';
    const { stdout } = await run(["double", "--format", "json"], request);
    expect(JSON.parse(String(stdout)).value).toEqual({
      "@type": "type.googleapis.com/google.protobuf.EnumValue",
      number: 42,
    });
  });

  it.each(["binary", "json"])("takes an empty stdin for an empty request in %s", async (format) => {
    const { stdout, exitCode } = await run(["double", "--format", format]);
    expect(exitCode).toBe(0);
    expect(Buffer.from(stdout ?? "").toString()).toContain("google.protobuf.EnumValue");
  });

  it("answers a failure of the call with its code and message", async () => {
    const { error, value } = await answer(["double"], requestFor(-1));
    expect(value).toBeUndefined();
    expect(error).toMatchObject({ code: Code.OUT_OF_RANGE, message: "the number is negative; send a positive one" });
    const json = await run(["double", "--format", "json"], "[");
    expect(JSON.parse(String(json.stdout)).error).toMatchObject({ code: "CODE_INVALID_ARGUMENT" });
  });

  it("answers a bug of its own with the stack", async () => {
    const { error } = await answer(["double"], requestFor(13));
    expect(error?.code).toBe(Code.INTERNAL);
    expect(error?.message).toMatch(/^bug in buf-plugin-rich-errors, please report it: TypeError: unlucky\n\s+at /);
  });

  it("refuses a request of another type, and bytes that are none", async () => {
    const other = create(RequestSchema, { value: anyPack(EmptySchema, create(EmptySchema)) });
    expect((await answer(["double"], toBinary(RequestSchema, other))).error).toMatchObject({
      code: Code.INVALID_ARGUMENT,
      message: "the request is a type.googleapis.com/google.protobuf.Empty; send a google.protobuf.EnumValue",
    });
    const { error } = await answer(["double"], Buffer.from("no protobuf"));
    expect(error?.message).toMatch(/^the request cannot be read: /);
  });

  it.each<[string[], string]>([
    [["triple"], 'unknown command "triple"; write double\n'],
    [["double", "twice"], 'unknown command "double twice"; write double\n'],
    [["double", "--format", "xml"], '--format is "xml"; write binary or json\n'],
    [["--sped"], "Unknown option '--sped'"],
    [[], "the help\n"],
  ])("exits with code 1 for %j", async (args, message) => {
    const { exitCode, stderr = "", stdout } = await run(args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: undefined });
    expect(stderr.startsWith(message)).toBe(true);
  });

  it("prints its help", async () => {
    expect(await run(["--help"])).toEqual({ stdout: "the help\n", exitCode: 0 });
  });
});
