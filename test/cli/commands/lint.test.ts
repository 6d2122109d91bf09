import { readdirSync } from "node:fs";
import { join } from "node:path";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { LINT_GROUPS } from "../../../src/check/lint/groups.js";
import { LINT_RULES } from "../../../src/check/lint/rules.js";
import { compile, ROOT } from "../../plugin/compile.js";
import { protoFolder } from "../../support/proto-folder.js";
import { type Ended, run } from "../fake-terminal.js";
import { HEAD, imageOf } from "../images.js";

/** A proto with two findings. */
const BAD = `${HEAD}
// Errors of orders.
enum OrderError {
  // No error.
  ORDER_ERROR_UNSPECIFIED = 0;
  // The order does not exist.
  ORDER_ERROR_ORDER_GONE = 1 [(richerrors.v1.error) = {status_code: NOT_FOUND http_status: 500}];
  ORDER_ERROR_ORDER_LOST = 2 [(richerrors.v1.error) = {status_code: NOT_FOUND}];
}
`;

const lintProto = async (proto: string, ...args: string[]): Promise<Ended> =>
  run(["lint", "-", ...args], { stdin: await imageOf({ "shop.proto": proto }, "buf") });

const rulesIn = ({ out }: Ended) => [...out.matchAll(/\((RICH_ERRORS_\w+)\)$/gm)].map(([, rule]) => rule);

