import { describe, expect, it } from "vitest";
import { painterFor, widthFor } from "../../src/cli/terminal.js";
import { fakeTerminal } from "./fake-terminal.js";

describe("the width of the output", () => {
  it.each<[string, number | undefined, NodeJS.ProcessEnv, number]>([
    ["a screen's", 132, {}, 132],
    ["a screen's rather than what COLUMNS says", 132, { COLUMNS: "100" }, 132],
    ["what COLUMNS says", undefined, { COLUMNS: "100" }, 100],
    ["80 by default", undefined, {}, 80],
    ["80 where COLUMNS says nothing", undefined, { COLUMNS: "wide" }, 80],
    ["80 on a screen that does not know", 0, {}, 80],
    ["60 at least", 20, {}, 60],
  ])("is %s", (_, columns, env, width) => {
    expect(widthFor(fakeTerminal({ env, ...(columns !== undefined && { columns }) }))).toBe(width);
  });
});

describe("colours", () => {
  it("are put on a screen only", () => {
    expect(painterFor(fakeTerminal({ columns: 80 }))("bold", "x")).toBe("\u001b[1mx\u001b[22m");
    expect(painterFor(fakeTerminal())("bold", "x")).toBe("x");
  });

  it("are not put on a screen whose user wants none", () => {
    const terminal = fakeTerminal({ columns: 80, env: { NO_COLOR: "1" } });
    Object.assign(terminal.stdout, { hasColors: (env: NodeJS.ProcessEnv) => !env["NO_COLOR"] });
    expect(painterFor(terminal)("bold", "x")).toBe("x");
  });
});
