import { createContext, runInContext } from "node:vm";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";

/** A program for a browser that writes and reads an error in every format. */
const PROGRAM = `
  import { HapndConcurrencyError, catalog } from "../../gen/hapnd/v1/errors.rich.js";
  import { fromHttp, toHttp } from "../../src/http/index.js";

  const error = new HapndConcurrencyError({ expectedVersion: 5n, actualVersion: 9007199254740993n }, { retryDelay: 1500 });
  export const seen = ["status", "problem", "compact"].map((format) => {
    const { status, headers, body } = toHttp(error, { format });
    const back = fromHttp(status, new Headers(headers), JSON.stringify(body), { catalogs: [catalog] });
    return [back instanceof HapndConcurrencyError, String(back.detail.actualVersion), back.retryDelay, back.issues.length];
  });
  export const own = [error.metadata === undefined, error.details === error.message];
  export const masked = toHttp(new Error("hunter2"));
`;

/** The globals of a browser that are not part of JavaScript. */
const WEB = { TextEncoder, TextDecoder, Headers, crypto, atob, btoa };

describe("grpc-rich-errors/http", () => {
  it("needs neither Node nor grpc-js", async () => {
    const { outputFiles, metafile } = await build({
      stdin: { contents: PROGRAM, resolveDir: import.meta.dirname, loader: "ts" },
      bundle: true,
      platform: "browser",
      format: "iife",
      globalName: "program",
      write: false,
      metafile: true,
      minify: true,
    });
    const inputs = Object.keys(metafile.inputs);
    expect(inputs).toContainEqual(expect.stringMatching(/http\/to-http\.[jt]s$/));
    expect(inputs.filter((path) => path.includes("@grpc") || path.startsWith("node:"))).toEqual([]);
    const [bundle] = outputFiles;
    const context = createContext({ ...WEB });
    runInContext(bundle?.text ?? "", context);
    const program = runInContext("program", context);
    expect([...program.own]).toEqual([true, true]);
    expect(JSON.parse(JSON.stringify(program.seen))).toEqual([
      [true, "9007199254740993", 1500, 0],
      [true, "9007199254740993", 1500, 0],
      [true, "9007199254740993", 2000, 0],
    ]);
    expect(program.masked.requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(JSON.stringify(program.masked.body)).not.toContain("hunter2");
  });
});
