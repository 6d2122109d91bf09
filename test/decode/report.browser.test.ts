import { createContext, runInContext } from "node:vm";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { catalog } from "../../gen/eventlog/v1/errors.rich.js";
import { decodeReport } from "../../src/decode/report.js";
import { FORMS } from "./forms.js";

/** The globals of a browser that are not part of JavaScript. */
const WEB = { TextEncoder, TextDecoder, Headers, crypto, atob, btoa };

/** A program for a browser that explains a text. */
const PROGRAM = `
  import { catalog } from "../../gen/eventlog/v1/errors.rich.js";
  import { decodeReport } from "../../src/decode/report.js";

  export const explain = (text) => JSON.stringify(decodeReport(text, { catalogs: [catalog] }));
`;

describe("decodeReport", () => {
  it("explains the same in a browser as in Node, and needs neither Node nor grpc-js there", async () => {
    const { outputFiles, metafile } = await build({
      stdin: { contents: PROGRAM, resolveDir: import.meta.dirname, loader: "ts" },
      bundle: true,
      platform: "browser",
      format: "iife",
      globalName: "program",
      write: false,
      metafile: true,
    });
    const inputs = Object.keys(metafile.inputs);
    expect(inputs.filter((path) => path.includes("@grpc") || path.startsWith("node:"))).toEqual([]);
    const context = createContext({ ...WEB });
    runInContext(outputFiles[0]?.text ?? "", context);
    const program = runInContext("program", context);
    for (const text of Object.values(FORMS)) {
      if (typeof text !== "string") continue;
      expect(JSON.parse(program.explain(text))).toEqual(decodeReport(text, { catalogs: [catalog] }));
    }
  });
});
