import { createContext, runInContext } from "node:vm";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";

/** What a program in a browser, which has this and a catalog, makes of an error there and back. */
const PROGRAM = `
  import { ConcurrencyConflictError, catalog } from "grpc-rich-errors/catalogs/hapnd";
  import { fromHttp, toHttp } from "grpc-rich-errors/http";

  const error = new ConcurrencyConflictError({ expectedVersion: 5n, actualVersion: 9007199254740993n }, { retryDelay: 1500 });
  export const seen = ["status", "problem", "compact"].map((format) => {
    const { status, headers, body } = toHttp(error, { format });
    const back = fromHttp(status, new Headers(headers), JSON.stringify(body), { catalogs: [catalog] });
    return [back instanceof ConcurrencyConflictError, String(back.detail.actualVersion), back.retryDelay, back.issues.length];
  });
  export const masked = toHttp(new Error("hunter2"));
`;

/** What a browser has and JavaScript does not. */
const WEB = { TextEncoder, TextDecoder, Headers, crypto, atob, btoa };

describe("errors over HTTP", () => {
  it("need nothing of Node and of grpc-js", async () => {
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
    expect(JSON.parse(JSON.stringify(program.seen))).toEqual([
      [true, "9007199254740993", 1500, 0],
      [true, "9007199254740993", 1500, 0],
      [true, "9007199254740993", 2000, 0],
    ]);
    expect(program.masked.requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(JSON.stringify(program.masked.body)).not.toContain("hunter2");
  });
});
