import { type BuildOptions, build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type BuiltPackage, buildPackage } from "../support/built.js";

let built: BuiltPackage;
beforeAll(async () => {
  built = await buildPackage();
}, 60_000);
afterAll(() => built.remove());

/** What a user's bundler makes of a program. */
async function bundled(contents: string, options: BuildOptions = {}): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: built.folder },
    bundle: true,
    format: "esm",
    external: ["@grpc/*", "node:*"],
    ...options,
    write: false,
  });
  return outputFiles.map(({ text }) => text).join("");
}

test("a bundle has the classes and codecs of the errors that are used, and of no others", async () => {
  const code = await bundled(`
    import { NotLeaderError } from "grpc-rich-errors/catalogs/eventlog";
    console.log(new NotLeaderError({ leaderAddress: "node-2" }));`);
  expect(code.match(/\w+(?= = \/\* @__PURE__ \*\/ defineError\()/g)).toEqual(["NotLeaderError"]);
  expect(code.match(/\w+ErrorDetails(?= = \{)/g)).toEqual(["NotLeaderErrorDetails"]);
});

test("a bundle has nothing of errors of which none is used", async () => {
  const code = await bundled(`
    import { catalog } from "grpc-rich-errors/catalogs/eventlog";
    console.log("hello");`);
  expect(code.trim()).toMatch(/^(\/\/.*\s)?console\.log\("hello"\);$/);
});

test("a bundle has nothing of servers and clients where only errors are used", async () => {
  const code = await bundled(`
    import { Code } from "grpc-rich-errors";
    console.log(Code.NOT_FOUND);`);
  expect(code).toContain("NOT_FOUND");
  expect(code).not.toMatch(/richHandlers|richErrorServerInterceptor|richErrorClientOptions|grpc-js/);
});

test.each(["grpc-rich-errors/catalogs/kurrent", "grpc-rich-errors/codegenv1", "grpc-rich-errors/http"])(
  "%s needs nothing that browsers do not have",
  async (entry) => {
    const code = await bundled(`import * as entry from "${entry}"; console.log(entry);`, { platform: "browser" });
    expect(code).not.toMatch(/from "(node:|@grpc)/);
  },
);
