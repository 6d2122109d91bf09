import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { create, createFileRegistry, toBinary } from "@bufbuild/protobuf";
import { type CodeGeneratorRequest, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { transformSync } from "esbuild";
import type { Catalog, Definition } from "grpc-rich-errors";
import { loadDescriptorSet, loadSync } from "grpc-rich-errors/proto-loader";
import { catalogFromDescriptorSet } from "grpc-rich-errors/protobuf-es";
import { beforeAll, describe, expect, it } from "vitest";
import * as codegen from "../../src/codegenv1.js";
import { enumsOf } from "../../src/declaration/schema.js";
import { generate } from "../../src/plugin/plugin.js";
import type { ListedError } from "../../src/reference/listing.js";
import { run } from "../cli/fake-terminal.js";
import { compile, type Protos, ROOT } from "../plugin/compile.js";
import { ODD_PROTOS } from "../plugin/odd-protos.js";
import { protoFolder } from "../support/proto-folder.js";
import { PROTO_FOLDER } from "../support/reference-protos.js";

// The generator, the command line and the run time find the same errors and the same mistakes in the same protos.

const FAILURES = join(import.meta.dirname, "expected-failures");

function protosIn(folder: string, accept: (name: string) => boolean = () => true): Protos {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".proto"));
  return Object.fromEntries(names.filter(accept).map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}

/** protobufjs does not support edition 2024: see load.test.ts. */
function isNewer(name: string): boolean {
  return [...(ODD_PROTOS[name] ?? "").matchAll(/edition = "2024"|import "root.proto"/g)].length > 0;
}

const CONTRACT =
  'rpc Get(Item) returns (stream Item) { option (richerrors.v1.errors) = {error: ["ITEM_ERROR_GONE"]}; }';
const OTHERS: Readonly<Record<string, Protos>> = {
  "declarations after a reserved name in an edition": {
    "items.proto": `
      edition = "2023";
      package items.v1;
      import "richerrors/v1/annotations.proto";
      message Item { reserved size, weight; string name = 1; }
      enum ItemError {
        reserved ITEM_ERROR_OLD;
        ITEM_ERROR_UNSPECIFIED = 0;
        // Gone.
        ITEM_ERROR_GONE = 1 [(richerrors.v1.error) = {status_code: NOT_FOUND detail_type: "items.v1.Item"}];
      }
      extend google.protobuf.EnumOptions { string mark = 50001; }
      service Items { ${CONTRACT} }
    `.replace("import ", 'import "google/protobuf/descriptor.proto"; import '),
  },
  "mistakes after a reserved name in an edition": {
    "items.proto": `
      edition = "2023";
      package items.v1;
      import "richerrors/v1/annotations.proto";
      message Item { reserved size; }
      enum ItemError {
        ITEM_ERROR_UNSPECIFIED = 0;
        ITEM_ERROR_GONE = 1 [(richerrors.v1.error) = {status_code: NOT_FOUND http_status: 200}];
      }
      service Items {
        rpc Get(Item) returns (Item) { option (richerrors.v1.errors) = {error: ["ITEM_ERROR_LOST"]}; }
      }
    `,
  },
  "enums within groups": {
    "groups.proto": `
      syntax = "proto2";
      package groups;
      import "richerrors/v1/annotations.proto";
      message Outer {
        optional group Inner = 1 {
          enum InnerError {
            INNER_ERROR_UNSPECIFIED = 0;
            INNER_ERROR_GONE = 1 [(richerrors.v1.error) = {status_code: NOT_FOUND}];
          }
          optional InnerError error = 1;
        }
        repeated group Other = 2 {
          enum OtherError {
            OTHER_ERROR_UNSPECIFIED = 0;
            OTHER_ERROR_LOST = 1 [(richerrors.v1.error) = {status_code: DATA_LOSS}];
          }
        }
      }
    `,
  },
  "enums as they were published": {
    "published.proto": `
      syntax = "proto3";
      package published.v1;
      import "richerrors/v1/annotations.proto";
      import "kurrent/rpc/rpc.proto";
      enum ErrorCode {
        option allow_alias = true;
        option (richerrors.v1.error_enum) = {domain: "published" base_class: "PublishedError"};
        Success = 0;
        ConnectFailed = 2 [(richerrors.v1.error) = {
          status_code: UNAVAILABLE
          reason: "CONNECT_FAILED"
          has_details: true
          message: "{state} after {states}"
        }];
        NotConnected = 2;
        IO = 3 [(richerrors.v1.error).status_code = DATA_LOSS, (richerrors.v1.error).reason = "IO_ERROR"];
        HTTP_ERROR_404 = 404 [(richerrors.v1.error) = {
          status_code: NOT_FOUND reason: "HTTP_404" class_name: "NoSuchPage" display_name: "404"
        }];
        Gone = 404 [(richerrors.v1.error) = {status_code: NOT_FOUND reason: "GONE_FOR_GOOD" class_name: "$Gone"}];
        Lost = -1 [(kurrent.rpc.error) = {status_code: DATA_LOSS}, (richerrors.v1.error) = {reason: "LOST"}];
      }
      message ConnectFailedErrorDetails {
        State state = 1;
        repeated State states = 2;
        enum State { UNKNOWN = 0; DOWN = -7; }
      }
      service Pages {
        rpc Get(ConnectFailedErrorDetails) returns (ConnectFailedErrorDetails) {
          option (richerrors.v1.errors) = {error: ["HTTP_ERROR_404", "IO"]};
        }
      }
    `,
  },
  "contracts in all notations": {
    "ways.proto": `
      syntax = "proto3";
      package ways;
      import "richerrors/v1/annotations.proto";
      import "google/protobuf/empty.proto";
      enum WayError {
        WAY_ERROR_UNSPECIFIED = 0;
        WAY_ERROR_LOST = 1 [(richerrors.v1.error) = {status_code: NOT_FOUND}];
      }
      service Ways {
        option deprecated = true;
        rpc rpc(google.protobuf.Empty) returns (google.protobuf.Empty) {
          option idempotency_level = NO_SIDE_EFFECTS;
          option (.richerrors.v1.errors).error = "ways.WAY_ERROR_LOST";
        }
        rpc option(stream google.protobuf.Empty) returns (google.protobuf.Empty) { }
        rpc Wrong(stream .google.protobuf.Empty) returns (stream google.protobuf.Empty) {
          option (richerrors.v1.errors) = {error: ["LOST", "WAY_ERROR_UNSPECIFIED"]};
        };
        rpc Twice(google.protobuf.Empty) returns (google.protobuf.Empty) {
          option (richerrors.v1.errors) = {error: "WAY_ERROR_LOST" error: ".ways.WAY_ERROR_LOST"};
          option (richerrors.v1.errors) = {};
        }
      }
    `.replace("          option (richerrors.v1.errors) = {};\n", ""),
  },
};

