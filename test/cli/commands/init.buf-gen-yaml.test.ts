import { describe, expect, it } from "vitest";
import { protoFolder } from "../../support/proto-folder.js";
import { filesIn, init } from "../init.js";

describe("rich-errors init with a buf.gen.yaml", () => {
  const generate = async (text: string, name = "buf.gen.yaml") => {
    const folder = protoFolder({ [name]: text });
    const { out, files } = await init(folder);
    return { out, added: files[name]?.startsWith(text) ? files[name].slice(text.length) : files[name], files };
  };

  it.each<[string, string, string]>([
    [
      "version 2",
      "version: v2\nplugins:\n  # Theirs.\n  - local: protoc-gen-ts_proto\n    out: src/gen\n    opt: [snakeToCamel=keys,  importSuffix=.js]\n",
      "  - local: protoc-gen-rich-errors\n    out: src/gen\n    strategy: all\n",
    ],
    [
      "no import suffix",
      "version: v2\nplugins:\n  - local: [npx, protoc-gen-ts_proto]\n    out: src\n    opt: esModuleInterop=true,outputServices=grpc-js\n",
      "  - local:\n      - npx\n      - protoc-gen-rich-errors\n    out: src\n    strategy: all\n    opt:\n      - esModuleInterop=true\n      - outputServices=grpc-js\n      - importSuffix=\n",
    ],
    [
      "a path",
      "version: v2\nplugins:\n  - local: ./node_modules/.bin/protoc-gen-ts_proto\n    out: .\n    opt: importSuffix=.ts\n",
      "  - local: ./node_modules/.bin/protoc-gen-rich-errors\n    out: .\n    strategy: all\n    opt:\n      - importSuffix=.ts\n",
    ],
    [
      "names of its own",
      "version: v2\nplugins:\n  - local: protoc-gen-ts_proto\n    out: gen\n    opt: [importSuffix=.js, snakeToCamel=false, fileSuffix=.pb, newOption=1]\n",
      "  - local: protoc-gen-rich-errors\n    out: gen\n    strategy: all\n    opt:\n      - importSuffix=.js\n      - snakeToCamel=false\n      - fileSuffix=.pb\n",
    ],
    [
      "a list with an anchor",
      "version: v2\nplugins:\n  - local: protoc-gen-es\n    out: es\n    opt: &options [importSuffix=.js]\n  - local: protoc-gen-ts_proto\n    out: gen\n    opt: *options\n",
      "  - local: protoc-gen-rich-errors\n    out: gen\n    strategy: all\n",
    ],
    [
      "a script",
      "version: v2\nplugins:\n  - local: [node, node_modules/ts-proto/protoc-gen-ts_proto]\n    out: gen\n    opt: importSuffix=.js\n",
      "  - local: protoc-gen-rich-errors\n    out: gen\n    strategy: all\n",
    ],
    [
      "a remote plugin",
      "version: v2\nplugins:\n  - remote: buf.build/community/stephenh-ts-proto:v2.6.1\n    out: gen\n    opt: importSuffix=.js\n",
      "  - local: protoc-gen-rich-errors\n    out: gen\n    strategy: all\n",
    ],
    [
      "version 1",
      "version: v1\nplugins:\n  - plugin: ts_proto\n    path: node_modules/.bin/protoc-gen-ts_proto\n    out: gen\n    opt:\n      - importSuffix=.js\n",
      "  - plugin: rich-errors\n    path: node_modules/.bin/protoc-gen-rich-errors\n    out: gen\n    strategy: all\n",
    ],
    [
      "an older version 1",
      "version: v1\nplugins:\n  - name: ts_proto\n    out: gen\n    opt: importSuffix=.js\n",
      "  - plugin: rich-errors\n    out: gen\n    strategy: all\n",
    ],
  ])("follows ts-proto: %s", async (_, text, added) => {
    expect((await generate(text)).added).toBe(added);
  });

  it.each([
    [
      "version: v2\nplugins:\n  - local: protoc-gen-grpc-web\n    out: src/gen\n",
      "  - local: protoc-gen-ts_proto\n    out: gen\n    exclude_types:\n",
    ],
    ["version: v1\nplugins:\n  - plugin: go\n    out: go\n", "  - plugin: ts_proto\n    out: gen\n    opt:\n"],
  ])("adds ts-proto to the plugins of others: %j", async (text, added) => {
    const { added: all = "" } = await generate(text);
    expect(all.startsWith(added)).toBe(true);
    expect(all).toMatch(/(local: protoc-gen-|plugin: )rich-errors\n {4}out: gen\n {4}strategy: all\n$/);
  });

  it.each<[string, string, string]>([
    [
      "its options",
      "version: v2\nplugins:\n  - local: protoc-gen-es\n    out: src/gen\n    opt: [target=ts, import_extension=js]\n",
      "  - local: protoc-gen-rich-errors\n    out: src/gen\n    strategy: all\n    opt:\n" +
        "      - runtime=es\n      - target=ts\n      - import_extension=js\n",
    ],
    [
      "without options",
      "version: v2\nplugins:\n  - local: [npx, protoc-gen-es]\n    out: gen\n    include_imports: true\n",
      "  - local:\n      - npx\n      - protoc-gen-rich-errors\n    out: gen\n    strategy: all\n    opt:\n" +
        "      - runtime=es\n      - import_extension=none\n",
    ],
    [
      "a remote plugin",
      "version: v2\nplugins:\n  - remote: buf.build/bufbuild/es:v2.13.0\n    out: gen\n    opt: import_extension=ts,newOption=1\n",
      "  - local: protoc-gen-rich-errors\n    out: gen\n    strategy: all\n    opt:\n" +
        "      - runtime=es\n      - import_extension=ts\n",
    ],
  ])("follows protoc-gen-es if ts-proto is missing: %s", async (_, text, added) => {
    const { added: all, out } = await generate(text);
    expect(all).toBe(added);
    expect(out).toContain("npm install --save-dev @bufbuild/buf @bufbuild/protoc-gen-es typescript @types/node");
    expect(out).toContain('throw new ItemNotFoundError({ itemId: "i-7" });');
  });

  it("names properties as ts-proto does", async () => {
    const { out } = await generate(
      "version: v2\nplugins:\n  - local: protoc-gen-ts_proto\n    out: gen\n    opt: [snakeToCamel=false]\n",
    );
    expect(out).toContain(
      '({ item_id: "i-7" });\n  if (error instanceof ItemNotFoundError) console.log(error.detail.item_id);',
    );
  });

  it("uses the template that has ts-proto", async () => {
    const folder = protoFolder({
      "buf.gen.yaml": "version: v2\nplugins:\n  - local: protoc-gen-go\n    out: go\n",
      "buf.gen.ts.yaml": "version: v2\nplugins:\n  - local: protoc-gen-ts_proto\n    out: ts\n",
    });
    const before = filesIn(folder);
    const { out, files } = await init(folder);
    expect(files["buf.gen.yaml"]).toBe(before["buf.gen.yaml"]);
    expect(files["buf.gen.ts.yaml"]).toContain("protoc-gen-rich-errors");
    expect(out).toContain("  npx buf generate --template buf.gen.ts.yaml\n");
    expect(out).toContain('"./ts/');
  });

  it("says what it cannot work with", async () => {
    expect((await init(protoFolder({ "buf.gen.yaml": "version: v1beta1\n" }))).err).toBe(
      "rich-errors: buf.gen.yaml has the version v1beta1; run buf config migrate, or write version: v2\n",
    );
  });
});
