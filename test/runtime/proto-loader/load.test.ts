import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import * as protoLoader from "@grpc/proto-loader";
import type { Catalog, Definition } from "grpc-rich-errors";
import { type DynamicErrorClass, load, loadDescriptorSet, loadSync } from "grpc-rich-errors/proto-loader";
import { catalogFromDescriptorSet } from "grpc-rich-errors/protobuf-es";
import { beforeAll, describe, expect, it } from "vitest";
import { compile, type Protos } from "../../plugin/compile.js";
import { ODD_PROTOS } from "../../plugin/odd-protos.js";
import { protoFolder } from "../../support/proto-folder.js";
import { PROTO_FOLDER, REFERENCE_PROTOS } from "../../support/reference-protos.js";

const HEAD = `
  syntax = "proto3";
  package shop.v1;
  import "richerrors/v1/annotations.proto";
`;

/** Loads the first proto, which imports the others. */
function loadProtos(protos: Protos, options: protoLoader.Options = {}) {
  return loadSync(Object.keys(protos).slice(0, 1), { includeDirs: [protoFolder(protos), PROTO_FOLDER], ...options });
}

/** The one error of a proto. */
function errorOf(proto: string, options?: protoLoader.Options): DynamicErrorClass {
  const [only] = loadProtos({ "shop.proto": HEAD + proto }, options).catalog;
  if (!only) throw new Error("the proto declares no error");
  return only;
}

function mistakesIn(protos: Protos): string {
  try {
    loadProtos(protos);
  } catch (error) {
    return String(error);
  }
  return "";
}

function definitions(catalog: Catalog): Omit<Definition, "detail">[] {
  return [...catalog].map(({ definition: { detail, ...rest } }) => ({ ...rest, detailType: detail?.typeName }));
}

describe("loadSync", () => {
  it("returns the package definition of proto-loader", () => {
    const options = { includeDirs: [PROTO_FOLDER], keepCase: true, longs: String };
    const { packageDefinition } = loadSync(REFERENCE_PROTOS, options);
    const expected = protoLoader.loadSync(REFERENCE_PROTOS, options);
    expect(Object.keys(packageDefinition)).toEqual(Object.keys(expected));
    // Every load makes new functions.
    expect(JSON.stringify(packageDefinition)).toBe(JSON.stringify(expected));
  });

  it("returns the errors of the files and of the files that they import", () => {
    const { catalog } = loadProtos({
      "shop.proto": `${HEAD} import "other.proto"; message Order { other.Item item = 1; }`,
      "other.proto": `
        syntax = "proto3";
        package other;
        import "richerrors/v1/annotations.proto";
        message Item {}
        enum ItemError { NONE = 0; GONE = 1 [(richerrors.v1.error).status_code = NOT_FOUND]; }
      `,
    });
    expect([...catalog].map(({ definition }) => definition.domain)).toEqual(["other"]);
  });

  it("finds files relative to those that import them if includeDirs is not set", () => {
    const proto = (packageName: string, ...imports: string[]) => `
      syntax = "proto3";
      package ${packageName};
      ${imports.map((path) => `import "${path}";`).join(" ")}
      enum ${packageName}Error { NONE = 0; GONE = 1 [(kurrent.rpc.error).status_code = NOT_FOUND]; }
    `;
    const folder = protoFolder({
      "a/main.proto": proto("A", "../kurrent.proto", "common.proto"),
      "a/common.proto": proto("CommonA", "../kurrent.proto", "../b/main.proto"),
      "b/main.proto": proto("B", "../kurrent.proto", "common.proto"),
      "b/common.proto": proto("CommonB", "../kurrent.proto"),
      "kurrent.proto": `
        syntax = "proto3";
        package kurrent.rpc;
        import "google/protobuf/descriptor.proto";
        message ErrorMetadata { Code status_code = 1; bool has_details = 2; }
        enum Code { OK = 0; NOT_FOUND = 5; }
        extend google.protobuf.EnumValueOptions { ErrorMetadata error = 2113; }
      `,
    });
    const { catalog } = loadSync(join(folder, "a/main.proto"));
    expect([...catalog].map(({ definition }) => definition.domain).sort()).toEqual(["a", "b", "commona", "commonb"]);
  });

  it("loads a file by its path as by its import name, and keeps its folder out of messages", () => {
    const [proto = ""] = REFERENCE_PROTOS;
    const includeDirs = [PROTO_FOLDER];
    const { catalog } = loadSync(join(PROTO_FOLDER, proto), { includeDirs });
    expect(definitions(catalog)).toEqual(definitions(loadSync(proto, { includeDirs }).catalog));
    const elsewhere = protoFolder({
      "here/shop.proto": `${HEAD} enum E { NONE = 0; GONE = 1 [(richerrors.v1.error) = {}]; }`,
    });
    expect(() => loadSync(join(elsewhere, "here/shop.proto"), { includeDirs })).toThrow(/\nshop\.proto:5:/);
  });

  it("throws the error of proto-loader if a file is missing", () => {
    expect(() => loadSync("nowhere.proto")).toThrow(/ENOENT.*nowhere\.proto/);
  });
});

