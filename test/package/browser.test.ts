import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createContext, runInContext } from "node:vm";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packageEntries } from "../../package-entries.js";
import { type BuiltPackage, copyBuiltPackage } from "../support/built.js";
import { ROOT } from "./project.js";

let built: BuiltPackage;
beforeAll(() => {
  built = copyBuiltPackage();
});
afterAll(() => built.remove());

/** The globals of a browser that are not part of JavaScript. */
const WEB = { TextEncoder, TextDecoder, Headers, crypto, atob, btoa };

/** Runs a program as a browser does, with no module but those in its bundle. Returns its exports. */
async function run(contents: string): Promise<Record<string, unknown>> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: built.folder },
    bundle: true,
    platform: "browser",
    format: "iife",
    globalName: "program",
    minify: true,
    write: false,
    logLevel: "silent",
  });
  const context = createContext({ ...WEB });
  runInContext(outputFiles[0]?.text ?? "", context);
  return JSON.parse(runInContext("JSON.stringify(program)", context));
}

describe("the build for browsers", () => {
  it("bundles everything that it exports, and needs neither Node nor grpc-js", async () => {
    const names = packageEntries().filter(({ hasBrowserBuild }) => hasBrowserBuild);
    expect(names.map(({ name }) => name)).toContain("grpc-rich-errors/http");
    const all = names.map(({ name }, index) => `import * as all${index} from "${name}";`).join("\n");
    const { entries } = await run(
      `${all}\nexport const entries = [${names.map((_, index) => `Object.keys(all${index}).length`)}];`,
    );
    expect(entries).toEqual(names.map(() => expect.any(Number)));
    expect(entries).not.toContain(0);
  });

  it("reads errors, typed and with their standard details", async () => {
    const read = await run(`
      import { Code, fromStatus, pack, RichError, StandardDetails, toStatus, unpack } from "grpc-rich-errors";
      import { catalog, NotLeaderError, ValidationError } from "grpc-rich-errors/catalogs/eventlog";
      const details = new StandardDetails().addFieldViolation("name", "too long").setRetryDelay(1500).addHelpLink("docs", "https://a.example");
      const sent = new NotLeaderError({ leaderAddress: "node-2" }, { errorDetails: details, info: { zone: "b" } });
      const back = unpack(pack(sent), { catalogs: [catalog] });
      const again = fromStatus(toStatus(sent), { catalogs: [catalog] });
      export const error = back;
      export const is = [back, again].map((one) => [one instanceof NotLeaderError, one instanceof RichError, one.detail.leaderAddress]);
      export const standard = [back.standardDetails.badRequest.fieldViolations[0].field, back.retryDelay, back.standardDetails.help.links[0].url];
      export const facts = [back.info.metadata.zone, back.origin, back.code === Code.FAILED_PRECONDITION || back.code, back.issues];
      export const own = [sent.metadata === undefined, sent.details === sent.message, String(sent) === sent.name + ": " + sent.message];`);
    expect(read["is"]).toEqual([
      [true, true, "node-2"],
      [true, true, "node-2"],
    ]);
    expect(read["standard"]).toEqual(["name", 1500, "https://a.example"]);
    expect(read["facts"]).toEqual(["b", "SERVER", expect.anything(), []]);
    expect(read["own"]).toEqual([true, true, true]);
    expect(read["error"]).toMatchObject({ reason: "NOT_LEADER", detail: { leaderAddress: "node-2" } });
  });

  it("tells a failed fetch from an error of a server", async () => {
    const { facts } = await run(`
      import { RichError } from "grpc-rich-errors";
      const errors = [new TypeError("Failed to fetch"), Object.assign(new Error("slow"), { name: "TimeoutError" }), new Error("x")];
      export const facts = errors.map((one) => RichError.from(one)).map(({ code, origin, outcome }) => [code, origin, outcome]);`);
    expect(facts).toEqual([
      [14, "TRANSPORT", "MAYBE_APPLIED"],
      [4, "CLIENT", "MAYBE_APPLIED"],
      [2, null, null],
    ]);
  });

  it("says that a program needs Node, if it imports the server or the client", async () => {
    await expect(run(`import { richHandlers } from "grpc-rich-errors"; console.log(richHandlers);`)).rejects.toThrow(
      /No matching export in ".*dist\/browser\/src\/index\.js" for import "richHandlers"/,
    );
  });

  it("takes the place of files that exist", async () => {
    const files = readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" }).filter((path) =>
      path.includes(".browser."),
    );
    expect(files.length).toBeGreaterThan(3);
    for (const path of files)
      await expect(readFile(join(ROOT, "src", path.replace(".browser", "")), "utf8")).resolves.toMatch(/./);
  });
});
