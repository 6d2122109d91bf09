import { mkdtempSync, readFileSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { runTool } from "../plugin/compile.js";
import { ROOT } from "./project.js";
import { PAGES_WITH_COMMANDS, Pages, type Snippet } from "./snippets.js";

/** One page, for the test file that runs its code. */
export class Page {
  readonly #pages: Pages;

  constructor(
    readonly name: string,
    /** A folder beside the tests, so that the package's name means its source. It is deleted after the tests. */
    readonly folder: string,
  ) {
    this.#pages = new Pages(new Map([[name, readFileSync(join(ROOT, name), "utf8")]]));
  }

  get text(): string {
    return this.#pages.text(this.name);
  }

  get snippets(): readonly Snippet[] {
    return this.#pages.snippets;
  }

  /** Returns the block that contains a text. The caller runs it. */
  take(containing: string): string {
    return this.#pages.take(this.name, containing);
  }

  /** Runs a module and returns its exports. */
  async imported(source: string) {
    const path = join(this.folder, `snippet-${Math.random().toString(36).slice(2)}.ts`);
    await writeFile(path, source);
    return import(/* @vite-ignore */ path);
  }

  /** Tests that the file has taken every block that a reader may run. Call it after the other tests. */
  testOtherCode(): void {
    // documentation.test.ts and consumer.test.ts run the commands of these pages.
    const areCommandsRunElsewhere = ["README.md", ...PAGES_WITH_COMMANDS].includes(this.name);
    test("has no other code", () => {
      const left = this.#pages.left().filter(({ language }) => !(language === "sh" && areCommandsRunElsewhere));
      expect(left).toEqual([]);
    });
  }
}

/** Opens a page for the tests of a file. */
export function openPage(name: string): Page {
  const folder = mkdtempSync(join(ROOT, "test/package/.snippets-"));
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return new Page(name, folder);
}

/** The example's protos with the annotation, for buf's `--config`. */
export const ORDERS = JSON.stringify({
  version: "v2",
  modules: [{ path: "examples/orders/proto" }, { path: "proto" }],
});

/** Returns the proto with the contract that the page about servers shows a part of. */
export function contractProto(serverPage: Page): string {
  return `
    syntax = "proto3";
    package hapnd.demo.v1;
    import "hapnd/v1/errors.proto";
    import "richerrors/v1/annotations.proto";
    ${serverPage.take("service Events")}
    message AppendRequest {}
    message AppendResponse {}`;
}

/** Generates code for the protos of the example with a template of buf. Returns the folder, `orders` in that of the page. */
export async function generateOrders({ folder }: Page, template: string): Promise<string> {
  const out = join(folder, "orders");
  const file = join(folder, "buf.gen.yaml");
  const plugin = `- local: [node, ${join(ROOT, "dist/esm/src/plugin/bin.js")}]`;
  await mkdir(out);
  await writeFile(file, template.replace("- local: protoc-gen-rich-errors", plugin));
  const args = ["--config", ORDERS, "--path", "examples/orders/proto/shop", "--template", file, "--output", out];
  await runTool("buf", ["generate", ...args], ROOT);
  return out;
}
