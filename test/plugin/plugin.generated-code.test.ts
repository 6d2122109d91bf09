import { execFileSync } from "node:child_process";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "rolldown";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commands } from "../../rolldown.config.js";
import { type Catalog, RichError } from "../../src/codegenv1.js";
import type { Definition } from "../../src/definition.js";
import { createWorkspace, ROOT, runTool } from "./compile.js";
import { ODD_PROTOS } from "./odd-protos.js";

const TS_PROTO_OPTIONS = [
  "forceLong=bigint",
  "oneof=unions-value",
  "importSuffix=.js",
  "outputJsonMethods=false",
  "outputServices=grpc-js",
  "esModuleInterop=true",
];

/** Code that uses generated modules, and does not compile if a type is wrong. */
const CONSUMER = `
import { type AnyError, BadRequestError, Error as BaseError, OtherTypeError, RangeError, TypeError } from "./gen/names/v1/names.rich.js";
import { FieldNamesError, OddError } from "./gen/odd/fields.rich.js";
import { _ApiError, type _Failure, _NetworkError, NetworkError } from "./gen/root.rich.js";
import type { FieldClient, OddClient } from "./gen/odd/services.js";
import { FieldContract, type FieldNamesError as FieldNames, OddContract, type OddGetV2ValueError } from "./gen/odd/services.rich.js";
import { StatusError } from "./gen/nested/v2/nested.v2.rich.js";

const typeError = new TypeError({ type: "x" }, { message: "text" });
const reason: "TYPE" = typeError.reason;
const type: string = typeError.detail.type;
const other: string = new OtherTypeError({ text: "x" }).detail.text;
const seconds: bigint = new StatusError({ seconds: 1n, nanos: 0 }).detail.seconds;
// @ts-expect-error the detail is of another type
new RangeError({ type: "x" });
// @ts-expect-error the error has a detail
new TypeError();

const ofClient = (name: keyof typeof OddContract): keyof OddClient => name;
const ofField = (name: keyof typeof FieldContract): keyof FieldClient => name;
// @ts-expect-error X has no contract
void OddContract.x;

function ofMethod(error: OddGetV2ValueError | FieldNames): string {
  switch (error.reason) {
    case "API":
      return "";
    case "FIELD_NAMES":
      return error.detail.field1;
    case "FIRST_OF_ALL":
      return error.detail.requiredName;
  }
}

function kept(failure: _Failure): "NETWORK" | undefined {
  if (failure instanceof NetworkError) return failure.reason;
  if (failure instanceof _NetworkError) return failure.reason;
  // @ts-expect-error an error from the server can have any reason
  if (failure instanceof _ApiError) return failure.reason;
  return undefined;
}

function narrowed(error: unknown): string | undefined {
  if (error instanceof BadRequestError) return error.detail.fieldViolations[0]?.field;
  if (error instanceof FieldNamesError) return error.detail.paymentMethod?.$case;
  if (error instanceof BaseError) {
    const any: AnyError = error;
    switch (any.reason) {
      case "TYPE":
        return any.detail.type;
      case "AGGREGATE":
        return String(any.detail.day);
      // @ts-expect-error no error has this reason
      case "NOTHING":
        return undefined;
    }
  }
  if (error instanceof OddError) return error.reason satisfies "FIELD_NAMES" | "ALL_FIELDS" | \`A_REASON\${string}\`;
  return undefined;
}
export { kept, narrowed, ofClient, ofField, ofMethod, other, reason, seconds, type };
`;

let folder: string;
let launcher: string;
let byBuf: Record<string, string>;
let byProtoc: Record<string, string>;

