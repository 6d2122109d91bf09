import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT, runTool } from "../../plugin/compile.js";
import { protoFolder } from "../../support/proto-folder.js";
import { run } from "../fake-terminal.js";

const ANNOTATION = "richerrors/v1/annotations.proto";
const CODES = "google/rpc/code.proto";
const SERVICE = `syntax = "proto3";

package acme.shop.v1;

option go_package = "example.com/acme/shop/v1;shopv1";
option java_package = "com.acme.shop.v1";

service ShopService {
  rpc GetItem(GetItemRequest) returns (GetItemResponse);
}

message GetItemRequest {}

message GetItemResponse {}
`;
const own = (path: string) => readFileSync(join(ROOT, "proto", path), "utf8");

/** Runs `rich-errors init` in a folder. Returns what it printed, and the texts of the folder's files. */
async function init(folder: string, ...args: string[]) {
  const { code, out, err } = await run(["init", ...args], { cwd: folder });
  return { code, out, err, files: filesIn(folder) };
}

function filesIn(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => !/^\.git\b/.test(name));
  const paths = names.filter((name) => statSync(join(folder, name)).isFile()).sort();
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(folder, path), "utf8")]));
}

function commit(folder: string): void {
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=x", "-c", "user.email=x@example.com", ...args], { cwd: folder });
  git("init", "--quiet", "--initial-branch=main");
  git("add", "--all");
  git("commit", "--quiet", "--allow-empty", "--message=x");
}

/** Compiles and lints a folder as its owner does. */
async function lint(folder: string, ...args: string[]): Promise<void> {
  await buf(folder, "lint", ...args);
  await buf(folder, "build", ...args);
}

async function buf(folder: string, ...args: string[]): Promise<void> {
  try {
    await runTool("buf", args, folder);
  } catch (error) {
    throw new Error(`buf ${args.join(" ")}: ${Reflect.get(Object(error), "stdout")}`, { cause: error });
  }
}

describe("rich-errors init in an empty folder", () => {
  it("makes everything that buf generate needs, and a first error", async () => {
    const folder = protoFolder({ "package.json": JSON.stringify({ name: "@acme/web-shop" }) });
    const { code, out, err, files } = await init(folder);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatchInlineSnapshot(`
      "created  buf.gen.yaml
      created  buf.yaml
      created  proto/google/rpc/code.proto
      created  proto/richerrors/v1/annotations.proto
      created  proto/web_shop/v1/errors.proto

      Next, run:
        npm install grpc-rich-errors @grpc/grpc-js @bufbuild/protobuf
        npm install --save-dev @bufbuild/buf ts-proto typescript @types/node
        npx buf generate
      Generated code imports @bufbuild/protobuf, so your own package.json must name it.

      Then throw the first error on a server, and catch it on a client:
        import { ItemNotFoundError } from "./gen/web_shop/v1/errors.rich.js";
        throw new ItemNotFoundError({ itemId: "i-7" });
        if (error instanceof ItemNotFoundError) console.log(error.detail.itemId);

      See https://github.com/grpc-rich-errors/grpc-rich-errors/blob/main/docs/setup.md
      "
    `);
    const { "package.json": _, ...created } = files;
    expect(Object.keys(created)).toEqual([
      "buf.gen.yaml",
      "buf.yaml",
      `proto/${CODES}`,
      `proto/${ANNOTATION}`,
      "proto/web_shop/v1/errors.proto",
    ]);
    expect([created[`proto/${ANNOTATION}`], created[`proto/${CODES}`]]).toEqual([own(ANNOTATION), own(CODES)]);
    expect(created["buf.yaml"]).toMatchInlineSnapshot(`
      "version: v2
      modules:
        - path: proto
      lint:
        ignore:
          - proto/google/rpc/code.proto
          - proto/richerrors
      "
    `);
    expect(created["buf.gen.yaml"]).toMatchInlineSnapshot(`
      "version: v2
      inputs:
        - directory: proto
          exclude_paths:
            - proto/google/rpc/code.proto
            - proto/richerrors
      plugins:
        - local: protoc-gen-ts_proto
          out: gen
          exclude_types:
            - richerrors.v1
          opt:
            - outputServices=grpc-js
            - forceLong=bigint
            - oneof=unions-value
            - esModuleInterop=true
            - importSuffix=.js
        - local: protoc-gen-rich-errors
          out: gen
          strategy: all
      "
    `);
    expect(created["proto/web_shop/v1/errors.proto"]).toMatchInlineSnapshot(`
      "syntax = "proto3";

      package web_shop.v1;

      import "richerrors/v1/annotations.proto";

      // The errors of web_shop.v1.
      enum WebShopError {
        // Not an error.
        WEB_SHOP_ERROR_UNSPECIFIED = 0;

        // The item does not exist. Replace this example with an error of yours.
        WEB_SHOP_ERROR_ITEM_NOT_FOUND = 1 [(richerrors.v1.error) = {
          status_code: NOT_FOUND
          has_details: true
          message: "item {item_id} does not exist"
        }];
      }

      // The detail of ITEM_NOT_FOUND.
      message ItemNotFoundErrorDetails {
        // The requested item.
        string item_id = 1;
      }
      "
    `);
    await lint(folder);
    await buf(folder, "format", "--exit-code");
  });

  it("changes nothing the second time, also after the first error is gone", async () => {
    const folder = protoFolder({ "proto/a.proto": `syntax = "proto3";\nimport "${ANNOTATION}";\n` });
    const { files } = await init(folder);
    expect(Object.keys(files)).not.toContain("proto/errors.proto");
    const again = await init(folder);
    expect(again.files).toEqual(files);
    expect(again.out).toMatch(/^Nothing to change: everything is set up\.\n\nNext, run:\n/);
  });

  it("says how to make a package.json", async () => {
    const { out } = await init(protoFolder({}));
    expect(out).toContain(
      "Next, run:\n  npm init -y\n  npm install grpc-rich-errors @grpc/grpc-js @bufbuild/protobuf\n",
    );
  });

  it("prints the differences with --dry-run, which git applies", async () => {
    const folder = protoFolder({ "buf.yaml": "version: v2\nmodules:\n  - path: proto # ours\n" });
    commit(folder);
    const before = filesIn(folder);
    const { out, err, files } = await init(folder, "--dry-run");
    expect(err).toBe("");
    expect(files).toEqual(before);
    expect(out).toContain(
      "--- a/buf.yaml\n+++ b/buf.yaml\n@@ -1,3 +1,7 @@\n version: v2\n modules:\n   - path: proto # ours\n+lint:\n",
    );
    expect(out).toContain("--- /dev/null\n+++ b/buf.gen.yaml\n");
    execFileSync("git", ["apply", "-"], { cwd: folder, input: out });
    expect(await init(folder, "--dry-run")).toMatchObject({ code: 0, out: "", err: "" });
    expect((await init(folder)).out).toMatch(/^Nothing to change/);
  });

  it("updates the copies of an older version", async () => {
    const folder = protoFolder({});
    await init(folder);
    const { files } = await init(protoFolder({ ...filesIn(folder), [`proto/${ANNOTATION}`]: "// old\n" }));
    expect(files).toEqual(filesIn(folder));
  });
});