const CASES: readonly (readonly [string, Protos])[] = [
  ...Object.keys(protosIn(FAILURES))
    .filter((name) => !name.startsWith("reason-in-two-files"))
    .map((name) => [name, protosIn(FAILURES, (other) => other === name)] as const),
  ["reason-in-two-files", protosIn(FAILURES, (name) => name.startsWith("reason-in-two-files"))],
  ...["aerospike", "eventlog", "hapnd", "kurrent", "kurrentdb"].map(
    (name) => [name, protosIn(PROTO_FOLDER, (file) => file.startsWith(`${name}/`))] as const,
  ),
  ...["examples/orders", "examples/eventstore/proto", "examples/five-systems/proto", "examples/hapnd-sdk/proto"].map(
    (name) => [name, protosIn(join(ROOT, name))] as const,
  ),
  ["test/proto", protosIn(join(ROOT, "test/proto"))],
  ["odd protos", Object.fromEntries(Object.entries(ODD_PROTOS).filter(([name]) => !isNewer(name)))],
  ...Object.entries(OTHERS),
];

/** The result of reading protos: each error as text, or each mistake. */
interface Reading {
  readonly errors: readonly string[];
  readonly mistakes: readonly string[];
}

const READERS: Readonly<Record<string, (protos: Protos, request: CodeGeneratorRequest) => Promise<Reading>>> = {
  "the command line": async (_, request) => {
    const { code, out, err } = await run(["catalog", "-", "--format", "json"], { stdin: bytesOf(request) });
    if (code !== 0) return mistaken(err);
    const { enums } = JSON.parse(out) as { enums: { numericCodes: boolean; errors: ListedError[] }[] };
    return read(enums.flatMap(({ numericCodes, errors }) => errors.map((error) => listed(error, numericCodes))));
  },
  catalogFromDescriptorSet: async (_, request) =>
    readCatalog(request, () => catalogFromDescriptorSet(bytesOf(request))),
  loadDescriptorSet: async (_, request) => readCatalog(request, () => loadDescriptorSet(bytesOf(request)).catalog),
  loadSync: async (protos, request) =>
    readCatalog(request, () => {
      const includeDirs = [protoFolder(protos), PROTO_FOLDER];
      return loadSync(Object.keys(protos), { includeDirs, keepCase: true }).catalog;
    }),
};

/** Protos without errors. Their methods list errors of the package's own protos. */
const CONTRACTS_ONLY = ["examples/eventstore/proto", "examples/five-systems/proto", "examples/hapnd-sdk/proto"];

