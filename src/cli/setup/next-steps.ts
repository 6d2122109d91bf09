import { dirname, join } from "node:path";
import { isWithin } from "../input/folders.js";
import type { BufConfig } from "./buf-config.js";
import { pathFrom } from "./file-changes.js";
import type { FirstError } from "./first-error.js";
import type { Generation } from "./generation.js";
import type { Packages } from "./packages.js";
import { ANNOTATION } from "./proto-files.js";

/** The state of a project after `rich-errors init`. */
export interface Project {
  readonly folder: string;
  readonly config: BufConfig;
  readonly packages: Packages;
  readonly generation: Generation;
  readonly error: FirstError | undefined;
}

const PAGE = "https://github.com/grpc-rich-errors/grpc-rich-errors/blob/main/docs/setup.md";

/** Says what to do after `rich-errors init`. */
export function nextSteps(project: Project): string {
  const { folder, packages, generation, error } = project;
  const commands = [...packages.installs, generateCommand(project)];
  return [
    "Next, run:",
    ...commands.map((command) => `  ${command}`),
    ...(packages.installs.some((command) => command.includes("@bufbuild/protobuf"))
      ? ["Generated code imports @bufbuild/protobuf, so your own package.json must name it."]
      : []),
    "",
    ...(error ? firstLines(error, pathFrom(folder, dirname(generation.template)), generation) : []),
    `See ${PAGE}`,
  ].join("\n");
}

function generateCommand({ folder, config: { root }, packages, generation: { template, hasInputs } }: Project): string {
  const place = dirname(template);
  const name = pathFrom(place, template);
  return [
    ...(place === folder ? [] : [`cd ${pathFrom(folder, place)} &&`]),
    `${packages.manager.run} buf generate`,
    ...(hasInputs || isWithin(place, root) ? [] : [pathFrom(place, root)]),
    ...(name === "buf.gen.yaml" ? [] : [`--template ${name}`]),
  ].join(" ");
}

function firstLines({ proto, className, obstacle }: FirstError, place: string, generation: Generation): string[] {
  if (obstacle !== undefined) {
    return [
      `${obstacle} is in the way of a first error. Declare one there yourself:`,
      `  import "${ANNOTATION}";`,
      "and annotate a value of an enum, where NOT_FOUND stands for any gRPC status code:",
      "  MY_ERROR = 1 [(richerrors.v1.error) = {status_code: NOT_FOUND}];",
      "",
    ];
  }
  const module = join(place, generation.output, proto.replace(/\.proto$/, `.rich${generation.importSuffix}`));
  const property = generation.camelCase ? "itemId" : "item_id";
  return [
    "Then throw the first error on a server, and catch it on a client:",
    `  import { ${className} } from "./${pathFrom("", module)}";`,
    `  throw new ${className}({ ${property}: "i-7" });`,
    `  if (error instanceof ${className}) console.log(error.detail.${property});`,
    "",
  ];
}
