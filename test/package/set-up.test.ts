import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, onTestFinished, test } from "vitest";
import { createEmptyProject, packTarball, ROOT } from "./project.js";

const PROTO = "proto/shop/v1/shop.proto";
const SERVICE = `syntax = "proto3";

package shop.v1;

service ShopService {
  rpc GetItem(GetItemRequest) returns (GetItemResponse);
}

message GetItemRequest {
  string item_id = 1;
}

message GetItemResponse {}
`;

const PROGRAM = {
  "tsconfig.json": JSON.stringify({
    compilerOptions: {
      target: "es2022",
      module: "nodenext",
      strict: true,
      skipLibCheck: true,
      types: ["node"],
      outDir: "out",
    },
    include: ["main.ts"],
  }),
  "main.ts": `import { credentials, Server, ServerCredentials } from "@grpc/grpc-js";
import { promises, richErrorClientOptions, richErrorServerInterceptor, richHandlers } from "grpc-rich-errors";
import { catalog, ItemNotFoundError } from "./gen/shop/v1/errors.rich.js";
import { ShopServiceClient, ShopServiceService } from "./gen/shop/v1/shop.js";

const server = new Server({ interceptors: [richErrorServerInterceptor({ catalogs: [catalog] })] });
server.addService(
  ShopServiceService,
  richHandlers(ShopServiceService, {
    getItem: async ({ request }) => {
      throw new ItemNotFoundError({ itemId: request.itemId });
    },
  }),
);
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), async (error, port) => {
  if (error) throw error;
  const options = richErrorClientOptions({ catalogs: [catalog] });
  const client = new ShopServiceClient(\`127.0.0.1:\${port}\`, credentials.createInsecure(), options);
  try {
    await promises(client).getItem({ itemId: "i-7" });
  } catch (error) {
    if (!(error instanceof ItemNotFoundError)) throw error;
    console.log(error.reason, error.detail.itemId, error.message);
  }
  client.close();
  server.forceShutdown();
});
`,
};
const CAUGHT = "ITEM_NOT_FOUND i-7 item i-7 does not exist\n";

type Files = Readonly<Record<string, string>>;

async function writeAll(folder: string, files: Files): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

/** Runs commands like a user's shell. Returns what they printed on stdout. */
async function shell(folder: string, env: NodeJS.ProcessEnv, commands: string): Promise<string> {
  try {
    return (await promisify(execFile)("bash", ["-ec", commands], { cwd: folder, env })).stdout;
  } catch (error) {
    const [stdout, stderr] = ["stdout", "stderr"].map((name) => Reflect.get(Object(error), name));
    throw new Error(`${commands}\n${stdout}\n${stderr}`, { cause: error });
  }
}

/** The commands that `rich-errors init` printed. */
function commandsIn(printed: string): string[] {
  const [, commands = ""] = /\nNext, run:\n((?: {2}.*\n)+)/.exec(printed) ?? [];
  return commands.split("\n").flatMap((line) => (line === "" ? [] : line.trim()));
}

const GIT = "git -c user.name=x -c user.email=x@example.com";
const SHOP = { name: "shop", type: "module", private: true, dependencies: { "grpc-rich-errors": "*" } };

const GOOGLE = join(ROOT, "node_modules/google-gax/build/protos/google/rpc");

/** Google's protos, as a project that depends on googleapis has them. */
async function googleapis(): Promise<Files> {
  const names = ["code", "error_details", "status"].map((name) => `${name}.proto`);
  const texts = names.map(async (name) => [
    `googleapis/google/rpc/${name}`,
    await readFile(join(GOOGLE, name), "utf8"),
  ]);
  return Object.fromEntries(await Promise.all(texts));
}

const WITH_STATUS = SERVICE.replace("service", 'import "google/rpc/status.proto";\n\nservice').replace(
  "message GetItemResponse {}",
  "message GetItemResponse {\n  repeated google.rpc.Status warnings = 1;\n}",
);