describe.each(CASES)("%s", (name, protos) => {
  let request: CodeGeneratorRequest;
  let generated: Reading;
  beforeAll(async () => {
    request = await compile(protos, "buf");
    generated = readGenerated(request);
  });

  it.each(Object.keys(READERS))("is read by %s like by the generator", async (reader) => {
    const reading = await READERS[reader]?.(protos, request);
    expect(generated.errors.length + generated.mistakes.length > 0).toBe(!CONTRACTS_ONLY.includes(name));
    // At run time, names in generated code do not matter: two classes may have the same name.
    const isOfCode = (mistake: string) =>
      reader !== "the command line" && / would have the name | has no name in TypeScript;/.test(mistake);
    const mistakes = generated.mistakes.filter((mistake) => !isOfCode(mistake));
    const hasOnlyThose = generated.mistakes.length > 0 && mistakes.length === 0;
    expect(reading?.mistakes).toEqual(mistakes);
    if (!hasOnlyThose) expect(reading?.errors).toEqual(generated.errors);
  });
});

function bytesOf({ protoFile }: CodeGeneratorRequest): Uint8Array {
  return toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file: protoFile }));
}

function mistaken(text: string): Reading {
  // protobufjs and compilers report different columns for options.
  const lines = text.split("\n").map((line) => line.replace(/^([^:]+:\d+):\d+/, "$1"));
  return { errors: [], mistakes: lines.filter((line) => line !== "").sort() };
}

function read(definitions: readonly Partial<Definition>[]): Reading {
  return { errors: definitions.map((definition) => JSON.stringify(definition)).sort(), mistakes: [] };
}

function readCatalog(request: CodeGeneratorRequest, load: () => Catalog): Reading {
  let catalog: Catalog;
  try {
    catalog = load();
  } catch (error) {
    const [head, ...lines] = String(error).split("\n");
    expect(head).toBe("Error: the protos contain mistakes:");
    return mistaken(lines.join("\n"));
  }
  // At run time, the catalog also contains the errors of imported files.
  const { files } = createFileRegistry(create(FileDescriptorSetSchema, { file: request.protoFile }));
  const asked = [...files].filter(({ proto }) => request.fileToGenerate.includes(proto.name));
  const enums = new Set(asked.flatMap(enumsOf).map(({ typeName }) => typeName));
  return readDefinitions([...catalog].filter(({ definition }) => enums.has(definition.enumName)));
}

function readDefinitions(classes: readonly { readonly definition: Definition }[]): Reading {
  return read(
    classes.map(({ definition: { detail, descriptors: _, enumNames: __, ...rest } }) =>
      normal({ ...rest, detailType: detail?.typeName }),
    ),
  );
}

/** Runs the generated modules with placeholders for the messages, of which only the names matter. */
function readGenerated(request: CodeGeneratorRequest): Reading {
  const { error, file } = generate(request);
  if (error) return mistaken(error);
  const modules = new Map(file.map(({ name, content }) => [name.replace(".ts", ""), content]));
  const loaded = new Map<string, { readonly catalog?: Catalog }>();
  return readDefinitions([...modules.keys()].flatMap((name) => [...(load(name).catalog ?? [])]));

  function load(name: string): { readonly catalog?: Catalog } {
    const known = loaded.get(name);
    if (known) return known;
    const { code } = transformSync(modules.get(name) ?? "", { loader: "ts", format: "cjs" });
    const module = { exports: {} };
    loaded.set(name, module.exports);
    new Function("require", "module", code)((id: string) => required(id, name), module);
    loaded.set(name, module.exports);
    return module.exports;
  }

  function required(id: string, from: string): unknown {
    if (id === "grpc-rich-errors/codegenv1") return codegen;
    if (!id.startsWith(".")) return createRequire(import.meta.url)(id);
    const name = join(from, "..", id.replace(/\.js$/, ""));
    return modules.has(name) ? load(name) : new Proxy({}, { get: () => ({ encode: () => {}, decode: () => {} }) });
  }
}

/** An error in the output of the command line, with the properties of a definition. */
function listed({ category, code, detail, labels, documentation, ...rest }: ListedError, numericCode: boolean): object {
  const { enum: enumName, file: _, line: __, deprecated, ...facts } = rest;
  const { causes, ...texts } = documentation;
  return normal({
    ...facts,
    enumName,
    code: code.number,
    detailType: detail?.type,
    ...(category && { category: category.name }),
    ...(Object.keys(labels).length > 0 && { labels }),
    ...(numericCode && { numericCode }),
    ...(deprecated && { deprecated }),
    documentation: { ...texts, ...(causes.length > 0 && { causes }) },
  });
}

/** Sorts properties, and makes placeholders independent of the names that a library gives to fields. */
function normal({ message, redirectTo, documentation, ...facts }: Record<string, unknown>): Partial<Definition> {
  const normalized = (template: unknown) =>
    String(template).replace(/\{[\w.]+\}/g, (path) =>
      path
        .replace(/\.value\}/, "}")
        .replaceAll("_", "")
        .toLowerCase(),
    );
  const sorted = (object: object) => Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
  return sorted({
    ...facts,
    message: normalized(message),
    ...(redirectTo !== undefined && { redirectTo: normalized(redirectTo) }),
    documentation: sorted(Object(documentation)),
  });
}
