import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { CaseDetail } from "../vectors.js";

/** A call for a peer to make: a method of `interop.v1.Interop` and its request. */
export type Call = readonly [method: "Fail" | "FailStream", caseName: string];

/** The status of a call, as a peer's own helpers read it. */
export interface Seen {
  readonly messages: number;
  readonly code: number;
  readonly message: string;
  /** In the peer's own JSON. `undefined` if the call had no status with details. */
  readonly details: readonly CaseDetail[] | null;
  /** The reason why the helper rejects the trailer. */
  readonly refused?: string;
}

/** Another implementation of gRPC in its own process. */
export interface Peer {
  readonly language: string;
  /** Makes its client call a server. */
  call(port: number, calls: readonly Call[]): Promise<Seen[]>;
  /** Starts its server. */
  serve(): Promise<{ readonly port: number; readonly stop: () => void }>;
}

const HERE = fileURLToPath(new URL("peers", import.meta.url));
const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const PROTOS = ["google/rpc/status.proto", "google/rpc/error_details.proto", "interop/v1/interop.proto"];

/** Builds the peers that this machine has the tools for. Prints the others with the reason. */
export function buildPeers(): Peer[] {
  const folder = mkdtempSync(join(tmpdir(), "grpc-peers-"));
  const builders = { "C++": buildCpp, Go: buildGo, Python: buildPython };
  return Object.entries(builders).flatMap(([language, build]) => {
    try {
      return [peerOf(language, build(join(folder, language)))];
    } catch (error) {
      const [why] = String((error as { stderr?: unknown }).stderr || error).split("\n");
      console.log(`skipped: the peer in ${language} cannot be built here: ${why}`);
      return [];
    }
  });
}

/** The command that starts a peer. */
interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

function buildCpp(folder: string): Program {
  mkdirSync(folder);
  protoc([`--cpp_out=${folder}`, ...PROTOS]);
  const grpc = run("which", ["grpc_cpp_plugin"]).trim();
  protoc([`--grpc_out=${folder}`, `--plugin=protoc-gen-grpc=${grpc}`, "interop/v1/interop.proto"]);
  const libraries = run("pkg-config", ["--libs", "grpc++", "protobuf"]).trim().split(/\s+/);
  const sources = [...PROTOS.map((proto) => proto.replace(".proto", ".pb.cc")), "interop/v1/interop.grpc.pb.cc"];
  const command = join(folder, "peer");
  const files = [join(HERE, "peer.cc"), ...sources.map((source) => join(folder, source))];
  run("g++", ["-std=c++17", "-I", folder, ...files, "-o", command, "-lgrpc++_error_details", ...libraries]);
  return { command, args: [] };
}

function buildGo(folder: string): Program {
  const sources = join(folder, "src/peer");
  mkdirSync(sources, { recursive: true });
  protoc([`--go_out=plugins=grpc:${join(folder, "src")}`, "interop/v1/interop.proto"]);
  copyFileSync(join(HERE, "peer.go"), join(sources, "peer.go"));
  const command = join(folder, "peer");
  run("go", ["build", "-o", command, "peer"], {
    GO111MODULE: "off",
    GOFLAGS: "",
    // Debian puts the sources of Go packages here.
    GOPATH: `${folder}:/usr/share/gocode`,
    GOCACHE: join(folder, "cache"),
  });
  return { command, args: [] };
}

function buildPython(folder: string): Program {
  mkdirSync(folder);
  protoc([`--python_out=${folder}`, ...PROTOS]);
  // Debian's own Python, which has Debian's packages, even if another one is first on the path.
  const command = "/usr/bin/python3";
  run(command, ["-c", "import google.protobuf, grpc"]);
  return { command, args: [join(HERE, "peer.py")], env: { PYTHONPATH: folder } };
}

/** The compiler that fits the system's packages of each language. */
function protoc(args: readonly string[]): void {
  run("/usr/bin/protoc", ["-I", "proto", "-I", "test/proto", ...args]);
}

function run(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): string {
  return execFileSync(command, args, { cwd: ROOT, env: { ...process.env, ...env }, encoding: "utf8", stdio: "pipe" });
}

function peerOf(language: string, { command, args, env = {} }: Program): Peer {
  const start = (...more: string[]): ChildProcess =>
    spawn(command, [...args, ...more], { env: { ...process.env, ...env }, stdio: ["pipe", "pipe", "inherit"] });

  return {
    language,

    async call(port, calls) {
      const child = start("call", String(port));
      child.stdin?.end(calls.map(([method, name]) => `${method} ${name}\n`).join(""));
      const seen: Seen[] = [];
      if (child.stdout) for await (const line of createInterface(child.stdout)) seen.push(JSON.parse(line) as Seen);
      return seen;
    },

    async serve() {
      const child = start("serve");
      const [port] = (await once(createInterface(child.stdout ?? process.stdin), "line")) as [string];
      return { port: Number(port), stop: () => void child.stdin?.end() };
    },
  };
}
