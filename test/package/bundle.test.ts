import { build } from "esbuild";
import { expect, test } from "vitest";
import { ROOT } from "../plugin/compile.js";

async function bundled(source: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: ROOT, loader: "ts" },
    bundle: true,
    format: "esm",
    platform: "node",
    external: ["@bufbuild/*", "@grpc/*"],
    write: false,
  });
  return outputFiles.map(({ text }) => text).join("");
}

test("a bundle has the classes and codecs of the errors that are used, and of no others", async () => {
  const code = await bundled(`
    import { NotLeaderError } from "./gen/eventlog/v1/errors.rich.js";
    console.log(new NotLeaderError({ leaderAddress: "node-2" }));`);
  expect(code.match(/\w+(?= = \/\* @__PURE__ \*\/ defineError\()/g)).toEqual(["NotLeaderError"]);
  expect(code.match(/\w+ErrorDetails(?= = \{)/g)).toEqual(["NotLeaderErrorDetails"]);
});

test("a bundle has nothing of errors of which none is used", async () => {
  const code = await bundled(`
    import { catalog } from "./gen/eventlog/v1/errors.rich.js";
    console.log("hello");`);
  expect(code.trim()).toMatch(/^(\/\/.*\s)?console\.log\("hello"\);$/);
});
