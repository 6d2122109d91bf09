import { describe, expect, it } from "vitest";
import { parseOptions } from "../../src/plugin/options.js";

describe("the plugin's options", () => {
  it("are the package and .js by default", () => {
    expect(parseOptions("")).toEqual({
      importSuffix: ".js",
      runtimeImport: "grpc-rich-errors/codegenv1",
      modules: new Map(),
    });
  });

  it("are read from a list", () => {
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

  it("that are not known, or have no sense, are all reported", () => {
    expect(parseOptions("target=ts,verbose,import_suffix=js,runtime_import=,M,Ma=b,Ma.proto=")).toEqual([
      "the option target=ts is not known; the options are import_suffix, runtime_import or Mfile.proto=module",
      "the option verbose is not known; the options are import_suffix, runtime_import or Mfile.proto=module",
      "the option import_suffix=js is no suffix; write import_suffix=.js, or import_suffix= for none",
      'the option runtime_import= is no module; write a package\'s or a path that begins with "."',
      "the option M maps no file to a module; write one such as Mshop/v1/errors.proto=@shop/errors",
      "the option Ma=b maps no file to a module; write one such as Mshop/v1/errors.proto=@shop/errors",
      "the option Ma.proto= maps no file to a module; write one such as Mshop/v1/errors.proto=@shop/errors",
    ]);
  });
});
