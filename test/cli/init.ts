import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { ROOT, runTool } from "../plugin/compile.js";
import { run } from "./fake-terminal.js";

export const ANNOTATION = "richerrors/v1/annotations.proto";
export const CODES = "google/rpc/code.proto";
export const SERVICE = `syntax = "proto3";

package acme.shop.v1;

option go_package = "example.com/acme/shop/v1;shopv1";
option java_package = "com.acme.shop.v1";

service ShopService {
  rpc GetItem(GetItemRequest) returns (GetItemResponse);
}

message GetItemRequest {}

message GetItemResponse {}
`;
export const own = (path: string) => readFileSync(join(ROOT, "proto", path), "utf8");

/** Runs `rich-errors init` in a folder. Returns what it printed, and the texts of the folder's files. */
export async function init(folder: string, ...args: string[]) {
  const { code, out, err } = await run(["init", ...args], { cwd: folder });
  return { code, out, err, files: filesIn(folder) };
}

export function filesIn(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => !/^\.git\b/.test(name));
  const paths = names.filter((name) => statSync(join(folder, name)).isFile()).sort();
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(folder, path), "utf8")]));
}

export function commit(folder: string): void {
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=x", "-c", "user.email=x@example.com", ...args], { cwd: folder });
  git("init", "--quiet", "--initial-branch=main");
  git("add", "--all");
  git("commit", "--quiet", "--allow-empty", "--message=x");
}

/** Compiles and lints a folder as its owner does. */
export async function lint(folder: string, ...args: string[]): Promise<void> {
  await buf(folder, "lint", ...args);
  await buf(folder, "build", ...args);
}

export async function buf(folder: string, ...args: string[]): Promise<void> {
  try {
    await runTool("buf", args, folder);
  } catch (error) {
    throw new Error(`buf ${args.join(" ")}: ${Reflect.get(Object(error), "stdout")}`, { cause: error });
  }
}
