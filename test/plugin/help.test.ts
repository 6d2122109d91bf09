import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { outputFor } from "../../src/plugin/help.js";
import { OPTION_HELP, parseOptions } from "../../src/plugin/options.js";

const { version }: { version: string } = createRequire(import.meta.url)("grpc-rich-errors/package.json");

describe("protoc-gen-rich-errors with arguments", () => {
  it("lists every option with a valid example", () => {
    const { text, exitCode } = outputFor(["--help"]);
    expect(exitCode).toBe(0);
    expect(outputFor(["-h"]).text).toBe(text);
    expect(OPTION_HELP.length).toBeGreaterThan(12);
    for (const { example, runtime } of OPTION_HELP) {
      expect(text).toContain(`\n  ${example}\n      `);
      const options = parseOptions(runtime === "es" ? `runtime=es,${example}` : example);
      expect(options).toBeTypeOf("object");
      expect(options).not.toBeInstanceOf(Array);
    }
    expect(text.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });

  it("prints the version", () => {
    expect(outputFor(["--version"])).toEqual({ text: `${version}\n`, exitCode: 0 });
  });

  it("refuses other arguments, and a terminal instead of a compiler", () => {
    expect(outputFor(["--snakeToCamel=false"])).toEqual({
      text: "protoc-gen-rich-errors does not know the argument --snakeToCamel=false; write options in buf.gen.yaml, or --help or --version\n",
      exitCode: 1,
    });
    expect(outputFor([])).toEqual({
      text: "protoc-gen-rich-errors is a plugin; run it through buf generate or protoc, or write --help\n",
      exitCode: 1,
    });
  });
});
