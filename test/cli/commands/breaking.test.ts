import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BREAKING_GROUPS } from "../../../src/check/breaking/rules.js";
import { findBuf } from "../../../src/cli/input/buf.js";
import { ROOT } from "../../plugin/compile.js";
import { protoFolder } from "../../support/proto-folder.js";
import { ENV, type Ended, run } from "../fake-terminal.js";
import { HEAD, imageOf } from "../images.js";

const proto = (code: string, rest = "") => `${HEAD}
enum OrderError {
  ORDER_ERROR_UNSPECIFIED = 0;
  ORDER_ERROR_GONE = 1 [(richerrors.v1.error) = {status_code: ${code} ${rest}}];
}
`;
const OLD = proto("NOT_FOUND");
const NEW = proto("ABORTED");

const finding = (file: string) =>
  `${file}:4:50: the code of ORDER_ERROR_GONE changes from NOT_FOUND to ABORTED; keep NOT_FOUND, or add another error that ` +
  "says so [breaks old clients, old servers, stored data] (RICH_ERRORS_SAME_CODE)\n";

/** A folder with both versions as images. */
let images: { readonly old: Uint8Array; readonly new: Uint8Array };
beforeAll(async () => {
  images = { old: await imageOf({ "shop.proto": OLD }, "buf"), new: await imageOf({ "shop.proto": NEW }, "buf") };
});

function imageFolder(): string {
  const folder = protoFolder({});
  writeFileSync(join(folder, "old.binpb"), images.old);
  writeFileSync(join(folder, "new.binpb"), images.new);
  return folder;
}

/** Compares images. */
const compare = (...args: string[]): Promise<Ended> => run(["breaking", ...args], { cwd: imageFolder() });

describe("rich-errors breaking", () => {
  it("prints a line for each finding, and exits with code 1", async () => {
    expect(await compare("new.binpb", "--against", "old.binpb")).toEqual({
      code: 1,
      out: finding("shop.proto"),
      err: "",
    });
  });

  it("prints nothing if nothing breaks", async () => {
    expect(await compare("new.binpb", "--against", "new.binpb")).toEqual({ code: 0, out: "", err: "" });
  });

  it("prints JSON, and annotations of GitHub Actions", async () => {
    const json = await compare("new.binpb", "--against", "old.binpb", "--format", "json");
    expect(JSON.parse(json.out)).toMatchObject({
      file: "shop.proto",
      line: 4,
      rule: "RICH_ERRORS_SAME_CODE",
      breaks: ["old clients", "old servers", "stored data"],
    });
    const github = await compare("new.binpb", "--against", "old.binpb", "--format", "github");
    expect(github.out).toMatch(
      /^::error file=shop\.proto,line=4,col=50,title=RICH_ERRORS_SAME_CODE::the code of .*\]\n$/,
    );
  });

  it("runs the rules that are chosen", async () => {
    const rules = (...args: string[]) => compare("new.binpb", "--against", "old.binpb", ...args);
    expect((await rules("--disable", "RICH_ERRORS_SAME_CODE")).out).toBe("");
    expect((await rules("--disable", "RICH_ERRORS_OLD_CLIENTS")).out).toBe("");
    expect((await rules("--disable", "RICH_ERRORS_GENERATED_CODE")).out).not.toBe("");
    const { code, err } = await rules("--enable", "RICH_ERRORS_SAME_CODES");
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining("write RICH_ERRORS_SAME_CODE\n") });
  });

  it("compares an image on stdin, in either place", async () => {
    const cwd = imageFolder();
    expect((await run(["breaking", "-", "--against", "old.binpb"], { cwd, stdin: images.new })).code).toBe(1);
    expect((await run(["breaking", "new.binpb", "--against", "-"], { cwd, stdin: images.old })).code).toBe(1);
    expect(await run(["breaking", "-", "--against", "-"], { cwd })).toEqual({
      code: 2,
      out: "",
      err: "rich-errors: both versions are -, but stdin has only one image; write one of them to a file\n",
    });
  });

  it("says so if neither version declares errors", async () => {
    const folder = protoFolder({ "a/m.proto": 'syntax = "proto3"; message M {}', "b/m.proto": 'syntax = "proto3";' });
    const ended = await run(["breaking", "a", "--against", "b"], { cwd: folder });
    expect(ended).toEqual({ code: 0, out: "", err: "rich-errors: neither a nor b declares errors\n" });
  });

  it("names every group in its help", async () => {
    const { out } = await run(["breaking", "--help"]);
    for (const group of Object.keys(BREAKING_GROUPS)) expect(out).toContain(`${group}: Changes that`);
    expect(out).toContain("Off by default.");
  });

  it("needs an old version", async () => {
    expect(await compare("new.binpb")).toEqual({
      code: 2,
      out: "",
      err: "rich-errors: missing --against; write rich-errors breaking proto --against git:main\n",
    });
  });

  it("refuses mistakes in the new version, and notes those in the old one", async () => {
    const folder = protoFolder({
      "old/shop.proto": proto("NOT_FOUND", 'help_url: "x"'),
      "new/shop.proto": proto("ABORTED", 'help_url: "x"'),
      "right/shop.proto": NEW,
    });
    const refused = await run(["breaking", "new", "--against", "right"], { cwd: folder });
    expect(refused).toEqual({ code: 1, out: "", err: expect.stringMatching(/^shop\.proto:4:\d+: help_url "x"/) });
    const noted = await run(["breaking", "right", "--against", "old"], { cwd: folder });
    expect(noted.out).toBe(finding("right/shop.proto"));
    expect(noted.err).toMatch(
      /^rich-errors: the old version has mistakes; what they hide is not compared:\nshop\.proto:4:\d+: help_url "x"/,
    );
  });
});

