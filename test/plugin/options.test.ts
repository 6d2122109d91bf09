import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { DEFAULTS, parseOptions } from "../../src/plugin/options.js";

const { defaultOptions }: { defaultOptions(): object } = createRequire(import.meta.url)(
  "ts-proto/build/src/options.js",
);

describe("the plugin's options", () => {
  it("default to the package, to .js, and to the names that ts-proto gives by default", () => {
    expect(parseOptions("")).toEqual(DEFAULTS);
    expect(DEFAULTS).toEqual({
      runtime: "ts-proto",
      importSuffix: ".js",
      fileSuffix: "",
      camelCase: true,
      useJsonName: false,
      useSnakeTypeName: true,
      prefix: "",
      suffix: "",
      typesOnly: undefined,
      runtimeImport: "grpc-rich-errors/codegenv1",
      modules: new Map(),
    });
  });

  it("are parsed from a comma-separated list", () => {
    expect(
      parseOptions("importSuffix=, Ma/b.proto=@shop/b,runtimeImport=../src/codegenv1.js,Mc.proto=../c=d.js,"),
    ).toEqual({
      ...DEFAULTS,
      importSuffix: "",
      runtimeImport: "../src/codegenv1.js",
      modules: new Map([
        ["a/b.proto", "@shop/b"],
        ["c.proto", "../c=d.js"],
      ]),
    });
  });

  it("include every option of ts-proto", () => {
    const names = Object.keys(defaultOptions()).filter((name) => name !== "M");
    expect(names.length).toBeGreaterThan(70);
    const mistakes = names.flatMap((name) => [parseOptions(`${name}=true`)].flat());
    expect(mistakes.filter((mistake) => typeof mistake === "string" && mistake.includes("unknown"))).toEqual([]);
  });

  it.each([
    ["snakeToCamel=false", { camelCase: false }],
    ["snakeToCamel=", { camelCase: false }],
    ["snakeToCamel=json", { camelCase: false }],
    ["snakeToCamel=keys", { camelCase: true }],
    ["snakeToCamel=keys_json", { camelCase: true }],
    ["snakeToCamel=true", { camelCase: true }],
    [
      "useJsonName=true,useSnakeTypeName=false,fileSuffix=.pb",
      { useJsonName: true, useSnakeTypeName: false, fileSuffix: ".pb" },
    ],
    ["typePrefix=T,messagePrefix=M,typeSuffix=S,messageSuffix=N", { prefix: "TM", suffix: "NS" }],
    ["onlyTypes=true,outputEncodeMethods=true", { typesOnly: "onlyTypes=true" }],
    ["outputEncodeMethods=decode-only", { typesOnly: "outputEncodeMethods=decode-only" }],
    ["nestJs=true", { typesOnly: "nestJs=true" }],
    ["nestJs=true,outputEncodeMethods=true", {}],
    ["nestJs=true,outputServices=grpc-js,outputServices=generic-definitions", {}],
    ["forceLong=long,oneof=unions,useDate=string-nano,metadataType=Foo@./some-file,env=node", {}],
  ])("mean the same as for ts-proto: %s", (parameter, options) => {
    expect(parseOptions(parameter)).toEqual({ ...DEFAULTS, ...options });
  });

  it("are all reported if they are unknown or not valid", () => {
    expect(
      parseOptions(
        "target=ts,verbose,snakeToCamle=false,import_suffix=.js,importSuffix=js,snakeToCamel=kebab,useJsonName=1," +
          "typePrefix=1x,fileSuffix=/x,runtimeImport=,M,Ma=b,Ma.proto=",
      ),
    ).toEqual([
      "the option target=ts is one of protoc-gen-es; write runtime=es beside it, or remove it",
      "the option verbose is unknown; protoc-gen-rich-errors --help lists all options",
      "the option snakeToCamle=false is unknown; write snakeToCamel",
      "the option import_suffix=.js is unknown; write importSuffix",
      "the option importSuffix=js is not a suffix; write for example importSuffix=.js",
      "the option snakeToCamel=kebab is not true, false, keys, json or keys_json; write for example snakeToCamel=false",
      "the option useJsonName=1 is not true or false; write for example useJsonName=true",
      "the option typePrefix=1x is not a part of a name; write for example typePrefix=Proto",
      "the option fileSuffix=/x is not a suffix; write for example fileSuffix=.pb",
      'the option runtimeImport= is not a package or a path that begins with "."; ' +
        "write for example runtimeImport=grpc-rich-errors/codegenv1",
      "the option M does not map a file to a module; write for example Mshop/v1/errors.proto=@shop/errors",
      "the option Ma=b does not map a file to a module; write for example Mshop/v1/errors.proto=@shop/errors",
      "the option Ma.proto= does not map a file to a module; write for example Mshop/v1/errors.proto=@shop/errors",
    ]);
  });

  it("with runtime=es, are those of protoc-gen-es, by its names and values", () => {
    const es = { ...DEFAULTS, runtime: "es", runtimeImport: "grpc-rich-errors/codegenv1/es" };
    expect(parseOptions("runtime=es")).toEqual(es);
    expect(
      parseOptions(
        "target=js+dts,json_types=true,valid_types=legacy_required,erasable_syntax=true,ts_nocheck=true," +
          "elide_plugin_version=true,js_import_style=module,keep_empty_files=true,runtime=es,Ma.proto=@shop/a",
      ),
    ).toEqual({ ...es, modules: new Map([["a.proto", "@shop/a"]]) });
    for (const [value, importSuffix] of [
      ["none", ""],
      ["", ""],
      ["js", ".js"],
      [".js", ".js"],
      ["ts", ".ts"],
      [".ts", ".ts"],
    ]) {
      expect(parseOptions(`runtime=es,import_extension=${value}`)).toEqual({ ...es, importSuffix });
    }
  });

  it("are reported if they belong to the plugin of the other library", () => {
    expect(
      parseOptions("runtime=es,importSuffix=.js,forceLong=bigint,import_extension=mjs,rewrite_imports=a:b"),
    ).toEqual([
      "the option importSuffix=.js is one of ts-proto; remove it, because runtime=es is set",
      "the option forceLong=bigint is one of ts-proto; remove it, because runtime=es is set",
      "the option import_extension=mjs is not none, js or ts; write for example import_extension=js",
      "the option rewrite_imports=a:b is not supported; map each file to its module, as in Mshop/v1/errors.proto=@shop/errors",
    ]);
    expect(parseOptions("runtime=protobufjs,json_types=true")).toEqual([
      "the option runtime=protobufjs is not ts-proto or es; write for example runtime=es",
      "the option json_types=true is one of protoc-gen-es; write runtime=es beside it, or remove it",
    ]);
  });
});
