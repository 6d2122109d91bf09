import { expect, test } from "vitest";
import { parse } from "yaml";
import { run } from "../../cli/fake-terminal.js";
import { HEAD, imageOf } from "../../cli/images.js";
import { openPage } from "../page.js";
import { ROOT } from "../project.js";

const page = openPage("docs/linting.md");

test("shows how to ignore a rule, and how to lint in buf and in GitHub Actions", async () => {
  const proto = `${HEAD}\n${page.take("buf:lint:ignore")}`;
  const lint = async (text: string) => run(["lint", "-"], { stdin: await imageOf({ "shop.proto": text }, "buf") });
  expect(await lint(proto)).toEqual({ code: 0, out: "", err: "" });
  const rules = ["RICH_ERRORS_DOMAIN_QUALIFIED", "RICH_ERRORS_HTTP_STATUS_CODE"];
  const { out } = await lint(proto.replaceAll("buf:lint:ignore", "ignore"));
  expect([...out.matchAll(/\((RICH_ERRORS_\w+)\)$/gm)].map(([, rule]) => rule)).toEqual(rules);
  // consumer.test.ts runs buf with it.
  expect(parse(page.take("plugin: buf-plugin-rich-errors"))).toHaveProperty("lint.use");
  const { jobs } = parse(page.take("runs-on:"));
  const [command = "", ...args] = jobs.lint.steps.at(-1).run.replace("npx rich-errors ", "").split(" ");
  expect(await run([command, ...args], { cwd: ROOT })).toEqual({ code: 0, out: "", err: "" });
});

page.testOtherCode();
