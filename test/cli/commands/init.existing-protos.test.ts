import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { protoFolder } from "../../support/proto-folder.js";
import { ANNOTATION, buf, commit, filesIn, init, lint, SERVICE } from "../init.js";

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
