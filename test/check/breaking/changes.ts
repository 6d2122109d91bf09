import { changeOf, type Declarations } from "../../../src/check/breaking/change.js";
import { BREAKING_RULES } from "../../../src/check/breaking/rules.js";
import { findingText, sortedFindings } from "../../../src/check/finding.js";
import { findingsOf } from "../../../src/check/rule.js";
import { Problems, placeText } from "../../../src/declaration/problems.js";
import { readDeclaredFiles } from "../../../src/declaration/read.js";
import { Schema } from "../../../src/declaration/schema.js";
import { compile, type Protos } from "../../plugin/compile.js";

/** The findings of all rules about a change of protos, as `rich-errors breaking` prints them. */
export async function breakingChanges(before: Protos, after: Protos): Promise<string[]> {
  const [old, current] = await Promise.all([declarationsOf(before), declarationsOf(after)]);
  return sortedFindings(findingsOf(BREAKING_RULES, changeOf(old, current))).map(
    (finding) => `${placeText(finding.place)}: ${findingText(finding)} (${finding.rule.replace("RICH_ERRORS_", "")})`,
  );
}

/** The same for a proto, without the path of the file. */
export async function changesOf(before: string, after: string): Promise<string[]> {
  const found = await breakingChanges({ "shop.proto": before }, { "shop.proto": after });
  return found.map((finding) => finding.replace(/^shop\.proto:/, ""));
}

async function declarationsOf(protos: Protos): Promise<Declarations> {
  const { protoFile, fileToGenerate } = await compile(protos, "buf");
  const schema = new Schema(protoFile);
  const problems = new Problems();
  const targets = schema.files.filter(({ proto }) => fileToGenerate.includes(proto.name));
  const files = readDeclaredFiles(targets, schema, problems);
  if (problems.size > 0) throw new Error(problems.toString());
  return { schema, files };
}
