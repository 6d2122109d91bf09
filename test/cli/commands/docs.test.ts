import { mkdtemp, readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { run } from "../fake-terminal.js";
import { HEAD, imageOf, protoWith } from "../images.js";

describe("rich-errors docs", () => {
  let image: Uint8Array;
  beforeAll(async () => {
    image = await imageOf({
      ...protoWith('message: "gone"'),
      "other.proto": `${HEAD.replace("shop.v1", "other.v1")}
        enum OtherError {
          option (richerrors.v1.error_enum) = {domain: "other/things"};
          OTHER_ERROR_UNSPECIFIED = 0;
          OTHER_ERROR_LOST = 1 [(richerrors.v1.error) = {status_code: DATA_LOSS}];
        }`,
    });
  });

  it("prints all pages one after the other", async () => {
    const { code, out, err } = await run(["docs", "-"], { stdin: image });
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out.match(/^# .*$/gm)).toEqual(["# Errors of `other/things`", "# Errors of `shop.v1`"]);
  });

  it("writes a folder with a page for each domain and an index", async () => {
    const cwd = await mkdtemp(join(tmpdir(), "docs-"));
    const { code, out, err } = await run(["docs", "-", "-o", "out/errors"], { stdin: image, cwd });
    expect({ code, out }).toEqual({ code: 0, out: "" });
    expect(err.split("\n")).toContain("rich-errors: wrote out/errors/shop.v1.md");
    expect(await readdir(join(cwd, "out/errors"))).toEqual(["index.md", "other-things.md", "shop.v1.md"]);
    expect(await readFile(join(cwd, "out/errors/index.md"), "utf8")).toContain(
      "| [other/things](other-things.md) | 1 |",
    );
  });

  it("writes one file if its name ends with .md, and for the other formats", async () => {
    const cwd = await mkdtemp(join(tmpdir(), "docs-"));
    await run(["docs", "-", "-o", "errors.md"], { stdin: image, cwd });
    await run(["docs", "-", "-o", "errors.json", "--format", "openapi"], { stdin: image, cwd });
    expect(await readFile(join(cwd, "errors.md"), "utf8")).toContain('<a id="other/things/LOST"></a>');
    expect(JSON.parse(await readFile(join(cwd, "errors.json"), "utf8"))).toMatchObject({ openapi: "3.1.1" });
  });

  it("prints the same JSON as catalog", async () => {
    const [docs, catalog] = await Promise.all(
      ["docs", "catalog"].map((command) => run([command, "-", "--format", "json"], { stdin: image })),
    );
    expect(docs).toEqual(catalog);
  });

  it("says why a file cannot be written", async () => {
    const cwd = await mkdtemp(join(tmpdir(), "docs-"));
    await run(["docs", "-", "-o", "errors.md"], { stdin: image, cwd });
    const { code, err } = await run(["docs", "-", "-o", "errors.md/x.md"], { stdin: image, cwd });
    expect(code).toBe(2);
    expect(err).toMatch(/^rich-errors: cannot write errors\.md\/x\.md: .*(EEXIST|ENOTDIR)/);
  });

  it("says that the input declares no errors", async () => {
    const stdin = await imageOf({ "empty.proto": 'syntax = "proto3"; package empty;' });
    expect(await run(["docs", "-"], { stdin })).toEqual({
      code: 2,
      out: "",
      err: "rich-errors: - declares no errors\n",
    });
  });
});
