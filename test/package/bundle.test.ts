import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type BuiltPackage, copyBuiltPackage } from "../support/built.js";

let built: BuiltPackage;
beforeAll(() => {
  built = copyBuiltPackage();
});
afterAll(() => built.remove());

/** The output of a user's bundler for a program. */
async function bundled(contents: string, platform: "browser" | "node" = "browser"): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: built.folder },
    bundle: true,
    format: "esm",
    platform,
    external: ["@grpc/*", "node:*"],
    write: false,
  });
  return outputFiles.map(({ text }) => text).join("");
}

test("a bundle contains the classes and codecs of the errors that are used, and no others", async () => {
  const code = await bundled(`
    import { NotLeaderError } from "grpc-rich-errors/catalogs/eventlog";
    console.log(new NotLeaderError({ leaderAddress: "node-2" }));`);
  expect(code.match(/\w+(?= = \/\* @__PURE__ \*\/ defineError\()/g)).toEqual(["NotLeaderError"]);
  expect(code.match(/\w+ErrorDetails(?= = \{)/g)).toEqual(["NotLeaderErrorDetails"]);
});

test("a bundle contains no errors if none is used", async () => {
  const code = await bundled(`
    import { catalog } from "grpc-rich-errors/catalogs/eventlog";
    console.log("hello");`);
  expect(code.trim()).toMatch(/^(\/\/.*\s)?console\.log\("hello"\);$/);
});

test.each([
  ["errors", "RichError, Code", "grpc-rich-errors"],
  ["generated code", "defineError", "grpc-rich-errors/codegenv1"],
  ["a catalog", "catalog", "grpc-rich-errors/catalogs/kurrent"],
  ["HTTP", "fromHttp", "grpc-rich-errors/http"],
])("a bundle with only %s contains nothing that needs Node", async (_, names, entry) => {
  const code = await bundled(`import { ${names} } from "${entry}"; console.log(${names});`);
  expect(code.match(/^import .*/gm)).toBeNull();
});

test("a bundle with promises contains nothing of recovery, unless a program uses it", async () => {
  const program = (recovery: string) =>
    bundled(
      `
    import { promises } from "grpc-rich-errors";
    ${recovery}`,
      "node",
    );
  expect(await program("console.log(promises);")).not.toMatch(
    /RetryBudget|RecoveringCall|REFRESH_AND_RETRY: "refresh"/,
  );
  const used = await program(`
    import { recovery } from "grpc-rich-errors/recovery";
    console.log(promises(client, { recovery: recovery.declared }));`);
  expect(used).toMatch(/REFRESH_AND_RETRY: "refresh"/);
});
