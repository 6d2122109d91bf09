import { describe, expect, it } from "vitest";
import { parseArguments } from "../../src/cli/arguments.js";
import { Failure } from "../../src/cli/failure.js";

describe("the arguments of the command line", () => {
  it.each<[string, unknown]>([
    ["catalog proto", { command: "catalog", input: "proto", format: "table" }],
    ["catalog proto --format json", { command: "catalog", input: "proto", format: "json" }],
    ["--format=csv catalog -", { command: "catalog", input: "-", format: "csv" }],
    ["catalog --format csv --format table proto", { command: "catalog", input: "proto", format: "table" }],
    ["catalog -- --odd", { command: "catalog", input: "--odd", format: "table" }],
    ["--help", { command: "help" }],
    ["-h", { command: "help" }],
    ["catalog --help", { command: "help" }],
    ["--version", { command: "version" }],
  ])("ask: %s", (line, request) => {
    expect(parseArguments(line.split(" "))).toEqual(request);
  });

  it.each<[string, string]>([
    ["", "what is to be done is missing; write rich-errors catalog PROTO-DIR"],
    ["catalogue proto", 'there is no command "catalogue"; write rich-errors catalog'],
    ["cat proto", 'there is no command "cat"; write rich-errors catalog'],
    ["lint proto", 'there is no command "lint"; write rich-errors catalog'],
    ["proto", 'there is no command "proto"; write rich-errors catalog proto'],
    ["catalog", "catalog lacks what it is to read; write rich-errors catalog with a directory of protos or an image"],
    ["catalog a b c", 'catalog reads one directory or image, and "b c" is more; run it once for each'],
    ["catalog a --fromat json", "the option --fromat is not known; write --format"],
    ["catalog a --FORMAT=json", "the option --FORMAT is not known; write --format"],
    ["catalog a --vers", "the option --vers is not known; write --version"],
    ["catalog a --json", "the option --json is not known; the options are --format, --help or --version"],
    ["catalog a -f json", "the option -f is not known; write --format"],
    ["catalog a --format", "--format lacks its value; write --format table|json|csv"],
    ["catalog --format --help a", "--format lacks its value; write --format table|json|csv"],
    ["catalog a --format yaml", 'there is no format "yaml"; write --format table, json or csv'],
    ["catalog a --format=", 'there is no format ""; write --format table, json or csv'],
    ["catalog a --help=yes", "--help takes no value; write --help alone"],
    ["catalog a --no-help", "the option --no-help is not known; the options are --format, --help or --version"],
    ["catalog a --constructor", "the option --constructor is not known; the options are --format, --help or --version"],
  ])("are refused with what to write instead: %s", (line, message) => {
    const args = line === "" ? [] : line.split(" ");
    expect(() => parseArguments(args)).toThrow(
      new Failure(2, `rich-errors: ${message} (rich-errors --help tells more)`),
    );
  });
});
