import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { protoFolder } from "../../support/proto-folder.js";
import { ANNOTATION, CODES, init, lint, own, SERVICE } from "../init.js";

describe("rich-errors init where google.rpc exists", () => {
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
