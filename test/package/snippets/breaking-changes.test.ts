import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { BREAKING_GROUPS } from "../../../src/check/breaking/rules.js";
import { run } from "../../cli/fake-terminal.js";
import { openPage } from "../page.js";
import { ROOT } from "../project.js";

const page = openPage("docs/breaking-changes.md");

test("shows how to find breaking changes in buf and in GitHub Actions", async () => {
  // breaking-changes.test.ts runs the plugin in buf.
  const { breaking } = parse(page.take("plugin: buf-plugin-rich-errors"));
  const groups = Object.keys(BREAKING_GROUPS).filter((group) => group !== "RICH_ERRORS_HUMANS");
  expect(breaking.use).toEqual(["FILE", ...groups]);
  const { jobs } = parse(page.take("runs-on:"));
  const command = jobs.breaking.steps.at(-1).run.replace("npx rich-errors ", "").replace("origin/main", "HEAD");
  expect(await run(command.split(" "), { cwd: ROOT })).toMatchObject({ err: "" });
  // The finding that the page shows, of a change of the example.
  const example = "examples/orders/proto";
  const path = "shop/v1/errors.proto";
  const proto = await readFile(join(ROOT, example, path), "utf8");
  const changed = proto.replace("status_code: INVALID_ARGUMENT", "status_code: FAILED_PRECONDITION");
  const next = join(page.folder, "proto");
  await mkdir(join(next, "shop/v1"), { recursive: true });
  await writeFile(join(next, path), changed);
  const { out } = await run(["breaking", "proto", "--against", join(ROOT, example)], { cwd: page.folder });
  expect(page.text).toContain(out);
});

page.testOtherCode();
