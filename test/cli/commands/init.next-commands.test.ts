import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { protoFolder } from "../../support/proto-folder.js";
import { init } from "../init.js";

describe("the commands that rich-errors init names", () => {
  it.each<[string, Record<string, string>, string[]]>([
    [
      "npm",
      { "package-lock.json": "{}", "package.json": "{}" },
      ["npm install grpc", "npm install --save-dev @bufbuild/buf", "npx buf"],
    ],
    [
      "pnpm",
      { "pnpm-lock.yaml": "", "package.json": "{}" },
      ["pnpm add grpc", "pnpm add --save-dev @bufbuild/buf", "pnpm exec buf"],
    ],
    ["yarn", { "yarn.lock": "", "package.json": "{}" }, ["yarn add grpc", "yarn add --dev @bufbuild/buf", "yarn buf"]],
    ["corepack", { "package.json": '{"packageManager": "pnpm@10.0.0"}' }, ["pnpm add grpc", "pnpm exec buf"]],
  ])("are those of %s", async (_, files, commands) => {
    const { out } = await init(protoFolder(files));
    for (const command of commands) expect(out).toContain(`\n  ${command}`);
  });

  it("name only packages that are missing, and @bufbuild/protobuf even where another package brings it", async () => {
    const dependencies = { "grpc-rich-errors": "*", "@grpc/grpc-js": "*" };
    const folder = protoFolder({
      "pnpm-lock.yaml": "",
      "package.json": JSON.stringify({
        devDependencies: {
          "@bufbuild/buf": "*",
          "ts-proto": "*",
          typescript: "*",
          "@types/node": "*",
          "@bufbuild/protobuf": "*",
        },
      }),
      "packages/shop/package.json": JSON.stringify({ name: "shop", dependencies }),
    });
    const { out } = await init(join(folder, "packages/shop"));
    expect(out).toContain(`Next, run:
  pnpm add @bufbuild/protobuf
  pnpm exec buf generate
Generated code imports @bufbuild/protobuf, so your own package.json must name it.
`);
  });

  it("say which package.json is broken", async () => {
    const folder = protoFolder({ "package.json": "{" });
    expect((await init(folder)).err).toMatch(/^rich-errors: \S+package\.json is not JSON: [^\n]+\n$/);
  });
});
