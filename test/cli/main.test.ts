import { describe, expect, it } from "vitest";
import { HELP } from "../../src/cli/help.js";
import { main } from "../../src/cli/main.js";
import { fakeTerminal, run } from "./fake-terminal.js";
import { catalogOf, protoWith } from "./images.js";

describe("rich-errors", () => {
  it("prints its help and its version", async () => {
    expect(await run(["--help"])).toEqual({ code: 0, out: HELP, err: "" });
    expect(await run(["--version"])).toEqual({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), err: "" });
  });

  it("has a help that fits 80 columns", () => {
    expect(HELP.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });

  it("ends with 2 if it is used wrongly, and prints nothing else", async () => {
    const { code, out, err } = await run(["catalog", "--nope"]);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(/^rich-errors: the option --nope is not known; [^\n]*\n$/);
  });

  it("ends with 1 if the protos declare errors wrongly", async () => {
    const { code, out, err } = await catalogOf(protoWith("http_status: 200"));
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(/^shop\.proto:5:\d+: http_status 200 is not the status of an error; [^\n]*\n$/);
  });

  it("ends with 2 where it fails in a way that nobody foresaw", async () => {
    const cwd = () => {
      throw new RangeError("nowhere");
    };
    const terminal = { ...fakeTerminal(), cwd };
    expect(await main(["catalog", "proto"], terminal)).toBe(2);
    expect(String(terminal.stderr.read())).toMatch(/^rich-errors: this is a bug of rich-errors: RangeError: nowhere/);
  });

  it("prints nothing that steers the terminal when it complains", async () => {
    const { err } = await run(["catalog", "\u001b[2Jnope\u0007"]);
    expect(err).toBe("rich-errors: \\u{1b}[2Jnope\\u{7} cannot be read: it does not exist\n");
  });
});