describe("rich-errors init, with the commands that it names,", () => {
  test.each<[string, () => Files | Promise<Files>]>([
    ["in an empty folder", () => ({})],
    [
      "in a repository with googleapis",
      async () => ({
        "buf.yaml": "version: v2\nmodules:\n  - path: googleapis\n  - path: proto\nlint:\n  ignore: [googleapis]\n",
        [PROTO]: WITH_STATUS,
        ...(await googleapis()),
      }),
    ],
    [
      "in a repository that runs ts-proto, and buf breaking against git",
      () => ({
        "buf.yaml": "version: v2\nmodules:\n  - path: proto\nbreaking:\n  use:\n    - FILE\n",
        "buf.gen.yaml": `version: v1
plugins:
  - plugin: ts_proto
    out: gen
    opt: outputServices=grpc-js,esModuleInterop=true,importSuffix=.js,forceLong=string
`,
        [PROTO]: SERVICE,
      }),
    ],
  ])(
    "leads to the typed error %s",
    async (_, files) => {
      const project = await createEmptyProject();
      onTestFinished(() => project.remove());
      const sh = (commands: string) => shell(project.folder, project.env, commands);
      // npx takes several times as long as what it starts. The commands that a user reads run with it, as they stand.
      const tools = (commands: string) => sh(`PATH="$PWD/node_modules/.bin:$PATH"; ${commands}`);
      const before: Files = {
        "package.json": JSON.stringify(SHOP),
        ".gitignore": "node_modules\ngen\nout\n",
        ...(await files()),
      };
      await writeAll(project.folder, before);
      await sh(`${GIT} init --quiet && ${GIT} add --all && ${GIT} commit --quiet -m before`);
      // npm installs the packages of packages, too.
      await sh("npm install grpc-rich-errors @bufbuild/protobuf");

      const commands = commandsIn(await sh("npx rich-errors init"));
      expect(commands).toHaveLength(3);
      for (const command of commands) await sh(command);

      await writeAll(project.folder, { [PROTO]: before[PROTO] ?? SERVICE, ...PROGRAM });
      await tools("buf generate && buf lint && buf format --exit-code proto");
      await tools("tsc");
      expect(await sh("node out/main.js")).toBe(CAUGHT);

      if (before[PROTO] !== undefined) await tools("buf breaking --against .git");
      await tools(`${GIT} add --all && ${GIT} commit --quiet -m after && buf breaking --against .git`);
      expect(await tools("rich-errors init")).toMatch(/^Nothing to change/);
      expect(await sh("git status --porcelain")).toBe("");
    },
    120_000,
  );
});

/** A manifest whose packages come from this repository, so that installing needs no network. */
function manifest(tarball: string, others: readonly string[]): string {
  const link = (name: string) => [name, `link:${join(ROOT, "node_modules", name)}`];
  const overrides = Object.fromEntries([link("@bufbuild/protobuf")]);
  return JSON.stringify({
    ...SHOP,
    dependencies: { "grpc-rich-errors": `file:${tarball}`, ...Object.fromEntries(others.map(link)) },
    devDependencies: Object.fromEntries(["@bufbuild/buf", "ts-proto", "typescript", "@types/node"].map(link)),
    pnpm: { overrides },
    resolutions: overrides,
  });
}

const YARN = join(ROOT, "node_modules/@yarnpkg/cli-dist/bin/yarn.js");

describe("a project under another package manager", () => {
  test.each([
    ["pnpm", "pnpm install --offline --ignore-scripts", "pnpm exec", "pnpm-lock.yaml"],
    ["yarn", "yarn install", "yarn", "yarn.lock"],
  ])(
    "has the typed error with the packages that init names: %s",
    async (name, install, exec, lock) => {
      const home = await mkdtemp(join(tmpdir(), "grpc-rich-errors-strict-"));
      onTestFinished(() => rm(home, { recursive: true, force: true }));
      const folder = join(home, "project");
      const bin = join(home, "bin");
      const tarball = await packTarball();
      await writeAll(bin, { yarn: `#!/bin/sh\nexec "${process.execPath}" "${YARN}" "$@"\n` });
      await writeAll(folder, {
        "package.json": manifest(tarball, ["@grpc/grpc-js"]),
        [lock]: "",
        ".yarnrc.yml":
          "nodeLinker: node-modules\nenableTelemetry: false\nenableNetwork: false\nenableGlobalCache: false\n",
        [PROTO]: SERVICE,
        ...PROGRAM,
      });
      const env = { ...process.env, PATH: `${bin}:${join(ROOT, "node_modules/.bin")}:${process.env["PATH"]}`, CI: "" };
      const sh = (commands: string) => shell(folder, env, commands);
      await sh(`chmod +x ${bin}/yarn && ${install}`);

      const commands = commandsIn(await sh(`${exec} rich-errors init`));
      expect(commands).toEqual([`${name} add @bufbuild/protobuf`, `${exec} buf generate`]);
      const generate = "PATH=node_modules/.bin:$PATH buf generate";
      await sh(generate);
      // Yarn puts the packages of packages where the project finds them, as npm does.
      if (name === "pnpm") await expect(sh("tsc")).rejects.toThrow("Cannot find module '@bufbuild/protobuf/wire'");

      await writeAll(folder, { "package.json": manifest(tarball, ["@grpc/grpc-js", "@bufbuild/protobuf"]) });
      await sh(install);
      await sh("tsc");
      expect(await sh("node out/main.js")).toBe(CAUGHT);
    },
    120_000,
  );
});
