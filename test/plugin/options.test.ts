import { describe, expect, it } from "vitest";
import { parseOptions } from "../../src/plugin/options.js";

describe("the plugin's options", () => {
  it("are the package and .js by default", () => {
    expect(parseOptions("")).toEqual({ importSuffix: ".js", runtimeImport: "grpc-rich-errors/codegenv1" });
  });

  it("are read from a list", () => {
    expect(parseOptions("import_suffix=, runtime_import=../src/codegenv1.js,")).toEqual({
      importSuffix: "",
      runtimeImport: "../src/codegenv1.js",
    });
  });

  it("that are not known, or have no sense, are all reported", () => {
    expect(parseOptions("target=ts,verbose,import_suffix=js,runtime_import=")).toEqual([
      "the option target=ts is not known; the options are import_suffix and runtime_import",
      "the option verbose is not known; the options are import_suffix and runtime_import",
      "the option import_suffix=js is no suffix; write import_suffix=.js, or import_suffix= for none",
      'the option runtime_import= is no module; write a package\'s or a path that begins with "."',
    ]);
  });
});
