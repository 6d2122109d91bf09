import { readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { beforeAll, describe, expect, it, test } from "vitest";
import { readImage } from "../../../src/cli/input/buf.js";
import { Failure } from "../../../src/cli/input/command.js";
import { createWorkspace, runTool } from "../../plugin/compile.js";
import { run } from "../fake-terminal.js";
import { protoWith } from "../images.js";

const NOT_AN_IMAGE = /^rich-errors: it is neither an image from buf nor a descriptor set from protoc: ./;

/** Images of the same proto in every format of buf and protoc. */
const images: Record<string, Buffer> = {};
beforeAll(async () => {
  const folder = await createWorkspace(protoWith('detail_type: "shop.v1.Gone"', { rest: "message Gone {}" }), tmpdir());
  const outputs = ["a.binpb", "a.json", "names.json#use_proto_names=true", "a.binpb.gz", "a.json.gz"];
  const limits = ["--path", "proto/shop.proto"];
  const sets = ["--include_imports", "--include_source_info", "--descriptor_set_out=set.binpb"];
  await Promise.all([
    ...outputs.map((output) => runTool("buf", ["build", ...limits, "-o", output], folder)),
    runTool("buf", ["build", ...limits, "--as-file-descriptor-set", "-o", "set.json"], folder),
    runTool("buf", ["build", ...limits, "--exclude-source-info", "-o", "bare.binpb"], folder),
    runTool("buf", ["build", ...limits, "--exclude-imports", "-o", "alone.binpb"], folder),
    runTool("protoc", ["-Iproto", ...sets, "proto/shop.proto"], folder),
  ]);
  const names = [
    ...outputs.map((output) => output.replace(/#.*/, "")),
    "set.json",
    "set.binpb",
    "bare.binpb",
    "alone.binpb",
  ];
  for (const name of names) images[name] = await readFile(join(folder, name));
  await rm(folder, { recursive: true });
});

const bytesOf = (name: string): Uint8Array => images[name] ?? new Uint8Array();

describe("an image", () => {
  it.each(["a.binpb", "a.json", "names.json", "a.binpb.gz", "a.json.gz"])(
    "from buf is read, and its imports are not targets: %s",
    (name) => {
      const { files, targets } = readImage(bytesOf(name), name);
      expect(files.map(({ name }) => name)).toContain("richerrors/v1/annotations.proto");
      expect([...targets]).toEqual(["shop.proto"]);
    },
  );

  it.each(["set.json", "set.binpb"])("without marks for imports is read, and all its files are targets: %s", (name) => {
    const { files, targets } = readImage(bytesOf(name), name);
    expect([...targets]).toEqual(files.map(({ name }) => name));
    expect(targets).toContain("shop.proto");
  });

  it("gives the same catalog in every format", async () => {
    const printed = await Promise.all(
      Object.keys(images)
        .filter((name) => !/bare|alone/.test(name))
        .map((name) => run(["catalog", "-", "--format", "json"], { stdin: bytesOf(name) })),
    );
    expect(printed).toHaveLength(7);
    expect(JSON.parse(printed[0]?.out ?? "")).toMatchObject({ enums: [{ errors: [{ reason: "ORDER_GONE" }] }] });
    for (const each of printed) expect(each).toEqual({ ...printed[0], code: 0, err: "" });
  });

  it("can be JSON with a byte order mark", () => {
    const marked = Buffer.concat([Buffer.from("\ufeff"), bytesOf("set.json")]);
    expect(readImage(marked, "it").files).toEqual(readImage(bytesOf("set.json"), "it").files);
  });

  it("without source info gives a catalog without lines and comments", async () => {
    const { code, out } = await run(["catalog", "-", "--format", "json"], { stdin: bytesOf("bare.binpb") });
    expect(code).toBe(0);
    const { enums } = JSON.parse(out);
    expect(enums[0].errors[0]).toMatchObject({ file: "shop.proto", documentation: { summary: "Order gone." } });
    expect(enums[0].errors[0].line).toBeUndefined();
  });

  it("without its imports is rejected", async () => {
    const { code, err } = await run(["catalog", "-"], { stdin: bytesOf("alone.binpb") });
    expect(code).toBe(2);
    expect(err).toMatch(/^rich-errors: the files of - do not fit together: .*richerrors\/v1\/annotations\.proto/);
  });

  it.each<[string, Uint8Array | string, RegExp]>([
    ["nothing", "", /^rich-errors: it is empty$/],
    ["text", "hello", NOT_AN_IMAGE],
    ["other JSON", '{"a": 1}', /contains no files$/],
    ["broken JSON", '{"file": [', NOT_AN_IMAGE],
    ["JSON of another shape", '{"file": 1}', NOT_AN_IMAGE],
    ["a broken gzip", Uint8Array.of(0x1f, 0x8b, 8, 0), NOT_AN_IMAGE],
    ["a gzip of nothing", gzipSync(""), /contains no files$/],
    ["a truncated image", "\n\u007fshop", NOT_AN_IMAGE],
  ])("is not read from %s", (_, bytes, message) => {
    expect(() => readImage(Buffer.from(bytes), "it")).toThrow(Failure);
    expect(() => readImage(Buffer.from(bytes), "it")).toThrow(message);
  });

  it("that unzips to more than 128 MiB is rejected", () => {
    const part = gzipSync(Buffer.alloc(2 ** 20));
    const bomb = Buffer.concat(Array.from({ length: 129 }, () => part));
    expect(() => readImage(bomb, "it")).toThrow(NOT_AN_IMAGE);
  });

  test("of random bytes never fails in another way than with a Failure", () => {
    const mutated = fc
      .tuple(fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 4 }))
      .map(([at, bytes]) =>
        Buffer.concat([bytesOf("a.binpb").subarray(0, at % 500), bytes, bytesOf("a.binpb").subarray(500)]),
      );
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), mutated), (bytes) => {
        try {
          readImage(bytes, "it");
        } catch (error) {
          expect(error).toBeInstanceOf(Failure);
        }
      }),
    );
  });
});