describe("rich-errors lint", () => {
  it("finds nothing in the protos of this package", async () => {
    expect(await run(["lint", "proto"], { cwd: ROOT })).toEqual({ code: 0, out: "", err: "" });
  }, 30_000);

  it("prints a line for each finding, and exits with code 1", async () => {
    expect(await lintProto(BAD)).toEqual({
      code: 1,
      err: "",
      out:
        "shop.proto:7:79: http_status 500 of ORDER_ERROR_ORDER_GONE contradicts NOT_FOUND; write 404, or another " +
        "status_code (RICH_ERRORS_HTTP_STATUS_CODE)\n" +
        "shop.proto:8:3: ORDER_ERROR_ORDER_LOST has no comment; write above it when it occurs and what a client should " +
        "do (RICH_ERRORS_COMMENT_ERROR)\n",
    });
  });

  it("prints an object for each finding with --format json", async () => {
    const { code, out } = await lintProto(BAD, "--format", "json");
    expect(code).toBe(1);
    expect(
      out
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toEqual([
      {
        file: "shop.proto",
        line: 7,
        column: 79,
        rule: "RICH_ERRORS_HTTP_STATUS_CODE",
        text: expect.stringMatching(/^http_status 500 of ORDER_ERROR_ORDER_GONE contradicts NOT_FOUND; write 404/),
      },
      { file: "shop.proto", line: 8, column: 3, rule: "RICH_ERRORS_COMMENT_ERROR", text: expect.any(String) },
    ]);
  });

  it("prints annotations of GitHub Actions with --format github", async () => {
    const { code, out } = await lintProto(BAD, "--format", "github");
    expect(code).toBe(1);
    expect(out.split("\n")[0]).toBe(
      "::error file=shop.proto,line=7,col=79,title=RICH_ERRORS_HTTP_STATUS_CODE::http_status 500 of " +
        "ORDER_ERROR_ORDER_GONE contradicts NOT_FOUND; write 404, or another status_code",
    );
  });

  it("prints paths as the user finds them from the current folder", async () => {
    const folder = protoFolder({
      "buf.yaml": "version: v2\nmodules:\n  - path: api/proto\n",
      "api/proto/shop/orders.proto": BAD,
    });
    const pathsFrom = async (cwd: string, input: string, stdin: Uint8Array | string = "") =>
      (await run(["lint", input], { cwd, stdin })).out
        .split("\n")
        .flatMap((line) => /^(.+?):\d+:\d+: /.exec(line)?.[1] ?? []);
    const path = "api/proto/shop/orders.proto";
    expect(await pathsFrom(folder, ".")).toEqual([path, path]);
    expect(await pathsFrom(folder, "api/proto/shop")).toEqual([path, path]);
    expect(await pathsFrom(join(folder, "api"), "proto")).toEqual([
      "proto/shop/orders.proto",
      "proto/shop/orders.proto",
    ]);
    expect(await pathsFrom(ROOT, folder)).toEqual([join(folder, path), join(folder, path)]);
    // An image from a module around the current folder, and one from elsewhere.
    const image = await imageOf({ "shop/orders.proto": BAD }, "buf");
    expect(await pathsFrom(folder, "-", image)).toEqual([path, path]);
    expect(await pathsFrom(ROOT, "-", image)).toEqual(["shop/orders.proto", "shop/orders.proto"]);
  });

  it("lists what the generator refuses beside other findings", async () => {
    const ended = await lintProto(BAD.replace("status_code: NOT_FOUND http_status", "http_status"));
    expect(rulesIn(ended)).toEqual(["RICH_ERRORS_STATUS_CODE", "RICH_ERRORS_COMMENT_ERROR"]);
  });

  it("finds everything that the generator refuses in the protos of its tests", async () => {
    const folder = join(ROOT, "test/declaration/expected-failures");
    const { code, out } = await run(["lint", folder, "--format", "json"]);
    expect(code).toBe(1);
    const texts = new Set(
      out
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line).text),
    );
    const { err } = await run(["catalog", folder]);
    const refused = err
      .trim()
      .split("\n")
      .map((line) => line.replace(/^[\w.-]+:\d+:\d+: /, ""));
    expect(refused.length).toBeGreaterThan(60);
    expect(refused.filter((text) => !texts.has(text))).toEqual([]);
    expect(readdirSync(folder).length).toBeGreaterThan(40);
  });

  it("misses no comments in an image that has none", async () => {
    const { protoFile } = await compile({ "shop.proto": BAD });
    const bytes = toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file: protoFile }));
    const set = fromBinary(FileDescriptorSetSchema, bytes);
    for (const file of set.file) delete file.sourceCodeInfo;
    const stdin = toBinary(FileDescriptorSetSchema, set);
    expect(await run(["lint", "-", "--enable", "RICH_ERRORS_COMMENTS"], { stdin })).toMatchObject({
      code: 1,
      out: expect.stringMatching(/^shop\.proto: http_status 500 of [^\n]*\n$/),
    });
  });

  it("says that protos declare no errors", async () => {
    const ended = await lintProto('syntax = "proto3"; message Order {}');
    expect(ended).toEqual({ code: 0, out: "", err: "rich-errors: - declares no errors\n" });
  });

  it("reports protos that do not compile on stderr", async () => {
    const folder = protoFolder({ "shop.proto": BAD.replace("NOT_FOUND", "NOT_FUND") });
    const { code, out, err } = await run(["lint", folder]);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toContain("shop.proto:7:");
  });

  describe("--enable and --disable", () => {
    const contract = `${BAD} message Empty {} service Orders { rpc Get(Empty) returns (Empty); }`;
    const found = async (...args: string[]) => rulesIn(await lintProto(contract, ...args));

    it.each<[string, string[], string[]]>([
      [
        "turn on a rule",
        ["--enable", "RICH_ERRORS_METHOD_CONTRACT"],
        ["HTTP_STATUS_CODE", "COMMENT_ERROR", "METHOD_CONTRACT"],
      ],
      [
        "turn on a group",
        ["--enable", "RICH_ERRORS_CONTRACTS"],
        ["HTTP_STATUS_CODE", "COMMENT_ERROR", "METHOD_CONTRACT"],
      ],
      ["turn off a rule", ["--disable", "RICH_ERRORS_HTTP_STATUS_CODE"], ["COMMENT_ERROR"]],
      ["turn off a group", ["--disable", "RICH_ERRORS_STANDARD"], []],
      [
        "take a rule back from a group that is off",
        ["--disable", "RICH_ERRORS_STANDARD", "--enable", "RICH_ERRORS_COMMENT_ERROR"],
        ["COMMENT_ERROR"],
      ],
      [
        "take a rule from a group that is on",
        ["--enable=RICH_ERRORS_CONTRACTS", "--disable=RICH_ERRORS_METHOD_CONTRACT"],
        ["HTTP_STATUS_CODE", "COMMENT_ERROR"],
      ],
      ["take several ids with commas", ["--disable", "RICH_ERRORS_HTTP_STATUS_CODE, RICH_ERRORS_COMMENT_ERROR"], []],
      [
        "take several ids one by one",
        ["--disable", "RICH_ERRORS_HTTP_STATUS_CODE", "--disable", "RICH_ERRORS_COMMENT_ERROR"],
        [],
      ],
    ])("%s", async (_, args, rules) => {
      expect(await found(...args)).toEqual(rules.map((rule) => `RICH_ERRORS_${rule}`));
    });

    it.each([
      ["RICH_ERRORS_REASON_FROM", "write RICH_ERRORS_REASON_FORM"],
      ["REASON_FORM", "write RICH_ERRORS_REASON_FORM"],
      ["comments", "write RICH_ERRORS_COMMENTS"],
      [
        "EVERYTHING",
        `write a rule, or ${Object.keys(LINT_GROUPS)
          .join(", ")
          .replace(/, (?=\w+$)/, " or ")}`,
      ],
    ])("refuse %s", async (id, fix) => {
      const message = `rich-errors: --enable names "${id}", which is neither a rule nor a group; ${fix}\n`;
      expect(await run(["lint", "proto", "--enable", id])).toEqual({ code: 2, out: "", err: message });
    });
  });

  it("names every group and the plugin for buf in its help", async () => {
    const { out } = await run(["lint", "--help"]);
    for (const group of new Set(LINT_RULES.flatMap(({ groups }) => groups))) expect(out).toContain(`${group}: Finds`);
    expect(out).toContain("buf-plugin-rich-errors");
  });
});
