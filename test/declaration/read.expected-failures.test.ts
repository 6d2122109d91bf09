import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { create } from "@bufbuild/protobuf";
import { type CodeGeneratorRequest, CodeGeneratorRequestSchema } from "@bufbuild/protobuf/wkt";
import { beforeAll, describe, expect, it } from "vitest";
import { generate } from "../../src/plugin/plugin.js";
import { compile, type Protos } from "../plugin/compile.js";

/** Protos with mistakes, each beside its report. */
const FOLDER = join(import.meta.dirname, "expected-failures");
const NAMES = readdirSync(FOLDER).filter((name) => name.endsWith(".proto"));
const PROTOS: Protos = Object.fromEntries(NAMES.map((name) => [name, readFileSync(join(FOLDER, name), "utf8")]));

const requests: Record<string, CodeGeneratorRequest> = {};
beforeAll(async () => {
  await Promise.all(
    (["buf", "protoc"] as const).map(async (compiler) => {
      requests[compiler] = await compile(PROTOS, compiler);
    }),
  );
});

const reportOf = (compiler: "buf" | "protoc", ...names: string[]) => {
  const { protoFile = [] } = requests[compiler] ?? {};
  const response = generate(create(CodeGeneratorRequestSchema, { protoFile, fileToGenerate: names }));
  expect(response.file).toEqual([]);
  return response.error;
};

describe.each(NAMES)("%s", (name) => {
  it("is reported with the place of each mistake", async () => {
    const report = reportOf("buf", name);
    await expect(`${report}\n`).toMatchFileSnapshot(join(FOLDER, name.replace(".proto", ".txt")));
  });

  it("is reported with the same texts if the compiler records fewer places", () => {
    const places = /^[\w-]+\.proto:\d+:\d+: /;
    const lines = reportOf("protoc", name).split("\n");
    expect(lines.filter((line) => !places.test(line))).toEqual([]);
    const textsOf = (lines: string[]) => lines.map((line) => line.replace(places, "").replace(/:\d+:\d+;/, "")).sort();
    expect(textsOf(lines)).toEqual(textsOf(reportOf("buf", name).split("\n")));
  });
});

it("one report covers all files", () => {
  const files = reportOf("buf", ...NAMES)
    .split("\n")
    .map((line) => line.slice(0, line.indexOf(":")));
  expect([...new Set(files)]).toEqual([...NAMES].sort().filter((name) => name !== "reason-in-two-files-b.proto"));
});