describe("rich-errors init in a repository with protos", () => {
  it("declares the first error in the package of the first service, with its options for other languages", async () => {
    const folder = protoFolder({
      "proto/acme/shop/v1/shop.proto": SERVICE,
      "proto/acme/base/v1/base.proto": `syntax = "proto3";\n\npackage acme.base.v1;\n`,
    });
    const { files } = await init(folder);
    const error = files["proto/acme/shop/v1/errors.proto"];
    expect(error).toContain(`package acme.shop.v1;

import "richerrors/v1/annotations.proto";

option go_package = "example.com/acme/shop/v1;shopv1";
option java_package = "com.acme.shop.v1";

// The errors of acme.shop.v1.
enum ShopError {`);
    await lint(folder);
    await buf(folder, "format", "--exit-code");
  });

  it.each([
    ["protos/acme/shop/v1/shop.proto", "protos"],
    ["src/rpc/shop.proto", "src/rpc"],
    ["shop.proto", "."],
  ])("finds the folder that %s is imported from", async (path, proto) => {
    const { files } = await init(protoFolder({ [path]: SERVICE }));
    expect(files["buf.yaml"]).toContain(`  - path: ${proto}\n`);
    expect(Object.keys(files)).toContain(join(proto, ANNOTATION));
  });

  it("asks for --proto if it cannot know the folder", async () => {
    const folder = protoFolder({ "a/x.proto": SERVICE, "b/y.proto": SERVICE });
    expect(await init(folder)).toMatchObject({
      code: 2,
      out: "",
      err: "rich-errors: the protos are in 2 folders; write --proto with one of them: a or b\n",
    });
    expect((await init(folder, "--proto", "b")).files["buf.yaml"]).toContain("  - path: b\n");
  });

  it("leaves a published enum alone, and says how to annotate it", async () => {
    const published = `syntax = "proto3";\n\npackage acme.shop.v1;\n\nenum ShopError {\n  SHOP_ERROR_UNSPECIFIED = 0;\n}\n`;
    const folder = protoFolder({ "proto/acme/shop/v1/codes.proto": published });
    const { out, files } = await init(folder);
    expect(Object.keys(files).filter((path) => path.includes("acme"))).toEqual(["proto/acme/shop/v1/codes.proto"]);
    expect(out).toContain(`
proto/acme/shop/v1/codes.proto is in the way of a first error. Declare one there yourself:
  import "richerrors/v1/annotations.proto";
and annotate a value of an enum, where NOT_FOUND stands for any gRPC status code:
  MY_ERROR = 1 [(richerrors.v1.error) = {status_code: NOT_FOUND}];
`);
  });

  it("keeps buf breaking working against git", async () => {
    const folder = protoFolder({
      "buf.yaml": "version: v2\nmodules:\n  - path: proto\nbreaking:\n  use: [FILE]\n",
      "proto/acme/shop/v1/shop.proto": SERVICE,
    });
    commit(folder);
    await init(folder);
    await buf(folder, "breaking", "--against", ".git");
    commit(folder);
    await buf(folder, "breaking", "--against", ".git");
    const broken = { ...filesIn(folder) };
    broken["proto/acme/shop/v1/errors.proto"] =
      broken["proto/acme/shop/v1/errors.proto"]?.replace("item_id = 1", "item_id = 2") ?? "";
    const changed = protoFolder(broken);
    await expect(buf(changed, "breaking", "--against", join(folder, ".git"))).rejects.toThrow("item_id");
  });
});

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
});