beforeAll(async () => {
  folder = await createWorkspace(ODD_PROTOS, join(ROOT, "build"));
  const plugin = join(folder, "dist/src/plugin/bin.js");
  const { output } = commands;
  await build({ ...commands, cwd: ROOT, logLevel: "silent", output: { ...output, dir: join(folder, "dist") } });
  launcher = join(folder, "protoc-gen-rich-errors");
  await writeFile(launcher, `#!/bin/sh\nexec "${process.execPath}" "${plugin}" "$@"\n`, { mode: 0o755 });
  const template = {
    version: "v2",
    inputs: [{ directory: "proto", exclude_paths: ["proto/richerrors", "proto/kurrent", "proto/kurrentdb"] }],
    plugins: [
      { local: "protoc-gen-ts_proto", out: "gen", opt: TS_PROTO_OPTIONS },
      { local: [launcher], out: "gen" },
    ],
  };
  await writeFile(join(folder, "buf.gen.yaml"), JSON.stringify(template));
  const files = Object.keys(ODD_PROTOS);
  await Promise.all([
    runTool("buf", ["generate"], folder),
    runTool(
      "protoc",
      ["-Iproto", `--plugin=protoc-gen-rich-errors=${launcher}`, "--rich-errors_out=dist", ...files],
      folder,
    ),
  ]);
  byBuf = await richFiles(join(folder, "gen"));
  byProtoc = await richFiles(join(folder, "dist"));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function richFiles(root: string): Promise<Record<string, string>> {
  const names = (await readdir(root, { recursive: true })).filter(
    (name) => name.endsWith(".rich.ts") && Object.hasOwn(ODD_PROTOS, name.replace(".rich.ts", ".proto")),
  );
  const files = names.sort().map(async (name) => [name, await readFile(join(root, name), "utf8")] as const);
  return Object.fromEntries(await Promise.all(files));
}

describe("generated code", () => {
  it("is the same for buf and protoc", () => {
    expect(Object.keys(byBuf)).toEqual([
      "names/v1/names.rich.ts",
      "nested/v2/nested.v2.rich.ts",
      "odd/comments.rich.ts",
      "odd/fields.rich.ts",
      "odd/services.rich.ts",
      "root.rich.ts",
      "second/second.rich.ts",
    ]);
    expect(byProtoc).toEqual(byBuf);
  });

  it("compiles beside ts-proto's code, with the expected types", async () => {
    await writeFile(join(folder, "consumer.ts"), CONSUMER);
    const config = {
      extends: join(ROOT, "tsconfig.json"),
      compilerOptions: {
        rootDir: ROOT,
        // ts-proto's code does not comply with these options.
        noUnusedLocals: false,
        noPropertyAccessFromIndexSignature: false,
        paths: { "grpc-rich-errors/codegenv1": [join(ROOT, "src/codegenv1.ts")] },
      },
      include: ["consumer.ts", "gen"],
    };
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config));
    const { stdout } = await runTool("tsc", ["-p", "."], folder).catch((error: { stdout: string }) => error);
    expect(stdout).toBe("");
  });

  it("has no long line that could be broken", () => {
    const long = Object.values(byBuf)
      .flatMap((content) => content.split("\n"))
      .filter(
        (line) =>
          line.length > 120 && !/^ +"|^\{"reason":|^ *(\*|\/\*\*|export (class \w+<Detail|const \w+: \w+<))/.test(line),
      );
    expect(long).toEqual([]);
  });

  it("renames imports that have the names of its own declarations", () => {
    const imports = byBuf["names/v1/names.rich.ts"]?.match(/^import [^;]*;$/gm)?.join("\n");
    expect(imports).toBe(`import { BinaryReader } from "@bufbuild/protobuf/wire";
import {
  BadRequest,
  Catalog,
  defineError,
  type ErrorClassOf as RuntimeErrorClassOf,
  ErrorTable,
  type FileDescriptors,
  isInstance,
  type MessageCheck,
  RichError as RuntimeRichError,
} from "grpc-rich-errors/codegenv1";
import { BadRequest as BadRequestMessage, TypeError as TypeErrorMessage2 } from "./details.js";
import {
  Catalog as CatalogMessage,
  catalog as catalogMessage,
  DateMessage,
  ErrorTable as ErrorTableMessage,
  Reason,
  Symbol as SymbolMessage,
  TypeError as TypeErrorMessage,
} from "./names.js";`);
  });
});

