import {
  create,
  createFileRegistry,
  createRegistry,
  type DescMessage,
  fromBinary,
  type MessageInitShape,
  type MessageShape,
  toBinary,
  toJson,
} from "@bufbuild/protobuf";
import { anyPack, anyUnpack, type FileDescriptorProto, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { beforeAll, describe, expect, it } from "vitest";
import { CategorySchema } from "../../gen/buf/plugin/check/v1/category_pb.js";
import {
  CheckRequestSchema,
  CheckResponseSchema,
  ListCategoriesRequestSchema,
  ListCategoriesResponseSchema,
  ListRulesRequestSchema,
  ListRulesResponseSchema,
} from "../../gen/buf/plugin/check/v1/check_service_pb.js";
import { RuleType } from "../../gen/buf/plugin/check/v1/rule_pb.js";
import { RequestSchema, ResponseSchema } from "../../gen/pluginrpc/v1/pluginrpc_pb.js";
import { CHECK_SERVICE } from "../../src/buf-plugin/check-service.js";
import { runPlugin } from "../../src/buf-plugin/rpc.js";
import { LINT_GROUPS } from "../../src/check/lint/groups.js";
import { LINT_RULES } from "../../src/check/lint/rules.js";
import { HEAD } from "../cli/images.js";
import { compile } from "../plugin/compile.js";

const PROTO = `${HEAD} import "parts.proto";
// Errors of orders.
enum OrderError {
  // No error.
  ORDER_ERROR_UNSPECIFIED = 0;
  // The order does not exist.
  ORDER_ERROR_ORDER_GONE = 1 [(richerrors.v1.error) = {
    status_code: NOT_FOUND
    http_status: 500
  }];
  ORDER_ERROR_ORDER_LOST = 2 [(richerrors.v1.error) = {status_code: NOT_FOUND}];
}
message Order { parts.v1.Part part = 1; }`;
const PARTS = `syntax = "proto3"; package parts.v1; import "richerrors/v1/annotations.proto";
message Part {}
enum PartError {
  PART_ERROR_UNSPECIFIED = 0;
  PART_ERROR_PART_LOST = 1 [(richerrors.v1.error) = {status_code: NOT_FOUND}];
}`;

let protos: FileDescriptorProto[];
beforeAll(async () => {
  protos = (await compile({ "shop.proto": PROTO, "parts.proto": PARTS }, "buf")).protoFile;
});

/** The files of a request as buf sends them: in any order, and all but one marked as imports. */
const filesWith = (target = "shop.proto") =>
  [...protos].reverse().map((file) => ({ fileDescriptorProto: file, isImport: file.name !== target }));

interface Called<Output extends DescMessage> {
  readonly response: MessageShape<Output> | undefined;
  readonly error: string | undefined;
}

async function call<Input extends DescMessage, Output extends DescMessage>(
  name: string,
  [input, output]: readonly [Input, Output],
  request: MessageInitShape<Input>,
): Promise<Called<Output>> {
  const value = anyPack(input, create(input, request) as MessageShape<Input>);
  const stdin = toBinary(RequestSchema, create(RequestSchema, { value }));
  const { stdout, exitCode } = await runPlugin([name], CHECK_SERVICE, "", async () => stdin);
  expect(exitCode).toBe(0);
  const { value: packed, error } = fromBinary(ResponseSchema, Buffer.from(stdout ?? ""));
  return { response: packed && anyUnpack(packed, output), error: error?.message };
}

const check = (request: MessageInitShape<typeof CheckRequestSchema>) =>
  call("check", [CheckRequestSchema, CheckResponseSchema], request);
const listRules = (request: MessageInitShape<typeof ListRulesRequestSchema> = {}) =>
  call("list-rules", [ListRulesRequestSchema, ListRulesResponseSchema], request);
const listCategories = (request: MessageInitShape<typeof ListCategoriesRequestSchema> = {}) =>
  call("list-categories", [ListCategoriesRequestSchema, ListCategoriesResponseSchema], request);

describe("the check service", () => {
  it("lists the rules of lint with their groups", async () => {
    const { response } = await listRules();
    const rules = response?.rules.filter(({ type }) => type === RuleType.LINT);
    expect(
      rules?.map(({ id, categoryIds, purpose, default: isDefault }) => [id, categoryIds, purpose, isDefault]),
    ).toEqual(LINT_RULES.map(({ id, groups, purpose, isDefault }) => [id, groups, purpose, isDefault]));
    expect(response?.nextPageToken).toBe("");
  });

  it("lists each category of its rules once, and no other", async () => {
    const { response } = await listCategories();
    const ids = response?.categories.map(({ id }) => id) ?? [];
    const { response: rules } = await listRules();
    expect(new Set(ids)).toEqual(new Set(rules?.rules.flatMap(({ categoryIds }) => categoryIds)));
    expect(new Set(ids).size).toBe(ids.length);
    const purpose = LINT_GROUPS.RICH_ERRORS_MINIMAL;
    expect(response?.categories).toContainEqual(create(CategorySchema, { id: "RICH_ERRORS_MINIMAL", purpose }));
  });

  it("lists in pages", async () => {
    const all = (await listRules()).response?.rules.map(({ id }) => id);
    const paged: string[] = [];
    for (let pageToken = "", pages = 0; pages === 0 || pageToken !== ""; pages++) {
      const { response } = await listRules({ pageSize: 10, pageToken });
      expect(response?.rules.length).toBeLessThanOrEqual(10);
      paged.push(...(response?.rules.map(({ id }) => id) ?? []));
      pageToken = response?.nextPageToken ?? "";
    }
    expect(paged).toEqual(all);
    const second = await listCategories({ pageSize: 1, pageToken: "RICH_ERRORS_MINIMAL" });
    expect(second.response?.categories.map(({ id }) => id)).toEqual(["RICH_ERRORS_MINIMAL"]);
    expect((await listRules({ pageToken: "X" })).error).toBe(
      'unknown page token "X"; send the one of the last response',
    );
  });

  it("finds what default rules find in files that are no imports, in whatever order they come", async () => {
    const { response } = await check({ fileDescriptors: filesWith() });
    expect(
      response?.annotations.map(({ ruleId, message, fileLocation }) => [ruleId, message, fileLocation?.fileName]),
    ).toEqual([
      ["RICH_ERRORS_COMMENT_ERROR", expect.stringMatching(/^ORDER_ERROR_ORDER_LOST has no comment; /), "shop.proto"],
      ["RICH_ERRORS_HTTP_STATUS_CODE", expect.stringMatching(/^http_status 500 of /), "shop.proto"],
    ]);
    const other = await check({ fileDescriptors: filesWith("parts.proto") });
    expect(other.response?.annotations.map(({ ruleId }) => ruleId)).toEqual(["RICH_ERRORS_COMMENT_ERROR"]);
  });

  it("names a path for which the source info has a location", async () => {
    const { response } = await check({ fileDescriptors: filesWith() });
    const { location: locations = [] } = protos.find(({ name }) => name === "shop.proto")?.sourceCodeInfo ?? {};
    for (const { fileLocation } of response?.annotations ?? []) {
      const path = fileLocation?.sourcePath.join();
      expect(locations.some((location) => location.path.join() === path)).toBe(true);
    }
  });

  it("only runs the rules that a request names", async () => {
    const ruleIds = ["RICH_ERRORS_HTTP_STATUS_CODE"];
    const { response } = await check({ fileDescriptors: filesWith(), ruleIds });
    expect(response?.annotations.map(({ ruleId }) => ruleId)).toEqual(ruleIds);
  });

  it("finds the same in a request in JSON", async () => {
    const request = create(CheckRequestSchema, { fileDescriptors: filesWith() });
    const registry = createRegistry(createFileRegistry(create(FileDescriptorSetSchema, { file: protos })));
    const value = {
      "@type": "/buf.plugin.check.v1.CheckRequest",
      ...Object(toJson(CheckRequestSchema, request, { registry })),
    };
    const stdin = Buffer.from(JSON.stringify({ value }));
    const { stdout } = await runPlugin(["check", "--format", "json"], CHECK_SERVICE, "", async () => stdin);
    const { response } = await check({ fileDescriptors: filesWith() });
    expect(JSON.parse(String(stdout)).value).toEqual({
      "@type": "type.googleapis.com/buf.plugin.check.v1.CheckResponse",
      ...Object(response && toJson(CheckResponseSchema, response)),
    });
  });

  it.each<[string, MessageInitShape<typeof CheckRequestSchema>, string]>([
    [
      "an unknown rule",
      { ruleIds: ["RICH_ERRORS_REASON_FROM"] },
      'unknown rule "RICH_ERRORS_REASON_FROM"; write RICH_ERRORS_REASON_FORM',
    ],
    [
      "an option",
      { options: [{ key: "strict" }] },
      'the plugin has no option "strict"; remove it, and choose rules under lint and breaking in buf.yaml',
    ],
  ])("refuses %s", async (_, request, message) => {
    expect(await check({ fileDescriptors: filesWith(), ...request })).toEqual({ response: undefined, error: message });
  });

  it("says why it cannot read protos", async () => {
    const fileDescriptors = filesWith().filter(({ fileDescriptorProto: { name } }) => name !== "parts.proto");
    const { error } = await check({ fileDescriptors });
    expect(error).toBe("cannot read the protos: Cannot find parts.proto, imported by shop.proto");
  });
});