describe("rich-errors init where google.rpc exists", () => {
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

  it.each(["buf.yaml", "buf.gen.yaml", "proto/richerrors/v1/annotations.proto"])(
    "says in one line that %s is a folder",
    async (path) => {
      const { code, err } = await init(protoFolder({ [`${path}/x`]: "" }));
      expect({ code, err }).toEqual({ code: 2, err: "rich-errors: EISDIR: illegal operation on a directory, read\n" });
    },
  );

  it("copies only the annotation if a module has google/rpc/code.proto", async () => {
    const folder = protoFolder({
      "buf.yaml": "version: v2\nmodules:\n  - path: googleapis\n  - path: proto\nlint:\n  ignore: [googleapis]\n",
      [`googleapis/${CODES}`]: own(CODES),
      "proto/acme/shop/v1/shop.proto": SERVICE,
    });
    const { files, err } = await init(folder);
    expect(err).toBe("");
    expect(Object.keys(files).filter((path) => path.endsWith("code.proto"))).toEqual([`googleapis/${CODES}`]);
    expect(files["buf.yaml"]).toContain("  ignore: [googleapis, proto/richerrors]\n");
    await lint(folder);
  });

  it.each([
    { "buf.yaml": "version: v2\nmodules:\n  - path: proto\ndeps:\n  - buf.build/googleapis/googleapis:abc\n" },
    { "buf.yaml": "version: v1\ndeps: [buf.build/googleapis/googleapis]\n" },
    {
      "buf.yaml": "version: v2\nmodules:\n  - path: proto\ndeps:\n  - buf.build/envoyproxy/envoy\n",
      "buf.lock": "version: v2\ndeps:\n  - name: buf.build/googleapis/googleapis\n    commit: abc\n    digest: b5:x\n",
    },
    {
      "buf.work.yaml": "version: v1\ndirectories: [proto]\n",
      "proto/buf.yaml": "version: v1\ndeps:\n  - buf.build/grpc/grpc\n",
      "proto/buf.lock":
        "version: v1\ndeps:\n  - remote: buf.build\n    owner: googleapis\n    repository: googleapis\n    commit: abc\n",
    },
  ])("copies only the annotation if googleapis is a dependency: %j", async (config) => {
    const { files } = await init(protoFolder(config));
    const copies = Object.keys(files).filter((path) => /annotations|code\.proto/.test(path));
    expect(copies).toEqual([expect.stringMatching(/richerrors\/v1\/annotations\.proto$/)]);
  });

  it("says to delete the copy if googleapis became a dependency later", async () => {
    const folder = protoFolder({});
    const { files } = await init(folder);
    const text = `${files["buf.yaml"]}deps:\n  - buf.build/googleapis/googleapis\n`;
    expect((await init(protoFolder({ ...files, "buf.yaml": text }))).err).toBe(
      `rich-errors: proto/${CODES} is also in buf.build/googleapis/googleapis. buf accepts a file only once, so delete yours.\n`,
    );
  });

  it("keeps a google/rpc/code.proto of the user's own", async () => {
    const mine = own(CODES).replace("syntax", "// Ours.\nsyntax");
    const folder = protoFolder({ "proto/acme/shop/v1/shop.proto": SERVICE, [`proto/${CODES}`]: mine });
    expect((await init(folder)).files[`proto/${CODES}`]).toBe(mine);
  });

  it("leaves a project alone that has the annotation from node_modules", async () => {
    const buf = "version: v2\nmodules:\n  - path: proto\n  - path: node_modules/grpc-rich-errors/proto\n";
    const folder = protoFolder({
      "buf.yaml": buf,
      "proto/acme/shop/v1/shop.proto": SERVICE,
      [`node_modules/grpc-rich-errors/proto/${ANNOTATION}`]: own(ANNOTATION),
    });
    const { files, err } = await init(folder);
    expect(files["buf.yaml"]).toBe(buf);
    expect(existsSync(join(folder, "proto", ANNOTATION))).toBe(false);
    expect(err).toBe(
      "rich-errors: buf.yaml has the annotation from node_modules/grpc-rich-errors/proto. To copy it instead, remove that module and run this again.\n",
    );
  });
});

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
