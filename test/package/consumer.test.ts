import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createProject, type Project, ROOT } from "./project.js";
import { PAGES_WITH_COMMANDS, Pages } from "./snippets.js";

describe("a project that installs this package from its tarball", () => {
  let project: Project;
  let server: ChildProcess | undefined;

  beforeAll(async () => {
    project = await createProject("examples/orders");
    await moveToPort(project.folder, await freePort());
    await project.run("buf", "generate");
  });

  afterAll(async () => {
    server?.kill();
    await project.remove();
  });

  test("generates its errors, compiles strictly, throws and catches them", async () => {
    const strict = ["--strict", "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess"];
    await project.run("tsc", ...strict);

    server = spawn("node", ["out/server.js"], { cwd: project.folder, stdio: "inherit" });
    expect(await retried(() => project.run("node", "out/client.js"))).toBe(printed("7n"));
  });

  test("throws and catches the same errors without generated code", async () => {
    expect(await project.run("node", "loaded/client.mjs")).toBe(printed("7"));
    server?.kill();
    await once(server as ChildProcess, "exit");
    server = spawn("node", ["loaded/server.mjs"], { cwd: project.folder, stdio: "inherit" });
    expect(await retried(() => project.run("node", "out/client.js"))).toBe(printed("7n"));
    expect(await project.run("node", "loaded/client.mjs")).toBe(printed("7"));
  });

  test("gets the same code from protoc as from buf", async () => {
    const before = await readFile(join(project.folder, "gen/shop/v1/errors.rich.ts"), "utf8");
    const includes = ["-Iproto", "-Inode_modules/grpc-rich-errors/proto"];
    await project.run("protoc", ...includes, "--rich-errors_out=gen", "proto/shop/v1/errors.proto");
    expect(await readFile(join(project.folder, "gen/shop/v1/errors.rich.ts"), "utf8")).toBe(before);
  });

  test("prints its errors from the command line, with the schema of the package", async () => {
    const catalogs = [["proto"], ["."], ["proto/shop"]].map((path) =>
      project.run("rich-errors", "catalog", ...path, "--format", "json"),
    );
    const [printed = "", ...others] = await Promise.all(catalogs);
    for (const other of others) expect(other).toBe(printed);
    expect(JSON.parse(printed)).toMatchObject({ enums: [{ errors: [{ reason: "ORDER_REJECTED" }] }] });
    const schema = createRequire(join(project.folder, "x.js")).resolve("grpc-rich-errors/catalog.schema.json");
    const isCatalog = new Ajv2020().compile(JSON.parse(await readFile(schema, "utf8")));
    expect([isCatalog(JSON.parse(printed)), isCatalog.errors]).toEqual([true, null]);
    expect(await project.run("rich-errors", "--version")).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  // One of them runs the client, which calls the server of the test before.
  test("runs the commands of the documentation", async () => {
    const pages = await Pages.read();
    const snippets = PAGES_WITH_COMMANDS.flatMap((page) => pages.on(page));
    let commands = 0;
    for (const [index, { language, code }] of snippets.entries()) {
      if (language !== "sh") continue;
      const printed = await project.run("bash", "-ec", `set -o pipefail; ${code}`);
      const next = snippets[index + 1];
      if (next?.language === "text") expect(printed).toBe(next.code);
      commands++;
    }
    expect(commands).toBe(11);
  });

  test("runs the rules of lint in buf, with the lines of the documentation", async () => {
    const pages = await Pages.read();
    const config = join(project.folder, "buf.yaml");
    const [before, path] = [await readFile(config, "utf8"), join(project.folder, "proto/shop/v1/errors.proto")];
    await writeFile(config, `${before}${pages.take("docs/linting.md", "plugin: buf-plugin-rich-errors")}`);
    expect(await project.run("buf", "lint", "proto")).toBe("");
    const proto = await readFile(path, "utf8");
    await writeFile(path, proto.replace("status_code: INVALID_ARGUMENT", "$& http_status: 404"));
    const finding = /http_status 404 of ORDER_ERROR_ORDER_REJECTED contradicts INVALID_ARGUMENT; write 400, or another/;
    await expect(project.run("buf", "lint", "proto")).rejects.toThrow(finding);
    await expect(project.run("rich-errors", "lint", "proto")).rejects.toThrow(finding);
    await writeFile(path, proto);
    await writeFile(config, before);
  });
});

describe("an author's lines for an error with five parts", () => {
  test.each([
    ["server.ts", 12],
    ["client.ts", 10],
  ])("are few in %s", async (file, most) => {
    const source = await readFile(join(ROOT, "examples/orders", file), "utf8");
    const lines = source.split("\n").filter((line) => line.trim() !== "" && !PLAIN.some((plain) => plain.test(line)));
    expect(lines.length, lines.join("\n")).toBeLessThanOrEqual(most);
    expect(lines.length).toBeGreaterThan(most / 2);
  });
});

/** Other tests run the same example at the same time, on the port that it names. */
async function moveToPort(folder: string, port: number): Promise<void> {
  for (const file of ["server.ts", "client.ts", "loaded/server.mjs", "loaded/client.mjs"]) {
    const path = join(folder, file);
    await writeFile(path, (await readFile(path, "utf8")).replace("127.0.0.1:50051", `127.0.0.1:${port}`));
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** The same program on plain grpc-js, without errors. */
const PLAIN = [
  /from "@grpc\/grpc-js"/,
  /from ".*\/orders.js"/,
  /^server\.(addService|bindAsync)/,
  /^ {2}OrderServiceService,$/,
  /^ {4}placeOrder: async/,
  /return \{\};$/,
  /if \(error\) throw error/,
  /^ {2}console\.log\(`listening/,
  /^try \{$|^client\.close/,
  /^[\s})\],;]+$/,
];

/** The output of the client, with the number as its library shows it. */
function printed(rule: string): string {
  return `order o-7 breaks rule 7 ORDER_REJECTED shop.v1 ${rule} 1500 rule 7 of the warehouse
quantity must be at least 1
address must not be empty
`;
}

/** The server needs a moment before it listens. */
async function retried(attempt: () => Promise<string>, left = 20): Promise<string> {
  try {
    return await attempt();
  } catch (error) {
    if (left === 0) throw error;
    return retried(attempt, left - 1);
  }
}
