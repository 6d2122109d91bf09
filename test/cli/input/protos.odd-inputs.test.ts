import { mkdirSync, writeFileSync } from "node:fs";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { main } from "../../../src/cli/main.js";
import { createWorkspace, ROOT, runTool } from "../../plugin/compile.js";
import { protoFolder } from "../../support/proto-folder.js";
import { fakeTerminal, run } from "../fake-terminal.js";
import { imageOf, protoWith } from "../images.js";

const PROTO = `syntax = "proto3";
package shop.v1;
import "richerrors/v1/annotations.proto";
enum OrderError {
  ORDER_ERROR_UNSPECIFIED = 0;
  ORDER_ERROR_GONE = 1 [(richerrors.v1.error) = {status_code: NOT_FOUND}];
}
`;
const BROKEN = 'syntax = "proto3";\nmessage M { Nothing a = 1; }\n';

/** Names that buf, a shell, an option parser or a terminal could misread. */
const NAMES = [
  "--weird",
  "--format",
  "--format=json",
  "-x",
  "--",
  "-",
  "with space",
  "a,b",
  'quote"d',
  "it's",
  "a#format=zip",
  "repository.git",
  "archive.tar.gz",
  "image.binpb",
  "folder.proto",
  "$HOME",
  "*",
  "two\nlines",
  "\u001b[31mred",
  "日本",
  "[1]",
  "%20",
  "..dots",
];

function inFolder(cwd: string, path: string) {
  return run(["catalog", "--format", "csv", "--", path === "-" ? "./-" : path], { cwd });
}

describe("a directory with the name", () => {
  it.each(NAMES)("%j is listed alone, as a part of a module, and with the protos of this package", async (name) => {
    const whole = protoFolder({ [`${name}/shop.proto`]: PROTO });
    const { code, out, err } = await inFolder(whole, name);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out.match(/,GONE,/g)).toHaveLength(1);

    const module = protoFolder({
      "buf.yaml": "version: v2\nmodules:\n  - path: .\n",
      [`${name}/shop.proto`]: PROTO,
      "other/other.proto": PROTO.replaceAll("shop", "other"),
    });
    const part = await inFolder(module, name);
    expect(part).toMatchObject({ code: 0, err: "" });
    expect(part.out.match(/,GONE,/g)).toHaveLength(1);
    await cp(join(ROOT, "proto/google"), join(module, "google"), { recursive: true });
    await cp(join(ROOT, "proto/richerrors"), join(module, "richerrors"), { recursive: true });
    expect((await inFolder(module, name)).out.match(/,GONE,/g)).toHaveLength(1);
  });

  it.each(NAMES)(
    "%j appears on one line of a message if its protos do not compile, or if it has none",
    async (name) => {
      const folder = protoFolder({ [`${name}/shop.proto`]: BROKEN });
      mkdirSync(join(folder, "empty", name), { recursive: true });
      const broken = await inFolder(folder, name);
      expect(broken.code).toBe(1);
      expect(broken.err.trimEnd().split("\n")).toEqual([expect.stringMatching(/shop\.proto:2:13: .*Nothing/)]);
      const empty = await inFolder(join(folder, "empty"), name);
      expect(empty).toMatchObject({ code: 2, out: "" });
      expect(empty.err).toMatch(/^rich-errors: [^\n]* contains no \.proto files\n$/);
      const missing = await inFolder(folder, join("empty", `${name}2`));
      expect(missing.err).toMatch(/^rich-errors: [^\n]* cannot be read: it does not exist\n$/);
      for (const { err } of [broken, empty, missing]) expect(err).not.toMatch(/(?!\n)\p{Cc}/u);
    },
  );
});

