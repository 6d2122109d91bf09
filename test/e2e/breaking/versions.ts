import { type ChildProcess, spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { rolldown } from "rolldown";
import { ROOT, runTool, writeFiles } from "../../plugin/compile.js";
import { CLIENT, type Edits, PROTO, type ProtoChange, SERVER } from "./changes.js";
import type { Observations } from "./peer.js";

// Both versions of many changes: one generation and one program for each version, instead of one for each change.

/** The protos and programs of both versions, in a folder of their own. */
export interface Versions {
  /** The folders of the protos. */
  readonly protos: Readonly<Record<Age, string>>;
  /** The changes whose old client does not compile with the new generated code, with the first mistake. */
  readonly mistakes: ReadonlyMap<string, string>;
  /** Runs the programs. Returns what each client sees of each server. */
  run(): Promise<Readonly<Record<`${Age} client, ${Age} server`, Observations>>>;
  /** Runs `buf breaking` with the plugin and some groups of rules, and no rules of buf. */
  bufBreaking(groups: readonly string[]): Promise<{ readonly out: string; readonly err: string }>;
  remove(): Promise<void>;
}

type Age = "old" | "new";

/** The two versions of a change, as files beside the generated code. */
interface Files {
  readonly proto: string;
  readonly server: string;
  readonly client: string;
}

/** Generates and compiles both versions of changes. */
export async function generateVersions(changes: Readonly<Record<string, ProtoChange>>): Promise<Versions> {
  await mkdir(join(ROOT, "build"), { recursive: true });
  const folder = await mkdtemp(join(ROOT, "build/breaking-"));
  const protos = { old: join(folder, "old/proto"), new: join(folder, "new/proto") };
  const files = Object.entries(changes).map(([name, change]) => [name, filesOf(name, change)] as const);
  for (const age of ["old", "new"] as const) {
    const versions = files.map(([name, files]) => [name, files[age]] as const);
    await writeFiles(join(folder, age), {
      ...Object.fromEntries(versions.map(([name, { proto }]) => [`proto/${name}/v1/errors.proto`, proto])),
      ...Object.fromEntries(versions.map(([name, { server }]) => [`gen/${name}/v1/server.ts`, server])),
      ...Object.fromEntries(versions.map(([name, { client }]) => [`gen/${name}/v1/client.ts`, client])),
      "main.ts": mainOf(Object.keys(changes)),
      "buf.yaml": JSON.stringify({ version: "v2", modules: [{ path: "proto" }] }),
      "buf.gen.yaml": JSON.stringify(TEMPLATE),
    });
    for (const path of ["richerrors/v1/annotations.proto", "google/rpc/code.proto"]) {
      await cp(join(ROOT, "proto", path), join(protos[age], path));
    }
  }
  // The old client, compiled with the new generated code.
  for (const [name, { old }] of files) await writeFile(join(folder, `new/gen/${name}/v1/old_client.ts`), old.client);
  await Promise.all((["old", "new"] as const).map((age) => runTool("buf", ["generate"], join(folder, age))));
  const [mistakes] = await Promise.all([
    compile(folder),
    ...(["old", "new"] as const).map((age) => bundle(join(folder, age))),
  ]);
  return {
    protos,
    mistakes,
    run: () => run(folder),
    bufBreaking: (groups) => bufBreaking(groups, folder),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function bufBreaking(groups: readonly string[], folder: string) {
  const plugin = [process.execPath, join(ROOT, "dist/esm/src/buf-plugin/bin.js")];
  const config = { version: "v2", modules: [{ path: "proto" }], plugins: [{ plugin }], breaking: { use: groups } };
  await writeFile(join(folder, "new/buf.yaml"), JSON.stringify(config));
  const args = ["breaking", "--against", "../old", "--error-format", "json"];
  // buf fails because it finds something.
  const { stdout, stderr } = await runTool("buf", args, join(folder, "new")).catch(
    (error: { stdout: string; stderr: string }) => error,
  );
  return { out: stdout, err: stderr };
}

const TEMPLATE = {
  version: "v2",
  inputs: [{ directory: "proto", exclude_paths: ["proto/richerrors", "proto/google"] }],
  plugins: [
    {
      local: "protoc-gen-ts_proto",
      out: "gen",
      // Else buf starts it once for each folder.
      strategy: "all",
      exclude_types: ["richerrors.v1.error", "richerrors.v1.error_enum", "richerrors.v1.errors"],
      opt: [
        ...["forceLong=bigint", "oneof=unions-value", "outputServices=grpc-js", "outputJsonMethods=false"],
        ...["outputPartialMethods=false", "esModuleInterop=true", "importSuffix=.js", "env=node"],
      ],
    },
    { local: [process.execPath, join(ROOT, "dist/esm/src/plugin/bin.js")], out: "gen", strategy: "all" },
  ],
};

function filesOf(name: string, change: ProtoChange): Readonly<Record<Age, Files>> {
  const { old = [], edits, oldServer = [], server = [], oldClient = [], client = [] } = change;
  const before: Files = {
    proto: edited(PROTO.replaceAll("PACKAGE", name), old),
    server: edited(SERVER, oldServer),
    client: edited(CLIENT, oldClient),
  };
  const after = {
    proto: edited(before.proto, edits),
    server: edited(before.server, server),
    client: edited(before.client, client),
  };
  return { old: before, new: after };
}

function edited(text: string, edits: Edits): string {
  return edits.reduce((text, [from, to]) => {
    if (from === "" || !text.includes(from)) throw new Error(`there is no ${JSON.stringify(from)} in ${text}`);
    return text.replace(from, () => to);
  }, text);
}

function mainOf(names: readonly string[]): string {
  const imports = names.flatMap((name) => [
    `import * as ${name}_server from "./gen/${name}/v1/server.js";`,
    `import * as ${name}_client from "./gen/${name}/v1/client.js";`,
  ]);
  const versions = names.map((name) => `  ${name}: { server: ${name}_server, client: ${name}_client },`);
  return `import { main } from ${JSON.stringify(join(ROOT, "test/e2e/breaking/peer.ts"))};
${imports.join("\n")}

await main({
${versions.join("\n")}
});
`;
}

/** Compiles the code of both versions. Throws if it has mistakes, other than those of old clients with new generated code. */
async function compile(folder: string): Promise<ReadonlyMap<string, string>> {
  // Against the declarations of the built package, because its source would take most of the time.
  const compilerOptions = {
    target: "es2023",
    module: "nodenext",
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: ["node"],
  };
  const config = { compilerOptions, include: ["*/gen"] };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config));
  const { stdout } = await runTool("tsc", ["-p", ".", "--pretty", "false"], folder).catch(
    (error: { stdout: string }) => error,
  );
  const mistakes = new Map<string, string>();
  for (const line of stdout.split("\n").filter((line) => /^\S.*error TS/.test(line))) {
    const [, name] = /^new\/gen\/(\w+)\/v1\/old_client\.ts\(/.exec(line) ?? [];
    if (name === undefined) throw new Error(stdout);
    if (!mistakes.has(name)) mistakes.set(name, line);
  }
  return mistakes;
}

async function bundle(folder: string): Promise<void> {
  const made = await rolldown({
    input: join(folder, "main.ts"),
    platform: "node",
    external: (id) => !id.startsWith(".") && !id.startsWith("/"),
  });
  await made.write({ file: join(folder, "main.mjs"), format: "esm", codeSplitting: false });
  await made.close();
}

async function run(folder: string) {
  const programs: ChildProcess[] = [];
  const start = (age: Age, args: readonly string[], stdin?: string) => {
    const child = spawn(process.execPath, [join(folder, age, "main.mjs"), ...args], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    programs.push(child);
    child.stdin?.end(stdin);
    return firstLine(child, `the ${age} ${args[0]}`);
  };
  try {
    const sources = await Promise.all((["old", "new"] as const).map((age) => start(age, ["server"])));
    const both = `[${sources.join(",")}]`;
    const [byOld, byNew] = await Promise.all((["old", "new"] as const).map((age) => start(age, ["client"], both)));
    const [oldOld, oldNew]: [Observations, Observations] = JSON.parse(byOld ?? "");
    const [newOld, newNew]: [Observations, Observations] = JSON.parse(byNew ?? "");
    return {
      "old client, old server": oldOld,
      "old client, new server": oldNew,
      "new client, old server": newOld,
      "new client, new server": newNew,
    };
  } finally {
    for (const program of programs) program.kill();
  }
}

async function firstLine(child: ChildProcess, name: string): Promise<string> {
  if (!child.stdout) throw new Error(`${name} has no output`);
  for await (const line of createInterface(child.stdout)) return line;
  throw new Error(`${name} ended without a word`);
}
