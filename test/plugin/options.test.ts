import { describe, expect, it } from "vitest";
import { parseOptions } from "../../src/plugin/options.js";

describe("the plugin's options", () => {
  it("default to the package and .js", () => {
    expect(parseOptions("")).toEqual({
      importSuffix: ".js",
      runtimeImport: "grpc-rich-errors/codegenv1",
      modules: new Map(),
    });
  });

  it("are parsed from a comma-separated list", () => {
    expect(
      parseOptions("import_suffix=, Ma/b.proto=@shop/b,runtime_import=../src/codegenv1.js,Mc.proto=../c=d.js,"),
    ).toEqual({
      importSuffix: "",
      runtimeImport: "../src/codegenv1.js",
      modules: new Map([
        ["a/b.proto", "@shop/b"],
        ["c.proto", "../c=d.js"],
      ]),
    });
  });

  it("are all reported if they are unknown or not valid", () => {
    expect(parseOptions("target=ts,verbose,import_suffix=js,runtime_import=,M,Ma=b,Ma.proto=")).toEqual([
      "the option target=ts is unknown; write import_suffix, runtime_import or Mfile.proto=module",
      "the option verbose is unknown; write import_suffix, runtime_import or Mfile.proto=module",
      "the option import_suffix=js is not a suffix; write import_suffix=.js, or import_suffix= for none",
      'the option runtime_import= is not a module; write a package or a path that begins with "."',
      "the option M does not map a file to a module; write for example Mshop/v1/errors.proto=@shop/errors",
      "the option Ma=b does not map a file to a module; write for example Mshop/v1/errors.proto=@shop/errors",
      "the option Ma.proto= does not map a file to a module; write for example Mshop/v1/errors.proto=@shop/errors",
    ]);
  });
});