describe("an image", () => {
  it.each(NAMES)("in a file with the name %j is read", async (name) => {
    const folder = protoFolder({});
    writeFileSync(join(folder, name), await imageOf(protoWith("")));
    const { code, out, err } = await inFolder(folder, name);
    if (name.endsWith(".proto")) expect({ code, err }).toMatchObject({ code: 2 });
    else expect({ code, err, out }).toMatchObject({ code: 0, err: "", out: expect.stringContaining(",ORDER_GONE,") });
  });

  it("without end is rejected, and not kept in memory", async () => {
    const chunk = Buffer.alloc(2 ** 24, 10);
    const endless = Readable.from(
      (function* () {
        for (;;) yield chunk;
      })(),
    );
    const terminal = { ...fakeTerminal(), stdin: endless };
    expect(await main(["catalog", "-"], terminal)).toBe(2);
    expect(String(terminal.stderr.read())).toBe(
      "rich-errors: stdin is larger than 128 MiB, the maximum for an image\n",
    );
  });

  it("lists the errors of the user's own modules, and not those of packages in node_modules", async () => {
    const folder = protoFolder({
      "buf.yaml": "version: v2\nmodules:\n  - path: proto\n  - path: node_modules/grpc-rich-errors/proto\n",
      "proto/shop/v1/shop.proto": PROTO,
    });
    await cp(join(ROOT, "proto"), join(folder, "node_modules/grpc-rich-errors/proto"), { recursive: true });
    await runTool("buf", ["build", "-o", "image.binpb"], folder);
    await runTool("buf", ["build", "-o", "image.json"], folder);
    const directory = await run(["catalog", ".", "--format", "json"], { cwd: folder });
    expect(JSON.parse(directory.out).enums.map(({ name }: { name: string }) => name)).toEqual(["shop.v1.OrderError"]);
    for (const image of ["image.binpb", "image.json"]) {
      expect(await run(["catalog", image, "--format", "json"], { cwd: folder })).toEqual(directory);
      // Also outside of the workspace: the files of this package are never listed.
      const elsewhere = join(folder, image);
      expect(await run(["catalog", elsewhere, "--format", "json"], { cwd: protoFolder({}) })).toEqual(directory);
    }
  });

  it("lists a file of the user's with the same path as a file of this package", async () => {
    const own = PROTO.replace("shop.v1", "hapnd.v1");
    const folder = protoFolder({ "hapnd/v1/errors.proto": own });
    const workspace = await createWorkspace({ "hapnd/v1/errors.proto": own }, join(folder, "built"));
    await runTool("buf", ["build", "--path", "proto/hapnd", "-o", join(folder, "image.binpb")], workspace);
    const { out } = await run(["catalog", "image.binpb", "--format", "csv"], { cwd: folder });
    expect(out).toContain(",GONE,");
  });
});

describe("texts that control a terminal", () => {
  const CONTROL = /(?!\n)[\p{Cc}\u2028-\u202e\u2066-\u2069]/u;
  const annotation = 'labels: {key: "k" value: "\\033[2J\\302\\233m\\177\\342\\200\\256" } message: "\\342\\200\\256"';
  const above = "// A comment \u009b31m with \u202emarks\n// \u001b[31mand colors.";

  it.each(["table", "csv", "json"])("are visible in %s, and have no effect", async (format) => {
    const stdin = await imageOf(protoWith(annotation, { above }));
    const { code, out, err } = await run(["catalog", "-", "--format", format], { stdin });
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out.replaceAll("\r\n", "\n")).not.toMatch(CONTROL);
    expect(out).toMatch(format === "json" ? /\\u009bm/ : /\\u\{9b\}m/);
  });

  it("can be read from JSON unchanged", async () => {
    const stdin = await imageOf(protoWith(annotation));
    const { out } = await run(["catalog", "-", "--format", "json"], { stdin });
    expect(JSON.parse(out).enums[0].errors[0]).toMatchObject({
      labels: { k: "\u001b[2J\u009bm\u007f\u202e" },
      message: "\u202e",
    });
  });

  it.each([
    ["a label", "a;=1+1", /"k=a;=1\+1"/],
    ["a label", "a\\t=1+1", /"k=a\t=1\+1"/],
  ])("start no new cell of a spreadsheet within %s", async (_, value, cell) => {
    const stdin = await imageOf(protoWith(`labels: {key: "k" value: "${value}"}`));
    expect((await run(["catalog", "-", "--format", "csv"], { stdin })).out).toMatch(cell);
  });
});
