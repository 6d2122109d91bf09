import { create, createFileRegistry, createRegistry, type Registry } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import {
  type CheckRequest,
  CheckRequestSchema,
  CheckResponseSchema,
  ListCategoriesRequestSchema,
  ListCategoriesResponseSchema,
  ListRulesRequestSchema,
  ListRulesResponseSchema,
} from "../../gen/buf/plugin/check/v1/check_service_pb.js";
import { RuleType } from "../../gen/buf/plugin/check/v1/rule_pb.js";
import type { FileDescriptor } from "../../gen/buf/plugin/descriptor/v1/file_descriptor_pb.js";
import { Code } from "../../gen/pluginrpc/v1/pluginrpc_pb.js";
import { findingText } from "../check/finding.js";
import { type Place, printable } from "../declaration/problems.js";
import { Schema } from "../declaration/schema.js";
import { nearestName } from "../platform/names.js";
import { thrownText } from "../platform/values.js";
import { CallError, procedure } from "./rpc.js";
import { type Files, RULE_SETS } from "./rule-sets.js";

const SERVICE = "/buf.plugin.check.v1.CheckService";

/** The rules of all sets as buf lists them, sorted by id. */
const RULES = RULE_SETS.flatMap(({ type, rules }) =>
  rules.map(({ id, purpose, groups, isDefault }) => ({
    id,
    purpose,
    categoryIds: [...groups],
    default: isDefault,
    type,
  })),
).sort((a, b) => (a.id < b.id ? -1 : 1));

/** The groups of all sets as buf lists them, sorted by id. */
const CATEGORIES = Object.entries(Object.assign({}, ...RULE_SETS.map(({ groups }) => groups)) as Record<string, string>)
  .map(([id, purpose]) => ({ id, purpose }))
  .sort((a, b) => (a.id < b.id ? -1 : 1));

/**
 * The procedures by which buf runs the rules.
 *
 * @see https://buf.build/bufbuild/bufplugin/docs/main:buf.plugin.check.v1
 */
export const CHECK_SERVICE = [
  procedure({
    path: `${SERVICE}/Check`,
    argument: "check",
    input: CheckRequestSchema,
    output: CheckResponseSchema,
    registryOf: ({ fileDescriptors, againstFileDescriptors }) =>
      createRegistry(...[againstFileDescriptors, fileDescriptors].map((files) => registryOf(protosOf(files)))),
    handle: check,
  }),
  procedure({
    path: `${SERVICE}/ListRules`,
    argument: "list-rules",
    input: ListRulesRequestSchema,
    output: ListRulesResponseSchema,
    handle({ pageSize, pageToken }) {
      const { items, nextPageToken } = pageOf(RULES, pageSize, pageToken);
      return { rules: items, nextPageToken };
    },
  }),
  procedure({
    path: `${SERVICE}/ListCategories`,
    argument: "list-categories",
    input: ListCategoriesRequestSchema,
    output: ListCategoriesResponseSchema,
    handle({ pageSize, pageToken }) {
      const { items, nextPageToken } = pageOf(CATEGORIES, pageSize, pageToken);
      return { categories: items, nextPageToken };
    },
  }),
];

/** buf itself leaves out what its configuration and comments ignore. */
function check(request: CheckRequest) {
  const [option] = request.options;
  if (option) {
    const fix = "remove it, and choose rules under lint and breaking in buf.yaml";
    throw invalid(`the plugin has no option ${JSON.stringify(option.key)}; ${fix}`);
  }
  const ids = new Set(request.ruleIds.length > 0 ? request.ruleIds : defaultIds(request));
  for (const id of ids) if (!RULES.some((rule) => rule.id === id)) throw unknownRule(id);
  const files = readFiles(request.fileDescriptors);
  const against = readFiles(request.againstFileDescriptors);
  const findings = RULE_SETS.flatMap((set) => set.findings(ids, files, against));
  return {
    annotations: findings.map((finding) => ({
      ruleId: finding.rule,
      message: printable(findingText(finding)),
      ...locationOf(finding.place, files),
    })),
  };
}

/** The location of a place. A file that was deleted is only among those before the change. */
function locationOf({ file, path = [] }: Place, { schema }: Files) {
  const location = { fileName: file, sourcePath: [...path] };
  const exists = schema.files.some(({ proto }) => proto.name === file);
  return exists ? { fileLocation: location } : { againstFileLocation: location };
}

function defaultIds({ againstFileDescriptors }: CheckRequest): string[] {
  const types = againstFileDescriptors.length > 0 ? [RuleType.LINT, RuleType.BREAKING] : [RuleType.LINT];
  return RULES.filter((rule) => rule.default && types.includes(rule.type)).map(({ id }) => id);
}

function readFiles(descriptors: readonly FileDescriptor[]): Files {
  const imports = new Set(descriptors.filter(({ isImport }) => isImport).map((file) => file.fileDescriptorProto?.name));
  const protos = protosOf(descriptors);
  const names = new Set(protos.map(({ name }) => name));
  try {
    const schema = new Schema(protos);
    const targets = schema.files.filter(({ proto: { name } }) => names.has(name) && !imports.has(name));
    return { schema, targets };
  } catch (error) {
    throw new CallError(Code.INVALID_ARGUMENT, `cannot read the protos: ${thrownText(error)}`, { cause: error });
  }
}

/** The protos of a request, each after the files that it imports. buf sends them in any order. */
function protosOf(descriptors: readonly FileDescriptor[]): FileDescriptorProto[] {
  const protos = new Map(descriptors.flatMap(({ fileDescriptorProto: file }) => (file ? [[file.name, file]] : [])));
  const sorted = new Set<FileDescriptorProto>();
  const add = (file: FileDescriptorProto | undefined): void => {
    if (!file || sorted.has(file) || !protos.delete(file.name)) return;
    for (const name of file.dependency) add(protos.get(name));
    sorted.add(file);
  };
  for (const file of [...protos.values()]) add(file);
  return [...sorted];
}

function registryOf(protos: readonly FileDescriptorProto[]): Registry {
  return createFileRegistry(create(FileDescriptorSetSchema, { file: [...protos] }));
}

/** One page of a list. A token is the id of the first item of a page. */
function pageOf<Item extends { readonly id: string }>(list: readonly Item[], pageSize: number, pageToken: string) {
  const start = pageToken === "" ? 0 : list.findIndex(({ id }) => id === pageToken);
  if (start < 0) throw invalid(`unknown page token ${JSON.stringify(pageToken)}; send the one of the last response`);
  const end = start + (pageSize || DEFAULT_PAGE_SIZE);
  return { items: list.slice(start, end), nextPageToken: list[end]?.id ?? "" };
}

const DEFAULT_PAGE_SIZE = 250;

function unknownRule(id: string): CallError {
  const near = nearestName(
    id,
    RULES.map((rule) => rule.id),
  );
  return invalid(
    `unknown rule ${JSON.stringify(id)}; ${near === undefined ? "list the rules first" : `write ${near}`}`,
  );
}

function invalid(message: string): CallError {
  return new CallError(Code.INVALID_ARGUMENT, message);
}