describe("load", () => {
  it("returns the same as loadSync", async () => {
    const options = { includeDirs: [PROTO_FOLDER] };
    const { packageDefinition, catalog } = await load(REFERENCE_PROTOS, options);
    const expected = loadSync(REFERENCE_PROTOS, options);
    // Files are read concurrently, so their order varies.
    expect(Object.keys(packageDefinition).sort()).toEqual(Object.keys(expected.packageDefinition).sort());
    expect(definitions(catalog)).toEqual(definitions(expected.catalog));
  });

  it("rejects with the error of proto-loader if a file is missing", async () => {
    await expect(load("nowhere.proto")).rejects.toThrow(/ENOENT.*nowhere\.proto/);
  });
});

describe("a package definition of proto-loader", () => {
  it("has no annotations and no comments, so that a catalog needs the texts as well", () => {
    const definition = protoLoader.loadSync(REFERENCE_PROTOS, { includeDirs: [PROTO_FOLDER] });
    const files: FileDescriptorProto[] = Object.values(definition)
      .flatMap((entry) => ("fileDescriptorProtos" in entry ? (entry["fileDescriptorProtos"] as Buffer[]) : []))
      .map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes));
    const values = files.flatMap(({ enumType }) => enumType.flatMap(({ value }) => value));
    expect(values.find(({ name }) => name === "SERVER_ERROR_ACCESS_DENIED")).toBeDefined();
    expect(values.filter(({ options }) => options !== undefined)).toEqual([]);
    expect(files.filter(({ sourceCodeInfo }) => sourceCodeInfo !== undefined)).toEqual([]);
  });
});

