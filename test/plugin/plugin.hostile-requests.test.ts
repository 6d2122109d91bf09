import { execFile } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { clone, create, fromBinary, getExtension, setExtension, toBinary } from "@bufbuild/protobuf";
import { type ReflectList, type ReflectMap, type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";
import {
  type CodeGeneratorRequest,
  CodeGeneratorRequestSchema,
  CodeGeneratorResponseSchema,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";
import { transformSync } from "esbuild";
import fc from "fast-check";
import { parseAst } from "rolldown/parseAst";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { Schema } from "../../src/declaration/schema.js";
import { respond } from "../../src/plugin/plugin.js";
import { runs } from "../fuzz/runs.js";
import { compile, ROOT } from "./compile.js";

// Requests that no compiler sends. Their content is always data and never becomes code.

const PROTOS = {
  "errors.proto": `
    syntax = "proto3";
    package shop.v1;
    import "details.proto";
    import "richerrors/v1/annotations.proto";
    // Comment of the enum.
    enum OrderError {
      option (richerrors.v1.error_enum) = {
        domain: "shop" base_class: "OrderError" client_errors: "Shop" categories: {name: "all" first: 1 last: 9}
      };
      ORDER_ERROR_UNSPECIFIED = 0;
      // Comment of the value.
      ORDER_ERROR_GONE = 1 [(richerrors.v1.error) = {
        status_code: NOT_FOUND detail_type: "shop.v1.Gone" message: "{text}" display_name: "a" since: "b"
        labels: {key: "k" value: "v"} help_url: "https://shop.example"
      }];
    }
    message Empty {}
    service Orders {
      // Comment of the method.
      rpc Get(Empty) returns (Empty) { option (richerrors.v1.errors) = {error: "ORDER_ERROR_GONE"}; } }
  `,
  "details.proto": 'syntax = "proto3"; package shop.v1; message Gone { string text = 1; }',
};

let base: CodeGeneratorRequest;
/** The statements of the module for the unchanged request. */
let expected: readonly string[];

/** Puts a text into a place of a request. */
type Place = (request: CodeGeneratorRequest, text: string) => void;

function fileOf({ protoFile }: CodeGeneratorRequest, name: string): FileDescriptorProto {
  const file = protoFile.find((file) => file.name === name);
  if (!file) throw new Error(`${name} is missing`);
  return file;
}

function rename(request: CodeGeneratorRequest, from: string, to: string): void {
  for (const file of request.protoFile) {
    if (file.name === from) file.name = to;
    file.dependency = file.dependency.map((name) => (name === from ? to : name));
  }
  request.fileToGenerate = request.fileToGenerate.map((name) => (name === from ? to : name));
}

/** Sets a field of an option that declares errors. */
function annotate(request: CodeGeneratorRequest, option: "error" | "error_enum", field: string, text: string): void {
  const schema = new Schema(request.protoFile);
  const desc = schema.files.flatMap(({ enums }) => enums).find(({ name }) => name === "OrderError");
  const element = option === "error" ? desc?.values[1] : desc;
  const registry = schema.files.flatMap(({ extensions }) => extensions);
  const extension = registry.find(({ typeName }) => typeName === `richerrors.v1.${option}`);
  if (!element?.proto.options || !extension?.message) throw new Error("the annotation is missing");
  // An empty text would leave the field unset.
  if (text === "") throw new RangeError("there is no text");
  const { options } = element.proto;
  const value = reflect(extension.message, getExtension(options as never, extension) as never);
  const get = (name: string) => value.get(value.fields.find((field) => field.name === name) as never) as unknown;
  if (field === "labels.key") (get("labels") as ReflectMap).set(text, "v");
  else if (field === "labels.value") (get("labels") as ReflectMap).set("k", text);
  else if (field === "categories") {
    const category = (get("categories") as ReflectList).get(0) as ReflectMessage;
    category.set(category.fields[0] as never, text as never);
  } else value.set(value.fields.find(({ name }) => name === field) as never, text as never);
  setExtension(options as never, extension as never, value.message as never);
}

function comment(request: CodeGeneratorRequest, path: string, text: string): void {
  const location = fileOf(request, "errors.proto").sourceCodeInfo?.location.find(
    (each) => each.path.join(".") === path,
  );
  if (location) location.leadingComments = text;
}

const PLACES: Readonly<Record<string, Place>> = {
  "the name of the file": (request, text) => rename(request, "errors.proto", `${text}.proto`),
  "the name of a folder": (request, text) => rename(request, "errors.proto", `${text}/errors.proto`),
  "the name of an imported file": (request, text) => rename(request, "details.proto", `${text}/details.proto`),
  "the name of the package": (request, text) => {
    fileOf(request, "errors.proto").package = text;
  },
  "the name of an enum": (request, text) => {
    for (const desc of fileOf(request, "errors.proto").enumType) desc.name = text;
  },
  "the name of an error": (request, text) => {
    for (const value of fileOf(request, "errors.proto").enumType[0]?.value.slice(1) ?? []) value.name = text;
  },
  "the name of a detail": (request, text) => {
    annotate(request, "error", "detail_type", `shop.v1.${text}`);
    for (const message of fileOf(request, "details.proto").messageType) message.name = text;
  },
  "the name of a field": (request, text) => {
    annotate(request, "error", "message", `{${text}}`);
    for (const field of fileOf(request, "details.proto").messageType[0]?.field ?? []) field.name = text;
  },
  "the name of a service": (request, text) => {
    for (const service of fileOf(request, "errors.proto").service) service.name = text;
  },
  "the name of a method": (request, text) => {
    for (const method of fileOf(request, "errors.proto").service[0]?.method ?? []) method.name = text;
  },
  "the comment of an enum": (request, text) => comment(request, "5.0", text),
  "the comment of an error": (request, text) => comment(request, "5.0.2.1", text),
  "the comment of a method": (request, text) => comment(request, "6.0.2.0", text),
  ...Object.fromEntries(
    ["message", "detail_type", "display_name", "since", "help_url", "labels.key", "labels.value"].map((field) => [
      `${field} of an error`,
      (request: CodeGeneratorRequest, text: string) => annotate(request, "error", field, text),
    ]),
  ),
  ...Object.fromEntries(
    ["domain", "base_class", "client_errors", "categories"].map((field) => [
      `${field} of an enum`,
      (request: CodeGeneratorRequest, text: string) => annotate(request, "error_enum", field, text),
    ]),
  ),
  ...Object.fromEntries(
    ["importSuffix", "fileSuffix", "typePrefix", "messageSuffix", "runtimeImport", "Mdetails.proto", ""].map((name) => [
      `the option ${name}`,
      (request: CodeGeneratorRequest, text: string) => {
        request.parameter = `${name}=${text}`;
      },
    ]),
  ),
};

const CODE = "globalThis.ran=1;process.exit(7)";

/** Texts that would end a comment, a string, a template, a line or the path of a module, followed by code. */
const TEXTS: readonly string[] = [
  `x*/;${CODE};/*`,
  `*/${CODE}/*`,
  `x\n${CODE}//`,
  `x\r${CODE}//`,
  `x\u2028${CODE}//`,
  `x\u2029${CODE}//`,
  `";${CODE};"`,
  `';${CODE};'`,
  `\`;${CODE};\``,
  `\${${CODE}}`,
  `\\";${CODE};//`,
  `\\';${CODE};//`,
  `\\u0022;${CODE};//`,
  `\\u002a/${CODE}//`,
  `\\\n';${CODE};'`,
  `}],${CODE},[{`,
  `../../${CODE}`,
  `..\\${CODE}`,
  `/etc/${CODE}`,
  `x//${CODE}`,
  "..",
  "..x",
  "javascript:process.exit(7)",
  `https://x.example/*/;${CODE};/*`,
  `@deprecated {@link ${CODE}}`,
  "<script>process.exit(7)</script>",
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "then",
  "class",
  "default",
  "await",
  "eval",
  "Symbol",
  "catalog",
  "descriptors",
  "Catalog",
  "isInstance",
  "RichError",
  "_",
  "a".repeat(1_000),
  "",
  " ",
  "\u0000",
  "\u001b[2J",
  "\u202e\u2066",
  "\ud800",
  "日本",
];

const PIECES = "*/|/*|//|\n|\r|\u2028|\"|'|`|\\|$|}|;|x()|..|/|@|{|A".split("|");

interface Response {
  readonly error: string;
  readonly files: readonly { readonly name: string; readonly content: string }[];
}

/** A copy of the request. The places change files of other packages in their names at most. */
function copyOfBase(): CodeGeneratorRequest {
  const files = base.protoFile.map((file): FileDescriptorProto => {
    if (file.name in PROTOS) return clone(FileDescriptorProtoSchema, file);
    return Object.assign(Object.create(Object.getPrototypeOf(file)), file);
  });
  return create(CodeGeneratorRequestSchema, { protoFile: files, fileToGenerate: [...base.fileToGenerate] });
}

/** Runs the plugin with a text in a place, through bytes as from a compiler. */
function respondTo(place: string, text: string): Response | undefined {
  const request = copyOfBase();
  let bytes: Uint8Array;
  try {
    PLACES[place]?.(request, text);
    bytes = toBinary(CodeGeneratorRequestSchema, request);
  } catch {
    // The request cannot contain this text.
    return undefined;
  }
  const { error, file } = fromBinary(CodeGeneratorResponseSchema, respond(bytes));
  return { error, files: file.map(({ name, content }) => ({ name, content })) };
}

/** The statements of a module without names and texts. */
function skeleton(content: string): readonly string[] {
  return parseAst(content, { lang: "ts" }, "module.ts").body.map((statement) => JSON.stringify(statement, shape));
}

function shape(key: string, value: unknown): unknown {
  if (["start", "end", "raw", "name", "cooked"].includes(key)) return undefined;
  // The keys of the categories are names or texts.
  if (key === "key" || key === "shorthand" || key === "computed") return undefined;
  return key === "value" && typeof value === "string" ? "" : value;
}

function check({ error, files }: Response, expected: readonly string[], place: string): void {
  expect(error).not.toMatch(/(?!\n)[\p{Cc}\u2028-\u202e]/u);
  expect(error).not.toMatch(/^bug in /);
  expect(files.length).toBe(error === "" ? 1 : 0);
  for (const { name, content } of files) {
    expect(name).toMatch(/\.rich\.ts$/);
    expect(name.split("/")).not.toContain("..");
    const statements = skeleton(content);
    // The imports depend on the name of the detail, all other statements do not.
    const others = (lines: readonly string[]) =>
      lines.filter((line) => !line.startsWith('{"type":"ImportDeclaration"'));
    if (SAME_SHAPE.test(place)) expect(others(statements)).toEqual(others(expected));
    else expect(others(statements).map(kindOf)).toEqual(others(expected).map(kindOf));
    const modules = [...content.matchAll(/^(?:import .*|\}) from (".*");$/gm)].map(([, path = ""]) => JSON.parse(path));
    expect(modules.length).toBeGreaterThan(0);
  }
}

/** Places whose texts change only literals and names of the code. */
const SAME_SHAPE = /^the (name of (a folder|the file|an imported file)|comment)|display_name|since|labels|categories/;

function kindOf(statement: string): string {
  return (/^\{"type":"(\w+)"(?:,"declaration":\{"type":"(\w+)")?/.exec(statement) ?? []).slice(1).join(" ");
}

beforeAll(async () => {
  base = await compile(PROTOS);
  base.fileToGenerate = ["errors.proto"];
  // The comments of other files cost time and have no effect.
  for (const file of base.protoFile.filter(({ name }) => name !== "errors.proto")) delete file.sourceCodeInfo;
  const response = respondTo("the comment of an enum", "x");
  expected = skeleton(response?.files[0]?.content ?? "");
  expect(expected.length).toBeGreaterThan(5);
});

/** The modules generated for all texts in all places. */
const modules: { readonly content: string }[] = [];

describe.each(Object.keys(PLACES))("%s", (place) => {
  it("treats code as data, or refuses it", () => {
    for (const text of TEXTS) {
      const response = respondTo(place, text);
      if (response) check(response, expected, place);
      // The modules that options name do not exist.
      if (!place.startsWith("the option")) modules.push(...(response?.files ?? []));
    }
  });

  test("treats any text as data, or refuses it", () => {
    const pieces = fc.constantFrom(...PIECES);
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(pieces).map((parts) => parts.join("")),
      fc.tuple(fc.constantFrom(...TEXTS), pieces).map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(text, (text) => {
        const response = respondTo(place, text);
        if (response) check(response, expected, place);
      }),
      runs(0.002),
    );
  });
});

describe("the modules for all these texts", () => {
  const folder = join(ROOT, "build/hostile");
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("can be imported and run no code", async () => {
    mkdirSync(folder, { recursive: true });
    const stub =
      "export const [NAME] = new Proxy(class {}, { get: (of, key) => Reflect.get(of, key) ?? (() => ({})) });";
    expect(stub).toContain("NAME");
    const paths: string[] = [];
    const runtime = JSON.stringify(pathToFileURL(join(ROOT, "dist/esm/src/codegenv1.js")).href);
    for (const { content } of modules) {
      const path = join(folder, `m${paths.length}.mjs`);
      const { code } = transformSync(content, { loader: "ts", format: "esm" });
      // The modules of the messages do not exist.
      const local = code
        .replace(
          /^import \{([^}]*)\} from "grpc-rich-errors\/codegenv1";$/m,
          (_, names) => `import {${names}} from ${runtime};`,
        )
        .replace(/^import \{\s*([\w$]+)(?: as ([\w$]+))?\s*\} from ["'`]\.\.?\/.*;$/gm, (_, name, alias) => {
          return `const ${alias ?? name} = {};`;
        });
      writeFileSync(path, local);
      paths.push(path);
    }
    expect(paths.length).toBeGreaterThan(300);
    const script = `
      const catalogs = [];
      for (const path of ${JSON.stringify(paths)}) {
        const { catalog } = await import(path);
        catalogs.push([...catalog].map(({ definition }) => definition.code));
      }
      if (globalThis.ran || Object.prototype.ran) throw new Error("code ran");
      console.log(catalogs.flat().filter((code) => code === 5).length);
    `;
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script]);
    expect(Number(stdout)).toBe(paths.length);
  });
});
