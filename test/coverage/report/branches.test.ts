import { describe, expect, it } from "vitest";
import { Script } from "../../../src/coverage/report/branches.js";

/** Looks for a branch for `GONE` after the first read of the reason that stands at `¶` in a script. */
function hasBranch(text: string, value = "GONE"): boolean {
  const position = text.indexOf("¶");
  return new Script(text.replace("¶", "")).hasBranch(position, value);
}

describe("a script", () => {
  it.each([
    ["a case", `switch (error.¶reason) { case "LATE": break; case "GONE": stop(); }`],
    ["a case that falls through", `switch (error?.¶reason) { case "GONE": case "LATE": stop(); }`],
    ["a case after a choice of the error", `switch (is(e) ? e.¶reason : undefined) { case "GONE": stop(); }`],
    ["a case in a template", "switch (error.¶reason) { case `GONE`: stop(); }"],
    ["a comparison", `if (error.¶reason === "GONE") stop();`],
    ["a comparison from the right", `if ("GONE" === error.¶reason) stop();`],
    ["a negative comparison", `if (error.¶reason !== "GONE") throw error;`],
    ["a loose comparison with a default", `if ((error?.¶reason ?? "") == "GONE") stop();`],
    [
      "a comparison that a coverage tool wraps",
      `if ((c().b[0]++, error.¶reason === "GONE") && (c().b[1]++, x)) stop();`,
    ],
    ["an entry of an object", `const TEXTS = Object.freeze({ "GONE": 1 }); show(TEXTS[error.¶reason] ?? 2);`],
    ["an entry of an object literal", `const text = { GONE: "no" }[error.¶reason];`],
    ["a name in an object", `const TEXTS = { GONE: 1 }; if (error.¶reason in TEXTS) stop();`],
    ["an entry of an array", `if (["LATE", "GONE"].includes(error.¶reason)) stop();`],
    ["an entry of a set", `const FINAL = new Set(["GONE"]); const f = (e) => FINAL.has(e.¶reason);`],
    ["an entry of a map", `const ACTIONS = new Map([["GONE", stop]]); ACTIONS.get(error.¶reason)?.();`],
    [
      "a variable",
      `function f(error) { const reason = error.¶reason; log(reason); switch (reason) { case "GONE": stop(); } }`,
    ],
    ["a destructured variable", `const { code, ¶reason } = error; if (code === 5 && reason === "GONE") stop();`],
    ["a renamed variable with a default", `const { ¶reason: why = "" } = error; if (why === "GONE") stop();`],
    ["an assigned variable", `let reason; reason = error.¶reason; if (reason === "GONE") stop();`],
    ["a destructured parameter", `const f = ({ ¶reason }) => { switch (reason) { case "GONE": return stop(); } };`],
    ["a destructured catch", `function f() { try { g() } catch ({ ¶reason }) { if (reason === "GONE") stop(); } }`],
    ["a parameter of another function", `act(error.¶reason); function act(why) { if (why === "GONE") stop(); }`],
    ["a parameter of an arrow function", `const act = (why) => why === "GONE" && stop(); act(error.¶reason);`],
    ["a property in brackets", `if (error["¶reason"] === "GONE") stop();`],
    ["the wrapper of Vitest", `'use strict';async (x,y,) => {{ if (e.¶reason === "GONE") stop(); await z; }}`],
    ["the body of a CommonJS module", `const x = require("x"); if (x.¶reason === "GONE") return;`],
    ["sloppy code", `with (x) { if (e.¶reason === "GONE") stop(); }`],
  ])("has a branch: %s", (_, text) => {
    expect(hasBranch(text)).toBe(true);
    expect(hasBranch(text, "OTHER")).toBe(false);
  });

  it.each([
    ["that only logs", `console.log(error.¶reason); if (other === "GONE") stop();`],
    ["with a default", `switch (error.¶reason) { default: stop(); }`],
    ["that asks whether there is a reason", `if (error.¶reason) stop(); const GONE = "GONE";`],
    ["that chooses by it without a value", `const x = error.¶reason ? "GONE" : "LATE";`],
    ["with a branch for another variable", `const { ¶reason } = a; const why = b.reason; if (why === "GONE") stop();`],
    [
      "with a branch in another function",
      `const f = ({ ¶reason }) => log(reason); const g = (reason) => reason === "GONE";`,
    ],
    ["whose text it returns", `const f = (error) => error.¶reason; if (f(x) === "GONE") stop();`],
    ["that spreads the error", `const f = (x) => ({ ...¶x, GONE: 1 });`],
    ["with an object from elsewhere", `import { TEXTS } from "./texts.js"; show(TEXTS[error.¶reason]);`],
    ["with functions that call each other", `const a = (x) => b(x); const b = (x) => a(x); a(error.¶reason);`],
  ])("has no branch %s", (_, text) => {
    expect(hasBranch(text)).toBe(false);
  });

  it("that is no JavaScript is not readable", () => {
    const script = new Script("if (");
    expect([script.isReadable, script.hasBranch(2, "GONE")]).toEqual([false, false]);
  });
});