describe("an annotation", () => {
  it("keeps all of its labels, although protobufjs keeps only the last", () => {
    const { definition } = errorOf(`
      enum OrderError {
        NONE = 0;
        GONE = 1 [(richerrors.v1.error) = {
          status_code: NOT_FOUND
          labels: {key: "edition" value: "EE"}
          labels {key: "status", value: "future"};
        }];
      }
    `);
    expect(definition.labels).toEqual({ edition: "EE", status: "future" });
  });

  it.each([
    ["in one piece", `(richerrors.v1.error) = {status_code: NOT_FOUND, retry_delay {seconds: 2}, since: "1" "." '2'}`],
    [
      "field by field",
      `(richerrors.v1.error).status_code = NOT_FOUND, (richerrors.v1.error).retry_delay.seconds = 2,
      (.richerrors.v1.error).since = "1.2"`,
    ],
    [
      "with numbers in place of names",
      `(richerrors.v1.error) = {status_code: 5; retry_delay: {seconds: 2}; since: "\\x31.\\62"}`,
    ],
  ])("can be written %s", (_, options) => {
    const { definition } = errorOf(`enum OrderError { NONE = 0; GONE = 1 [deprecated = true, ${options}]; }`);
    expect(definition).toMatchObject({ code: 5, retryDelay: 2000, since: "1.2", deprecated: true });
  });

  it("is found by a name relative to the package", () => {
    const { catalog } = loadProtos({
      "shop.proto": `
        syntax = "proto3";
        package richerrors.shop;
        import "richerrors/v1/annotations.proto";
        message Shop {
          enum OrderError { NONE = 0; GONE = 1 [(v1.error).status_code = NOT_FOUND]; }
        }
      `,
    });
    expect([...catalog].map(({ definition }) => definition.enumName)).toEqual(["richerrors.shop.Shop.OrderError"]);
  });

  it("is read while foreign options and those of protobuf are skipped", () => {
    const { definition } = errorOf(`
      import "google/protobuf/descriptor.proto";
      extend google.protobuf.EnumValueOptions { Mark mark = 50000; }
      message Mark { double weight = 1; bytes seal = 2; }
      enum OrderError {
        option (nobody.knows).this = {deep {a: [1, 2] b: "}"}};
        option features.(nobody.knows).that = 5;
        NONE = 0;
        GONE = 1 [
          (nobody.knows) = {a: -1.5e-3},
          (mark) = {weight: 1e+5 seal: "\\000" nothing: 1},
          (richerrors.v1.error).status_code = NOT_FOUND,
          debug_redact = maybe,
          (else) = inf
        ];
      }
    `);
    expect(definition.code).toBe(5);
  });

  it.each([
    [
      "of an unknown field",
      "{status_cod: NOT_FOUND}",
      /shop\.proto:7:\d+: richerrors\.v1\.ErrorMetadata has no field "status_cod"; write status_code, /,
    ],
    [
      "of an unknown enum value",
      "{status_code: NOT_FOUNDD}",
      /shop\.proto:7:\d+: status_code cannot be "NOT_FOUNDD"; write OK, /,
    ],
    [
      "of another type than bool",
      "{status_code: NOT_FOUND has_details: 1}",
      /shop\.proto:7:\d+: has_details cannot be "1"; write a value of type bool/,
    ],
    [
      "of another type than string",
      "{status_code: NOT_FOUND since: 1}",
      /since cannot be "1"; write a value of type string/,
    ],
    [
      "beyond 32 bits",
      "{status_code: NOT_FOUND http_status: 4294967296}",
      /http_status cannot be "4294967296"; write a value of type int32/,
    ],
    [
      "beyond 64 bits",
      "{status_code: NOT_FOUND retry_delay: {seconds: 9223372036854775808}}",
      /seconds cannot be "9223372036854775808"; write a value of type int64/,
    ],
    [
      "of a map entry without a key",
      '{status_code: NOT_FOUND labels: {value: "x"}}',
      /labels is a map; write each entry as \{key: "…" value: …\}/,
    ],
    ["that is not a message", "5", /richerrors\.v1\.ErrorMetadata is a message; write its fields in braces/],
  ])("is reported for a value %s", (_, option, mistake) => {
    const proto = `${HEAD}
      enum OrderError { NONE = 0;
        GONE = 1 [(richerrors.v1.error) = ${option}]; }`;
    expect(mistakesIn({ "shop.proto": proto })).toMatch(mistake);
  });

  it("is reported if its file is not imported", () => {
    const proto = `syntax = "proto3"; enum OrderError { NONE = 0; GONE = 1 [(richerrors.v1.error).status_code = 5]; }`;
    expect(mistakesIn({ "shop.proto": proto })).toMatch(
      /shop\.proto:1:\d+: unknown option \(richerrors\.v1\.error\); import the file that declares it/,
    );
  });
});

describe("a mistake in a proto", () => {
  const folder = join(import.meta.dirname, "../../declaration/expected-failures");
  // Mistakes that concern generated code only, and the two parts of one mistake.
  const others = [
    "class-names",
    "contract-names",
    "method-names",
    "no-names",
    "reason-in-two-files",
    "reason-in-two-files-b",
  ];
  const names = readdirSync(folder)
    .filter((name) => name.endsWith(".proto"))
    .map((name) => name.slice(0, -".proto".length))
    .filter((name) => !others.includes(name));
  // Compilers disagree about the column in which a message in an annotation begins.
  const lines = (report: string) =>
    report
      .split("\n")
      .filter((line) => line !== "" && !line.includes(" would have the name "))
      .map((line) => line.replace(/^([\w-]+\.proto:\d+):\d+/, "$1"));

  it.each(names)("is reported for %s.proto as by the generator", (name) => {
    const [first, ...report] = lines(
      mistakesIn({ [`${name}.proto`]: readFileSync(join(folder, `${name}.proto`), "utf8") }),
    );
    expect(first).toBe("Error: the protos contain mistakes:");
    // Without columns, the order within a line differs.
    expect(report.sort()).toEqual(lines(readFileSync(join(folder, `${name}.txt`), "utf8")).sort());
  });
});

