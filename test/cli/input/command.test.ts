import { describe, expect, it } from "vitest";
import { catalog } from "../../../src/cli/commands/catalog.js";
import { type Command, commandHelp, Failure, parseCommand } from "../../../src/cli/input/command.js";

/** A command with everything that a description can have. */
const COMMAND: Command = {
  name: "compare",
  summary: "Compares two images.",
  arguments: [
    { name: "old", help: "The first image." },
    { name: "new", help: "The second image.\na: the one\nb: the other", choices: ["a", "b"] },
  ],
  options: {
    strict: {
      type: "boolean",
      short: "s",
      help: "Fails on warnings, and on everything else that a reader may notice.",
    },
    limit: { type: "string", help: "The maximum number of lines." },
    order: {
      type: "string",
      default: "name",
      help: "The order.\nname: by name\nnumber: by number",
      choices: ["name", "number"],
    },
  },
  notes: ["A note."],
  run: () => Promise.resolve(""),
};

describe("the arguments of a command", () => {
  it.each<[string, unknown]>([
    ["proto", { arguments: ["proto"], options: { format: "table" } }],
    ["proto --format json", { arguments: ["proto"], options: { format: "json" } }],
    ["--format=csv -", { arguments: ["-"], options: { format: "csv" } }],
    ["--format csv --format table proto", { arguments: ["proto"], options: { format: "table" } }],
    ["-- --odd", { arguments: ["--odd"], options: { format: "table" } }],
    ["--help", "help"],
    ["-h", "help"],
    ["a b c --help", "help"],
  ])("of catalog can be: %s", (line, input) => {
    expect(parseCommand(catalog, line.split(" "))).toEqual(input);
  });

  it("can be several, with options that have short names, values of any kind or no value", () => {
    expect(parseCommand(COMMAND, ["x", "-s", "b", "--limit", "5"])).toEqual({
      arguments: ["x", "b"],
      options: { strict: true, limit: "5", order: "name" },
    });
  });

  it.each<[string, string]>([
    ["", "missing <input>; write rich-errors catalog [options] <input>"],
    ["a b c", 'unexpected argument "b"; write rich-errors catalog [options] <input>'],
    ["a --fromat json", "unknown option --fromat; write --format"],
    ["a --FORMAT=json", "unknown option --FORMAT; write --format"],
    ["a --vers", "unknown option --vers; write --format or --help"],
    ["a --json", "unknown option --json; write --format or --help"],
    ["a -f json", "unknown option -f; write --format"],
    ["a --format", "Option '--format <value>' argument missing"],
    [
      "--format --help a",
      "Option '--format' argument is ambiguous. Did you forget to specify the option argument for '--format'? " +
        "To specify an option argument starting with a dash use '--format=-XYZ'.",
    ],
    ["a --format yaml", '--format is "yaml"; write table, json or csv'],
    ["a --format=", '--format is ""; write table, json or csv'],
    ["a --format constructor", '--format is "constructor"; write table, json or csv'],
    ["a --help=yes", "Option '-h, --help' does not take an argument"],
    ["a --no-help", "unknown option --no-help; write --format or --help"],
    ["a --constructor", "unknown option --constructor; write --format or --help"],
  ])("are rejected with the fix: catalog %s", (line, message) => {
    const args = line === "" ? [] : line.split(" ");
    expect(() => parseCommand(catalog, args)).toThrow(
      new Failure(2, `rich-errors: ${message} (see rich-errors catalog --help)`),
    );
  });

  it.each<[string, string]>([
    ["x", "missing <new>; write rich-errors compare [options] <old> <new>"],
    ["x c", '<new> is "c"; write a or b'],
  ])("are rejected if the second one is missing or has another value: compare %s", (line, message) => {
    expect(() => parseCommand(COMMAND, line.split(" "))).toThrow(`rich-errors: ${message} (see `);
  });
});

it("the help of a command shows its arguments, options and notes in 80 columns", () => {
  expect(commandHelp(COMMAND)).toMatchInlineSnapshot(`
    "Usage: rich-errors compare [options] <old> <new>

    Compares two images.

    Arguments:
      <old>            The first image.
      <new>            The second image.
                       a: the one
                       b: the other

    Options:
      -s, --strict     Fails on warnings, and on everything else that a reader may
                       notice.
      --limit <limit>  The maximum number of lines.
      --order <order>  The order.
                       name: by name
                       number: by number
      -h, --help       Prints this help.

    A note.
    "
  `);
});

it("the usage names an option that is required, and an option names its value", () => {
  const from = { type: "string", valueName: "image", required: true, help: "The image to begin with." } as const;
  const help = commandHelp({ ...COMMAND, arguments: [], options: { from } });
  expect(help).toContain("Usage: rich-errors compare [options] --from <image>\n");
  expect(help).toContain("\n  --from <image>  The image to begin with.\n");
});
