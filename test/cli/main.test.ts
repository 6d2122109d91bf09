import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { main } from "../../src/cli/main.js";
import { ROOT } from "../plugin/compile.js";
import { fakeTerminal, run } from "./fake-terminal.js";
import { catalogOf, protoWith } from "./images.js";

describe("rich-errors", () => {
  it("prints its help", async () => {
    const { code, out, err } = await run(["--help"]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatchInlineSnapshot(`
      "Usage: rich-errors <command> [options]

      Works with the gRPC errors that your protos declare.

      Commands:
        init        Sets up buf, ts-proto and the annotation in the current folder,
                    with a first error.
        catalog     Lists every error that your protos declare, with everything known
                    about it.
        lint        Finds errors that your protos declare wrongly, or in a way that
                    misleads clients.
        breaking    Finds changes of your errors that break old clients, old servers,
                    stored data or code.
        docs        Writes a reference of your errors: pages for people, and schemas
                    for programs.
        decode      Explains an error: a trailer, an HTTP body, a log, or the output
                    of grpcurl or Postman.
        explain     Explains a declared error: its meaning, what to do about it, and
                    how to throw and catch it.
        coverage    Reports which declared errors your tests threw, received and
                    handled.
        completion  Prints a completion script for bash, zsh or fish.

      Options:
        -h, --help  Prints this help. After a command, prints the help of that
                    command.
        --version   Prints the version.

      Exit codes:
        0           Success.
        1           The protos do not compile, they declare errors wrongly, or a check
                    found something: each place is listed. Or nothing was found to
                    decode or explain.
        2           The arguments are wrong, or the input cannot be read.
      "
    `);
    expect((await run(["-h"])).out).toBe(out);
  });

  it.each(["catalog", "completion"])("prints the help of %s, on either side of the command", async (name) => {
    const ended = await run([name, "--help"]);
    expect(ended).toEqual({ code: 0, out: expect.stringContaining(`Usage: rich-errors ${name} [options] <`), err: "" });
    expect(await run(["--help", name])).toEqual(ended);
  });

  it.each([
    "--help",
    "init --help",
    "catalog --help",
    "completion --help",
    "decode --help",
    "explain --help",
    "coverage --help",
  ])("has help that fits 80 columns: %s", async (line) => {
    const { out } = await run(line.split(" "));
    expect(out.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });

  it("prints the version of the package", async () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    expect(await run(["--version"])).toEqual({ code: 0, out: `${version}\n`, err: "" });
  });

  it("accepts options before the command", async () => {
    expect((await run(["--format=yaml", "catalog", "-"])).err).toContain('--format is "yaml"');
  });

  it.each<[string, string]>([
    ["", "missing command; write rich-errors catalog <input>, or rich-errors --help"],
    ["catalogue proto", 'unknown command "catalogue"; write rich-errors catalog (see rich-errors --help)'],
    ["cat proto", 'unknown command "cat"; write rich-errors catalog (see rich-errors --help)'],
    ["completions", 'unknown command "completions"; write rich-errors completion (see rich-errors --help)'],
    ["int", 'unknown command "int"; write rich-errors init (see rich-errors --help)'],
    [
      "print proto",
      'unknown command "print"; write rich-errors init, catalog, lint, breaking, docs, decode, explain, coverage or completion (see rich-errors --help)',
    ],
    [
      "proto",
      'unknown command "proto"; write rich-errors init, catalog, lint, breaking, docs, decode, explain, coverage or completion (see rich-errors --help)',
    ],
    ["--vers", "unknown option --vers; write --help, --version or a command"],
    ["--help=yes", "unknown option --help=yes; write --help, --version or a command"],
  ])("exits with 2 and the fix: %s", async (line, message) => {
    const args = line === "" ? [] : line.split(" ");
    expect(await run(args)).toEqual({ code: 2, out: "", err: `rich-errors: ${message}\n` });
  });

  it("exits with 2 for wrong arguments, and prints nothing else", async () => {
    const { code, out, err } = await run(["catalog", "--nope"]);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(/^rich-errors: unknown option --nope; [^\n]*\n$/);
  });

  it("exits with 1 if the protos declare errors wrongly", async () => {
    const { code, out, err } = await catalogOf(protoWith("http_status: 200"));
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(/^shop\.proto:5:\d+: http_status 200 of \w+ is not an HTTP error status; [^\n]*\n$/);
  });

  it("exits with 2 for a bug, and prints its stack", async () => {
    const cwd = () => {
      throw new RangeError("nowhere");
    };
    const terminal = { ...fakeTerminal(), cwd };
    expect(await main(["catalog", "proto"], terminal)).toBe(2);
    expect(String(terminal.stderr.read())).toMatch(/^rich-errors: this is a bug in rich-errors: RangeError: nowhere/);
  });

  it("exits with 2 if the system refuses something, without a stack", async () => {
    const cwd = () => statSync("/nowhere/at/all").toString();
    const terminal = { ...fakeTerminal(), cwd };
    expect(await main(["init"], terminal)).toBe(2);
    const text = "rich-errors: ENOENT: no such file or directory, stat '/nowhere/at/all'\n";
    expect(String(terminal.stderr.read())).toBe(text);
  });

  it.each([
    ["catalog", "<input>", [""]],
    ["docs", "--output", ["proto", "--output="]],
    ["decode", "--protos", ["CAUSAm5v", "--protos", "proto", "--protos", ""]],
    ["init", "--proto", ["--proto", ""]],
  ])("refuses an empty text, which a shell makes of a variable that is not set: %s %s", async (name, empty, args) => {
    const message = `rich-errors: ${empty} is empty; write a value (see rich-errors ${name} --help)\n`;
    expect(await run([name, ...args])).toEqual({ code: 2, out: "", err: message });
  });

  it("prints control characters in messages as text", async () => {
    const { err } = await run(["catalog", "\u001b[2Jnope\u0007"]);
    expect(err).toBe("rich-errors: \\u{1b}[2Jnope\\u{7} cannot be read: it does not exist\n");
  });
});
