// Replaces `npm install NAME…` without a network: this package comes from its tarball, and every other one is a link to
// the copy that this repository has installed. A package that is not named is not installed. As npm does, it adds the packages to package.json.
//
//   node offline-install.mjs UNPACKED-TARBALL NODE-MODULES install NAME…

import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const [tarball, modules, command, ...args] = process.argv.slice(2);
if (command !== "install") throw new Error(`npm ${command}: only npm install works without a network`);
mkdirSync("node_modules/.bin", { recursive: true });
const manifest = JSON.parse(readFileSync("package.json", "utf8"));
const list = args.includes("--save-dev") ? "devDependencies" : "dependencies";
for (const name of args.filter((arg) => !arg.startsWith("-"))) {
  const target = join("node_modules", name);
  mkdirSync(dirname(target), { recursive: true });
  rmSync(target, { recursive: true, force: true });
  if (name === "grpc-rich-errors") cpSync(tarball, target, { recursive: true });
  else symlinkSync(join(modules, name), target);
  const { bin = {} } = JSON.parse(readFileSync(join(target, "package.json"), "utf8"));
  const commands = typeof bin === "string" ? { [name.split("/").at(-1)]: bin } : bin;
  for (const [link, path] of Object.entries(commands)) {
    rmSync(join("node_modules/.bin", link), { force: true });
    symlinkSync(join("..", name, path), join("node_modules/.bin", link));
    if (name === "grpc-rich-errors") chmodSync(join(target, path), 0o755);
  }
  manifest[list] = { ...manifest[list], [name]: "*" };
}
writeFileSync("package.json", JSON.stringify(manifest));
