// Runs the example of NestJS with Nest 12, which needs Node 22: `npm run nest12`. It installs both, and the packed package,
// into a temporary folder, compiles the example there, and compares its output with the example's README.

import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const EXAMPLE = join(ROOT, "examples/nestjs");

const folder = mkdtempSync(join(tmpdir(), "grpc-rich-errors-nest-12-"));
const run = (command, ...args) => execFileSync(command, args, { cwd: folder, encoding: "utf8", stdio: "pipe" });
const pack = ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder];
const tarball = execFileSync("npm", pack, { cwd: ROOT, encoding: "utf8" }).trim();
const nest = ["common", "core", "microservices", "platform-express", "platform-fastify"];
const others = ["@bufbuild/protobuf", "@grpc/grpc-js", "@grpc/proto-loader", "protobufjs", "class-transformer"];
const dependencies = {
  ...Object.fromEntries(nest.map((name) => [`@nestjs/${name}`, "12"])),
  ...Object.fromEntries([...others, "class-validator", "reflect-metadata", "rxjs"].map((name) => [name, "*"])),
  "@types/node": "22",
  "grpc-rich-errors": `file:${tarball}`,
  node: "22",
};
const compilerOptions = {
  target: "es2022",
  module: "nodenext",
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  experimentalDecorators: true,
  skipLibCheck: true,
  types: ["node"],
};
try {
  cpSync(EXAMPLE, folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module", dependencies }));
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions }));
  run("npm", "install", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error");
  run(process.execPath, join(ROOT, "node_modules/typescript/bin/tsc"), "-p", ".");
  const node = join(folder, "node_modules/node/bin/node");
  const printed = run(node, "main.js", `127.0.0.1:${await freePort()}`);
  const [, shown] = /```text\n([\s\S]*?)```/.exec(readFileSync(join(EXAMPLE, "README.md"), "utf8"));
  if (printed !== shown) throw new Error(`the README does not show this output:\n${printed}`);
  const installed = JSON.parse(readFileSync(join(folder, "node_modules/@nestjs/microservices/package.json"), "utf8"));
  console.log(`Nest ${installed.version} on Node ${run(node, "--version").trim()} prints what the README shows`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
