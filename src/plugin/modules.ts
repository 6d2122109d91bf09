import type { DescFile } from "@bufbuild/protobuf";
import type { DeclaredFile } from "../declaration/model.js";
import type { Problems } from "../declaration/problems.js";
import { hasControlCharacter } from "../declaration/problems.js";
import { readDeclaredFiles } from "../declaration/read.js";
import type { Schema } from "../declaration/schema.js";
import { checkGeneratedNames } from "./generated-names.js";
import { richModulePath } from "./ts-proto.js";

/** Reads the files that modules are generated for, and reports mistakes in them and names that two things would share. */
export function readModules(files: readonly DescFile[], schema: Schema, problems: Problems): DeclaredFile[] {
  const declared = readDeclaredFiles(files, schema, problems);
  for (const file of declared) checkGeneratedNames(file, schema, problems);
  return declared;
}

/** Reports paths that no module can have, or that two modules would have. */
export function checkModulePaths(declared: readonly DeclaredFile[], schema: Schema, problems: Problems): void {
  for (const { proto } of schema.files) {
    const mistake = mistakeIn(proto.name);
    if (mistake) problems.report({ file: proto.name }, `the path ${mistake}`);
  }
  const seen = new Map<string, string>();
  for (const { desc } of declared) {
    const path = richModulePath(desc);
    const twin = seen.get(path);
    if (twin === undefined) seen.set(path, desc.proto.name);
    else
      problems.report({ file: desc.proto.name }, `the module ${path}.ts would be written for ${twin}, too; rename one`);
  }
}

/** Finds the mistake in the path of a file. Answers nothing for a path beside which a module can be written and imported. */
function mistakeIn(path: string): string | undefined {
  if (hasControlCharacter(path)) return "holds a control character or a line break; rename the file";
  if (path.includes("\\")) return "holds a backslash; write / between folders";
  if (path.split("/").some((part) => part === "" || part === "." || part === "..")) {
    return "leads out of the folder that it is looked up in; write it without . and .., relative to that folder";
  }
  return undefined;
}