describe("the program of the plugin", () => {
  it("prints its help and its version", () => {
    expect(execFileSync(launcher, ["--help"], { encoding: "utf8" })).toContain("snakeToCamel=false");
    expect(execFileSync(launcher, ["--version"], { encoding: "utf8" })).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(() => execFileSync(launcher, ["--verbose"], { stdio: "pipe" })).toThrow(
      "does not know the argument --verbose",
    );
  });

  it("reports all mistakes and writes no file", async () => {
    await writeFile(
      join(folder, "wrong.proto"),
      `syntax = "proto3";
       import "richerrors/v1/annotations.proto";
       enum E {
         E_UNSPECIFIED = 0;
         E_X = 1 [(richerrors.v1.error) = {http_status: 200}];
       }`,
    );
    const args = ["-Iproto", "-I.", `--plugin=${launcher}`, "--rich-errors_out=dist", "wrong.proto"];
    const { stderr } = await runTool("protoc", args, folder).catch((error: { stderr: string }) => error);
    expect(stderr.trim().split("\n")).toEqual([
      expect.stringMatching(/^--rich-errors_out: wrong.proto:3:8: E has no domain; /),
      expect.stringMatching(/^wrong.proto:5:10: the reason of E_X would be "X", but /),
      expect.stringMatching(/^wrong.proto:5:19: http_status 200 of E_X is not an HTTP error status; /),
      expect.stringMatching(/^wrong.proto:5:19: status_code of E_X is missing or OK; /),
    ]);
    expect(await readdir(join(folder, "dist"))).not.toContain("wrong.rich.ts");
  });
});

describe("the errors of generated code", () => {
  interface Declared {
    readonly definition: Definition;
    new (detail: unknown): RichError;
  }

  /** The class with a name in a generated module. */
  async function declared(module: string, name: string): Promise<Declared> {
    const exports: Record<string, Declared> = await import(/* @vite-ignore */ join(folder, "gen", module));
    const found = exports[name];
    if (!found) throw new Error(`${module} has no ${name}`);
    return found;
  }

  it("have fields of any name in their messages", async () => {
    const FieldNamesError = await declared("odd/fields.rich.ts", "FieldNamesError");
    const { detail } = FieldNamesError.definition;
    const filled = Object.fromEntries(
      Object.keys((detail?.decode(new Uint8Array()) ?? {}) as object).map((name) => [name, `<${name}>`]),
    );
    const error = new FieldNamesError({ ...filled, oneDeep: { field1: "<deep>" }, count: 1n });
    expect(error.message).toBe(
      "<field1> <xYZ> <HTTPPort> <Lead> <httpPort> <trail> <aB> <a1b> <HttpPortX> <PORT> <myField> <json> " +
        "<opt> <wrappedIt> <deep> 1",
    );
    const AllFieldsError = await declared("odd/fields.rich.ts", "AllFieldsError");
    expect(AllFieldsError.definition.message).toBe(
      "all fields: field 1 {field1}, x y z {xYZ}, http port {HTTPPort}, lead {Lead}, http port {httpPort}, " +
        "trail {trail}, a b {aB}, a 1b {a1b}, http port x {HttpPortX}, port {PORT}, my field {myField}, json {json}, " +
        "count {count}",
    );
  });

  it("keep labels and comments unchanged", async () => {
    const { definition } = await declared(
      "odd/fields.rich.ts",
      "AReasonOfSixtyThreeCharactersWhichIsTheMostItMayBError",
    );
    expect(Object.entries(definition.labels ?? {})).toEqual([
      ["__proto__", "own"],
      ["constructor", "own"],
      ["with space", 'quote " backslash \\ \u2028'],
    ]);
    const summaries: string[] = [];
    const { catalog } = (await import(/* @vite-ignore */ join(folder, "gen/odd/comments.rich.ts"))) as {
      catalog: Catalog;
    };
    for (const { definition } of catalog) summaries.push(definition.documentation.summary);
    expect(summaries).toEqual([
      "It ends here */ export const broken = 1; /* and begins. @deprecated @param {string} x",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it stands in the comment
      "Backslash \\ and ${template} and `ticks` over lines.",
      "☃ snowman, separator.",
      "Trailing.",
    ]);
  });

  it("are RichErrors with a codec for their detail", async () => {
    const Type = await declared("names/v1/names.rich.ts", "TypeError");
    const error = new Type({ type: "x" });
    expect(error).toBeInstanceOf(RichError);
    expect(error).toMatchObject({ name: "TypeError", message: "type: type x", reason: "TYPE", domain: "globals" });
    expect(Type.definition.detail?.typeName).toBe("names.v1.TypeError");
    expect(Type.definition.detail?.decode(Type.definition.detail.encode({ type: "x" }))).toEqual({
      type: "x",
    });
  });
});
