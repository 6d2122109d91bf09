import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { protoFolder } from "../../support/proto-folder.js";
import { ANNOTATION, buf, CODES, commit, filesIn, init, lint, own } from "../init.js";

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

  it.each(["buf.yaml", "buf.gen.yaml", "proto/richerrors/v1/annotations.proto"])(
    "says in one line that %s is a folder",
    async (path) => {
      const { code, err } = await init(protoFolder({ [`${path}/x`]: "" }));
      expect({ code, err }).toEqual({ code: 2, err: "rich-errors: EISDIR: illegal operation on a directory, read\n" });
    },
  );
});