describe("odd protos", () => {
  // protobufjs does not support edition 2024.
  const newer = Object.keys(ODD_PROTOS).filter((name) => ODD_PROTOS[name]?.includes('"2024"'));
  const names = Object.keys(ODD_PROTOS).filter(
    (name) => !newer.some((other) => name === other || ODD_PROTOS[name]?.includes(`import "${other}"`)),
  );
  let file: FileDescriptorProto[];

  beforeAll(async () => {
    ({ protoFile: file } = await compile(ODD_PROTOS));
  });

  it.each(names)("load the same as from a descriptor set: %s", (name) => {
    const compiled = catalogFromDescriptorSet(create(FileDescriptorSetSchema, { file }));
    const { catalog } = loadSync(name, { includeDirs: [protoFolder(ODD_PROTOS), PROTO_FOLDER] });
    expect(catalog.size === 0).toBe(name === "names/v1/details.proto");
    for (const { definition } of catalog) {
      const found = compiled.byReason(definition.domain, definition.reason)?.definition;
      // Every library changes odd names in its own way.
      const message = name === "odd/fields.proto" ? { message: found?.message } : {};
      expect({ ...definition, ...message, detail: undefined }).toEqual({ ...found, detail: undefined });
      expect(definition.detail?.typeName).toBe(found?.detail?.typeName);
    }
  });
});

describe("an error about a file that protobufjs cannot read", () => {
  const E = "enum E { NONE = 0; GONE_AWAY = 1 [(richerrors.v1.error).status_code = NOT_FOUND]; }";

  it("names the file and the way out if the edition is not supported", async () => {
    const proto = `edition = "2024"; package shop.v1; import "richerrors/v1/annotations.proto"; ${E}`;
    const wanted = /2024'? ?.*shop\.proto.*protobufjs does not support this edition: .*catalogFromDescriptorSet/;
    expect(() => loadProtos({ "shop.proto": proto })).toThrow(wanted);
    const folder = protoFolder({ "shop.proto": proto });
    await expect(load("shop.proto", { includeDirs: [folder, PROTO_FOLDER] })).rejects.toThrow(wanted);
    const file = (await compile({ "shop.proto": proto })).protoFile;
    const bytes = toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file }));
    expect(() => loadDescriptorSet(bytes)).toThrow(/^shop\.proto uses an edition .*; load .* catalogFromDescriptorSet/);
    expect([...catalogFromDescriptorSet(bytes)]).toHaveLength(1);
  });

  it.each([
    ["has a mistake after a reserved name", 'edition = "2023"; package p; message M { reserved a; } mess M {}'],
    ["declares a name twice", 'syntax = "proto3"; package p; message M {} message M {}'],
    ["ends early", 'syntax = "proto3"; package p; message M {'],
  ])("names a file that %s", (_, proto) => {
    expect(() =>
      loadProtos({ "main.proto": 'syntax = "proto3"; import "broken.proto";', "broken.proto": proto }),
    ).toThrow(/broken\.proto/);
  });

  it("names a JSON file of protobufjs", () => {
    const folder = protoFolder({ "shop.json": '{"nested": {"M": {"fields": {}}}}' });
    expect(() => loadSync("shop.json", { includeDirs: [folder] })).toThrow(
      /^shop\.json is a JSON file of protobufjs, .* load the \.proto files, or compile/,
    );
  });
});

describe("files", () => {
  it("are read once if they are listed twice, also by different paths", () => {
    const proto = `${HEAD} enum E { NONE = 0; GONE_AWAY = 1 [(richerrors.v1.error).status_code = NOT_FOUND]; }`;
    const folder = protoFolder({ "shop/shop.proto": proto, "empty.proto": 'syntax = "proto3"; package nothing;' });
    const names = ["shop/shop.proto", "shop/shop.proto", "./shop/shop.proto", join(folder, "shop/shop.proto")];
    const { catalog } = loadSync([...names, "empty.proto"], { includeDirs: [folder, PROTO_FOLDER] });
    expect([...catalog].map(({ definition }) => definition.reason)).toEqual(["GONE_AWAY"]);
  });

  it("may declare 10,000 errors and list all of them for a method", () => {
    const numbers = Array.from({ length: 10_000 }, (_, index) => index + 1);
    const values = numbers.map((n) => `E_ERROR_N${n}X = ${n} [(richerrors.v1.error) = {status_code: NOT_FOUND}];`);
    const names = numbers.map((n) => `"E_ERROR_N${n}X"`).join(", ");
    const proto = `${HEAD} message M {} enum EError { NONE = 0; ${values.join("\n")} }
      service S { rpc Get(M) returns (M) { option (richerrors.v1.errors) = {error: [${names}]}; } }`;
    expect(loadProtos({ "shop.proto": proto }).catalog.size).toBe(10_000);
    const mistakes = mistakesIn({ "shop.proto": proto.replaceAll('"E_ERROR_', '"') });
    expect(mistakes.split("\n")).toHaveLength(10_001);
  });
});
