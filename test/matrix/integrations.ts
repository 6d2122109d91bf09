import { DEFAULTS, type Integration } from "./axes.js";
import type { Cell, Compiler } from "./compile.js";
import { runExample } from "./examples.js";
import { Folder } from "./folder.js";
import { type IntegrationCells, runMatcher } from "./matchers.js";
import { runProtobufEs } from "./protobuf-es.js";
import type { Tools } from "./tools.js";

/** The results of an integration, and the versions that npm installed. */
export interface IntegrationResult extends IntegrationCells {
  readonly integration: Integration;
  readonly installed: string;
}

const RUN: Readonly<Record<Integration["kind"], (folder: Folder, compiler: Compiler) => Promise<IntegrationCells>>> = {
  vitest: (folder, compiler) => runMatcher(folder, compiler, "vitest"),
  jest: (folder, compiler) => runMatcher(folder, compiler, "jest"),
  nest: (folder, compiler) => runExample(folder, compiler, "nestjs"),
  neighbors: (folder, compiler) => runExample(folder, compiler, "neighbors"),
  "protobuf-es": runProtobufEs,
};

/** Installs an integration beside the package into a new folder, and runs it. */
export async function runIntegration(
  path: string,
  tarball: string,
  tools: Tools,
  integration: Integration,
): Promise<IntegrationResult> {
  const { node, packages, kind } = integration;
  await Folder.install(path, {
    "grpc-rich-errors": `file:${tarball}`,
    "@bufbuild/protobuf": "2",
    "@grpc/grpc-js": DEFAULTS["@grpc/grpc-js"],
    "@types/node": node,
    ...packages,
  });
  const folder = await Folder.at(path, tools.node(node));
  const cells = await RUN[kind](folder, await tools.compiler(DEFAULTS.typescript));
  return { integration, installed: await installedIn(folder, integration), ...cells };
}

/** The version of the first package, or the versions of all that the integration names. */
async function installedIn(folder: Folder, { packages, shown }: Integration): Promise<string> {
  const [main = ""] = Object.keys(packages);
  if (!shown) return folder.version(main);
  const versions = Object.entries(shown).map(async ([name, title]) => `${title} ${await folder.version(name)}`);
  return (await Promise.all(versions)).join(", ");
}

/** The results of an integration that npm refuses. */
export function uninstalledIntegration(integration: Integration, error: Error): IntegrationResult {
  const [version = ""] = Object.values(integration.packages);
  const none: Cell = { mark: "–" };
  return {
    integration,
    installed: version,
    types: { mark: "no", note: error.message },
    runs: { esm: none, cjs: none },
  };
}