/** Runs git in a folder. */
const git = (folder: string, ...args: string[]) =>
  execFileSync("git", ["-c", "user.name=T", "-c", "user.email=t@example.com", ...args], { cwd: folder, stdio: "pipe" });

function commit(folder: string, protos: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(protos)) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  git(folder, "add", ".");
  git(folder, "commit", "-qm", "Change");
}

/** A repository whose branch `main` has the old version in `api/proto`. The folder has the new version. */
let original: string;
beforeAll(() => {
  original = mkdtempSync(join(tmpdir(), "grpc-rich-errors-repository-"));
  git(original, "init", "-qb", "main");
  commit(original, { "buf.yaml": "version: v2\nmodules:\n  - path: api/proto\n", "api/proto/shop/a.proto": OLD });
  git(original, "checkout", "-qb", "change");
  commit(original, { "api/proto/shop/a.proto": NEW });
});
afterAll(() => rmSync(original, { recursive: true }));

/** A copy of the repository for the current test. */
function repository(): string {
  const folder = protoFolder({});
  cpSync(original, folder, { recursive: true });
  return folder;
}

describe("rich-errors breaking with git", () => {
  it("compares a folder with itself at a branch, and leaves the repository as it is", async () => {
    const cwd = repository();
    writeFileSync(join(cwd, "staged.txt"), "");
    git(cwd, "add", "staged.txt");
    const before = git(cwd, "status", "--porcelain=v2", "--branch").toString();
    const listeners = ["exit", "SIGINT", "SIGTERM", "SIGHUP"].map((event) => process.listeners(event as "exit"));
    const found = { code: 1, out: finding("api/proto/shop/a.proto"), err: "" };
    expect(await run(["breaking", "api/proto", "--against", "git:main"], { cwd })).toEqual(found);
    expect(await run(["breaking", ".", "--against", "git:HEAD~1"], { cwd })).toEqual(found);
    expect(await run(["breaking", "api/proto", "--against", "git:change"], { cwd })).toMatchObject({
      code: 0,
      out: "",
    });
    expect(git(cwd, "status", "--porcelain=v2", "--branch").toString()).toBe(before);
    expect(["exit", "SIGINT", "SIGTERM", "SIGHUP"].map((event) => process.listeners(event as "exit"))).toEqual(
      listeners,
    );
  });

  it("takes a path as git does: from the root, or from the current folder with ./", async () => {
    const root = repository();
    const found = { code: 1, out: finding("proto/shop/a.proto"), err: "" };
    const cwd = join(root, "api");
    expect(await run(["breaking", "proto", "--against", "git:main:api/proto"], { cwd })).toEqual(found);
    expect(await run(["breaking", "proto", "--against", "git:main:./proto"], { cwd })).toEqual(found);
  });

  it("compares two commits, with paths in the repository", async () => {
    const cwd = repository();
    const found = { code: 1, out: finding("api/proto/shop/a.proto"), err: "" };
    expect(await run(["breaking", "git:change:api/proto", "--against", "git:main"], { cwd })).toEqual(found);
  });

  it("finds protos of installed packages, which no commit has", async () => {
    const cwd = repository();
    commit(cwd, {
      ".gitignore": "node_modules\n",
      "buf.yaml": "version: v2\nmodules:\n  - path: api/proto\n  - path: node_modules/common/proto\n",
      "api/proto/shop/a.proto": OLD.replace("enum", 'import "common.proto"; message M { common.C c = 1; }\nenum'),
      "node_modules/common/proto/common.proto": 'syntax = "proto3"; package common; message C {}',
    });
    expect(await run(["breaking", "api/proto", "--against", "git:HEAD"], { cwd })).toEqual({
      code: 0,
      out: "",
      err: "",
    });
  });

  it("reports mistakes in an old proto at the commit", async () => {
    const cwd = repository();
    commit(cwd, { "api/proto/shop/a.proto": proto("NOTFOUND") });
    commit(cwd, { "api/proto/shop/a.proto": NEW });
    expect(await run(["breaking", "api/proto", "--against", "git:HEAD~1"], { cwd })).toEqual({
      code: 1,
      out: "",
      err: expect.stringMatching(/^git:HEAD~1:api\/proto\/shop\/a\.proto:4:\d+: .*; write NOT_FOUND\n$/),
    });
  });

  it.each([
    [
      "git:nowhere",
      "git:nowhere names no commit of the repository; write a branch, a tag or a commit, such as git:main",
    ],
    ["git:", "git: names no ref; write git:main"],
    ["git:main:", "git:main: names no folder; write git:main, or git:main:proto"],
    ["git:--all", "git:--all names no commit of the repository; write a branch, a tag or a commit, such as git:main"],
    [
      "git:main:proto",
      "git:main:proto has no protos in proto; write a folder that has some at main, such as git:main:proto",
    ],
    ["git:main:../proto", "../proto is not in the git repository"],
  ])("says what is wrong with %s", async (against, mistake) => {
    const { code, err } = await run(["breaking", "api/proto", "--against", against], { cwd: repository() });
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(`rich-errors: ${mistake}`) });
  });

  it("works in a hook of git, whose environment names the repository", async () => {
    const cwd = repository();
    const env = { ...ENV, GIT_DIR: ".git", GIT_INDEX_FILE: ".git/index" };
    const found = { code: 1, out: finding("api/proto/shop/a.proto"), err: "" };
    expect(await run(["breaking", "api/proto", "--against", "git:main"], { cwd, env })).toEqual(found);
  });

  it("needs a path beside an image", async () => {
    const cwd = repository();
    writeFileSync(join(cwd, "new.binpb"), images.new);
    expect(await run(["breaking", "new.binpb", "--against", "git:main"], { cwd })).toMatchObject({
      code: 2,
      err: "rich-errors: git:main does not say which folder; write a path after it, such as git:main:proto\n",
    });
    const { code, out } = await run(["breaking", "new.binpb", "--against", "git:main:api/proto/shop"], { cwd });
    expect({ code, out }).toEqual({ code: 1, out: finding("shop.proto") });
  });

  it("names the branch of the remote if there is no local one", async () => {
    const origin = repository();
    const cwd = join(protoFolder({}), "clone");
    git(origin, "clone", "-q", "--branch", "change", origin, cwd);
    expect((await run(["breaking", "api/proto", "--against", "git:main"], { cwd })).err).toBe(
      "rich-errors: git:main names no commit of the repository; write git:origin/main\n",
    );
    expect((await run(["breaking", "api/proto", "--against", "git:origin/main"], { cwd })).code).toBe(1);
  });

  it("says how to get a commit that a shallow clone lacks", async () => {
    const origin = repository();
    const cwd = join(protoFolder({}), "clone");
    git(origin, "clone", "-q", "--depth", "1", "--branch", "change", `file://${origin}`, cwd);
    expect(await run(["breaking", "api/proto", "--against", "git:main"], { cwd })).toMatchObject({
      code: 2,
      err:
        "rich-errors: git:main names no commit of the repository; this clone is shallow, so run git fetch origin main and " +
        "write git:FETCH_HEAD, or set fetch-depth: 0 for actions/checkout\n",
    });
    git(cwd, "fetch", "-q", "--depth", "1", "origin", "main");
    expect((await run(["breaking", "api/proto", "--against", "git:FETCH_HEAD"], { cwd })).code).toBe(1);
  });

  it("needs a repository, and git", async () => {
    const cwd = protoFolder({ "proto/shop.proto": NEW });
    const { err } = await run(["breaking", "proto", "--against", "git:main"], { cwd });
    expect(err).toMatch(
      /^rich-errors: git:main cannot be read: .*\/proto is in no git repository; write a folder or an image instead\n$/,
    );
    const bin = protoFolder({});
    symlinkSync(process.execPath, join(bin, "node"));
    symlinkSync(findBuf(ROOT) ?? "", join(bin, "buf"));
    const env = { ...process.env, PATH: bin };
    const missing = await run(["breaking", "api/proto", "--against", "git:main"], { cwd: repository(), env });
    expect(missing.err).toMatch(
      /^rich-errors: git:main needs git, which does not start \(.*\); install git, or write a folder or an image\n$/,
    );
  });
});
