import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { protoFolder } from "../../support/proto-folder.js";
import { ANNOTATION, filesIn, init, lint, own, SERVICE } from "../init.js";

describe("rich-errors init with a buf.yaml", () => {
  it("adds to version 2, and keeps everything else", async () => {
    const before = `# Ours.
version: v2
modules:
  - path: api   # the public one
    name: buf.build/acme/shop
lint:
  use: [STANDARD, COMMENTS]
  except:
    - SERVICE_SUFFIX
  ignore: [api/old]
`;
    const folder = protoFolder({
      "buf.yaml": before,
      "api/acme/shop/v1/shop.proto": SERVICE.replace(/^(service|message| {2}rpc)/gm, "// x\n$1"),
    });
    const { files } = await init(folder);
    expect(files["buf.yaml"]).toBe(before.replace("api/old]", "api/old, api/google/rpc/code.proto, api/richerrors]"));
    await lint(folder);
  });

  it("adds to the lint settings of a module", async () => {
    const before = `version: v2
modules:
  - path: proto
    lint:
      use:
        - MINIMAL
  - path: other
`;
    const folder = protoFolder({
      "buf.yaml": before,
      "other/b.proto": 'syntax = "proto3";\npackage b;\n',
      "proto/acme/shop/v1/shop.proto": SERVICE,
    });
    const { files } = await init(folder);
    expect(files["buf.yaml"]).toBe(
      before.replace(
        "- MINIMAL\n",
        "- MINIMAL\n      ignore:\n        - proto/google/rpc/code.proto\n        - proto/richerrors\n",
      ),
    );
    expect(files["buf.gen.yaml"]).toContain("inputs:\n  - directory: proto\n");
    await lint(folder, "proto");
  });

  it("names an error as buf does where a word begins with a digit", async () => {
    const folder = protoFolder({
      "package.json": '{"name": "shop-2go"}',
      "buf.yaml": "version: v2\nmodules:\n  - path: a\n",
    });
    const { files } = await init(folder);
    expect(files["a/shop_2go/v1/errors.proto"]).toContain("SHOP2GO_ERROR_ITEM_NOT_FOUND = 1");
    await lint(folder, "a");
  });

  it("stays with the module that has the annotation", async () => {
    const folder = protoFolder({ "buf.yaml": "version: v2\nmodules:\n  - path: a\n  - path: b\n" });
    const { files } = await init(folder, "--proto", "b");
    expect(Object.keys(files)).toContain(`b/${ANNOTATION}`);
    const again = await init(folder);
    expect(again.files).toEqual(files);
    await lint(folder, "b");
  });

  it("adds to what a module includes", async () => {
    const before = "version: v2\nmodules:\n  - path: proto\n    includes: [proto/acme]\n";
    const folder = protoFolder({ "buf.yaml": before, "proto/acme/shop/v1/shop.proto": SERVICE });
    const { files } = await init(folder);
    expect(files["buf.yaml"]).toContain("includes: [proto/acme, proto/google/rpc, proto/richerrors]\n");
    await lint(folder);
  });

  it.each([
    [
      "version: v1\n",
      "version: v1\nlint:\n  ignore:\n    - google/rpc/code.proto\n    - richerrors\nbuild:\n  excludes:\n    - node_modules\n",
    ],
    [
      "version: v2\n",
      "version: v2\nlint:\n  ignore:\n    - google/rpc/code.proto\n    - richerrors\nmodules:\n  - path: .\n    excludes:\n      - node_modules\n",
    ],
    [
      "version: v2\nmodules:\n  - path: .\n    excludes: [node_modules]\n",
      "version: v2\nmodules:\n  - path: .\n    excludes: [node_modules]\nlint:\n  ignore:\n    - google/rpc/code.proto\n    - richerrors\n",
    ],
  ])("keeps installed protos out of a module around them: %j", async (before, after) => {
    const folder = protoFolder({
      "buf.yaml": before,
      "acme/shop/v1/shop.proto": SERVICE,
      [`node_modules/grpc-rich-errors/proto/${ANNOTATION}`]: own(ANNOTATION),
    });
    const { files, code, err } = await init(folder);
    expect({ code, err, yaml: files["buf.yaml"] }).toEqual({ code: 0, err: "", yaml: after });
    await lint(folder);
  });

  it("says what to write if the module around installed protos has a name", async () => {
    const folder = protoFolder({
      "buf.yaml": "version: v2\nname: buf.build/acme/shop\n",
      "acme/shop/v1/shop.proto": SERVICE,
    });
    const before = filesIn(folder);
    expect(await init(folder)).toEqual({
      code: 2,
      out: "",
      err: "rich-errors: buf.yaml would compile the protos in node_modules; write modules: [{path: ., name: buf.build/acme/shop, excludes: [node_modules]}] instead of name: buf.build/acme/shop\n",
      files: before,
    });
  });

  it("works in a workspace of version 1", async () => {
    const folder = protoFolder({
      "buf.work.yaml": "version: v1\ndirectories:\n  - proto\n  - third_party\n",
      "proto/acme/shop/v1/shop.proto": SERVICE,
      "third_party/x.proto": 'syntax = "proto3";\n',
    });
    const { files } = await init(folder);
    expect(files["proto/buf.yaml"]).toBe(
      "version: v1\nlint:\n  ignore:\n    - google/rpc/code.proto\n    - richerrors\n",
    );
    expect(files["buf.yaml"]).toBeUndefined();
    await lint(folder, "proto");
  });

  it("works with a buf.yaml below, and generates from there", async () => {
    const folder = protoFolder({
      "proto/buf.yaml": "version: v1\n",
      "buf.gen.yaml": "version: v1\nplugins:\n  - plugin: ts_proto\n    out: src/gen\n",
      "proto/acme/shop/v1/shop.proto": SERVICE,
    });
    const { out, files } = await init(folder);
    expect(out).toContain("  npx buf generate proto\n");
    expect(files["buf.yaml"]).toBeUndefined();
    await lint(folder, "proto");
  });

  it("works in a package below the buf.yaml of a repository", async () => {
    const folder = protoFolder({
      "buf.yaml": "version: v2\nmodules:\n  - path: packages/a/proto\n  - path: packages/b/proto\n",
      "packages/a/proto/a.proto": 'syntax = "proto3";\npackage a;\n',
      "packages/b/proto/acme/shop/v1/shop.proto": SERVICE,
    });
    await init(join(folder, "packages/b"), "--proto", "proto");
    const files = filesIn(folder);
    expect(Object.keys(files)).toContain(`packages/b/proto/${ANNOTATION}`);
    expect(files["packages/b/buf.gen.yaml"]).toContain("directory: proto\n");
    await lint(folder, "packages/b/proto");
  });

  it.each([
    [
      "version: v1beta1\n",
      "buf.yaml has the version v1beta1; rich-errors init works with v1 and v2, so run buf config migrate first",
    ],
    [
      "modules: []\n",
      "buf.yaml has no version; rich-errors init works with v1 and v2, so run buf config migrate first",
    ],
    [
      "version: v2\nlint: {ignore: proto}\n",
      "buf.yaml: lint.ignore is not a plain list; add to it by hand: google/rpc/code.proto, richerrors",
    ],
    [
      "version: v2\nmodules:\n  - path: node_modules/x\n",
      "buf.yaml has only modules in node_modules; add the folder of your own protos",
    ],
  ])("says what it cannot work with: %j", async (text, message) => {
    const folder = protoFolder({ "buf.yaml": text });
    expect(await init(folder)).toEqual({
      code: 2,
      out: "",
      err: `rich-errors: ${message}\n`,
      files: { "buf.yaml": text },
    });
  });

  it("refuses a --proto that is not a module", async () => {
    const folder = protoFolder({ "buf.yaml": "version: v2\nmodules:\n  - path: a\n  - path: b\n", "c/x.proto": "" });
    expect((await init(folder, "--proto", "a/x")).err).toBe(
      "rich-errors: --proto a/x is not a module in buf.yaml; write a or b\n",
    );
  });

  it("refuses a --proto outside, and changes nothing there or in buf.yaml", async () => {
    const config = "version: v2\nmodules:\n  - path: a\n";
    const folder = protoFolder({ "own/buf.yaml": config });
    expect(await init(join(folder, "own"), "--proto", "../other")).toEqual({
      code: 2,
      out: "",
      err:
        "rich-errors: --proto ../other is not in the current folder; buf.yaml can only name folders below it, so run " +
        "rich-errors init above both\n",
      files: { "buf.yaml": config },
    });
    expect(filesIn(folder)).toEqual({ "own/buf.yaml": config });
  });

  it("reads files with byte order marks, and keeps the marks", async () => {
    const config = "\ufeffversion: v2\nmodules:\n  - path: a\n";
    const { code, err, files } = await init(protoFolder({ "buf.yaml": config, "package.json": '\ufeff{"name": "x"}' }));
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(files["buf.yaml"]).toMatch(/^\ufeffversion: v2\nmodules:\n {2}- path: a\nlint:\n {2}ignore:\n/);
  });
});
