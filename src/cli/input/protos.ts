import { createReadStream, existsSync, readdirSync } from "node:fs";
import { stat } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import type { DescFile } from "@bufbuild/protobuf";
import type { DeclaredFile } from "../../declaration/model.js";
import { Problems, printable } from "../../declaration/problems.js";
import { Schema } from "../../declaration/schema.js";
import { thrownText } from "../../platform/values.js";
import { readModules } from "../../plugin/plugin.js";
import type { Terminal } from "../output/terminal.js";
import { type BuildFailure, buildImage, type Image, MAX_IMAGE_BYTES, readImage, runBuf } from "./buf.js";
import { Failure } from "./command.js";
import { commonFolder, isWithin, OWN_PROTOS } from "./folders.js";
import { fixOf } from "./mistake-fixes.js";

/** The protos of an input. */
export interface Protos {
  readonly schema: Schema;
  /** The files of the input itself. The schema also has their imports. */
  readonly targets: readonly DescFile[];
  /**
   * Returns the path at which the user finds a file: relative to the current folder, or absolute outside of it. Returns the
   * import path of a file from elsewhere.
   *
   * @param file the path by which protos import the file
   */
  pathOf(file: string): string;
}

/**
 * Reads the errors that an input declares.
 *
 * @throws Failure if the input cannot be read or does not compile, or with every mistake in its declarations
 */
export async function readDeclarations(
  input: string,
  terminal: Terminal,
): Promise<Protos & { readonly files: readonly DeclaredFile[] }> {
  const protos = await readProtos(input, terminal);
  const problems = new Problems();
  const files = readModules(protos.targets, protos.schema, problems);
  if (problems.size > 0) throw new Failure(1, problems.toString());
  return { ...protos, files };
}

/**
 * Reads the protos of an input.
 *
 * @throws Failure if the input cannot be read or does not compile
 */
export async function readProtos(input: string, terminal: Terminal): Promise<Protos> {
  const image = await readInput(input, terminal);
  const schema = schemaOf(image, printable(input));
  return {
    schema,
    targets: schema.files.filter(({ proto }) => image.targets.has(proto.name)),
    pathOf: (file) => {
      const module = image.modules.find((module) => existsSync(join(module, file)));
      return module === undefined ? file : shownPath(join(module, file), terminal);
    },
  };
}

/** A path as the user writes it: relative to the current folder, or absolute outside of it. */
function shownPath(path: string, terminal: Terminal): string {
  return isWithin(path, terminal.cwd()) ? relative(terminal.cwd(), path) : path;
}

function schemaOf({ files }: Image, name: string): Schema {
  try {
    return new Schema(files);
  } catch (error) {
    throw Failure.usage(`the files of ${name} do not fit together: ${thrownText(error)}`, { cause: error });
  }
}

/** The image of an input, with the folders that the paths of its files are relative to, as far as they are known. */
export interface InputImage extends Image {
  readonly modules: readonly string[];
}

/**
 * Reads an input: a directory of protos, the file of an image, or `-` for an image on stdin.
 *
 * @throws Failure if it cannot be read or does not compile
 */
export async function readInput(path: string, terminal: Terminal): Promise<InputImage> {
  const name = path === "-" ? "stdin" : printable(path);
  try {
    if (path === "-") return await withoutPackages(readImage(await readStdin(terminal), name), terminal);
    const absolute = resolve(terminal.cwd(), path);
    if ((await stat(absolute)).isDirectory()) return await compileFolder(absolute, name, terminal);
    if (path.endsWith(".proto")) {
      throw Failure.usage(`${name} is a single proto; write the directory that its imports are relative to`);
    }
    return await withoutPackages(readImage(await readBounded(createReadStream(absolute), name), name), terminal);
  } catch (error) {
    if (!(error instanceof Error && "syscall" in error)) throw error;
    const reason = Reflect.get(Object(error), "code") === "ENOENT" ? "it does not exist" : thrownText(error);
    throw Failure.usage(`${name} cannot be read: ${reason}`, { cause: error });
  }
}

async function readStdin({ stdin }: Terminal): Promise<Buffer> {
  if (stdin.isTTY) throw Failure.usage("stdin is a terminal; write buf build -o - | rich-errors catalog -");
  return readBounded(stdin, "stdin");
}

async function readBounded(stream: NodeJS.ReadableStream, name: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > MAX_IMAGE_BYTES) {
      throw Failure.usage(`${name} is larger than ${MAX_IMAGE_BYTES / 2 ** 20} MiB, the maximum for an image`);
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/** The files of {@link OWN_PROTOS} that users import, by their folders. */
const IMPORTABLE: Readonly<Record<string, readonly string[]>> = {
  "google/rpc": ["code.proto", "error_details.proto", "status.proto"],
  "kurrent/rpc": ["rpc.proto"],
  "richerrors/v1": ["annotations.proto"],
};

/**
 * Compiles a directory with `buf build`, which applies its `buf.yaml` and dependencies.
 *
 * If imports are missing, it compiles the same modules once more, together with {@link OWN_PROTOS}.
 */
async function compileFolder(folder: string, name: string, terminal: Terminal): Promise<InputImage> {
  if (!hasProtos(folder)) throw Failure.usage(`${name} contains no .proto files`);
  const workspace = await findWorkspace(folder, terminal);
  const { modules } = workspace;
  const isPart = modules.some((module) => module !== folder && isWithin(folder, module));
  const root = isPart ? workspace.root : folder;
  // buf rejects a part of a module as its input. It needs the workspace and --path.
  const pathIn = (root: string) => (isPart ? ["--path", listItem(relative(root, folder))] : []);
  const installed = join(folder, "node_modules");
  const excluded = existsSync(installed) ? ["--exclude-path", listItem(relative(root, installed))] : [];

  let image = await buildImage([...pathIn(root), ...excluded], root, terminal);
  const shared = commonFolder([...modules, OWN_PROTOS]);
  if ("mistakes" in image && lacksFiles(image) && shared !== undefined) {
    const config = configWithOwnProtos(modules.filter(hasProtos), shared);
    image = await buildImage(["--config", config, ...pathIn(shared)], shared, terminal);
    // buf finds the dependencies of a buf.yaml only in the folder of its buf.lock.
    if ("mistakes" in image && shared !== workspace.root && existsSync(join(workspace.root, "buf.lock"))) {
      image = withHint(image);
    }
  }
  if ("mistakes" in image) throw buildFailure(image, name, terminal);
  if (isPart) return { ...image, modules };
  const wanted = modules.filter((module) => isWithin(module, folder) && !isInstalled(module, folder));
  return { ...only(image, (file) => isIn(file, wanted)), modules: wanted };
}

/** A `buf.yaml` with some modules and the protos of this package, for `--config`. */
function configWithOwnProtos(modules: readonly string[], root: string): string {
  // buf rejects a file that is in two modules, and a config can exclude folders but not files. So if the user has a
  // folder of the same name, one of the two is excluded: this package's folder, unless the user's lacks a file.
  const has = (folder: string, files: readonly string[]) =>
    modules.some((module) => files.every((file) => existsSync(join(module, folder, file))));
  const lacking = Object.entries(IMPORTABLE).flatMap(([folder, files]) => (has(folder, files) ? [] : folder));
  const pathOf = (path: string) => relative(root, path).split(sep).join("/") || ".";
  const pathsIn = (module: string, folders: readonly string[]) => folders.map((folder) => pathOf(join(module, folder)));
  const configs = [
    ...modules.map((module) => ({ path: pathOf(module), excludes: pathsIn(module, ["node_modules", ...lacking]) })),
    ...(lacking.length > 0 ? [{ path: pathOf(OWN_PROTOS), includes: pathsIn(OWN_PROTOS, lacking) }] : []),
  ];
  return JSON.stringify({ version: "v2", modules: configs });
}

/** Checks whether files are missing, and nothing is wrong with the files that exist. */
function lacksFiles({ mistakes, text }: BuildFailure): boolean {
  return mistakes.some(({ text }) => /file does not exist/.test(text)) || /had no \.proto files/.test(text);
}

function withHint(failure: BuildFailure): BuildFailure {
  if (!lacksFiles(failure)) return failure;
  const hint =
    "rich-errors: the dependencies in your buf.yaml are missing because it has no module with " +
    "richerrors/v1/annotations.proto; add node_modules/grpc-rich-errors/proto to its modules";
  return { ...failure, text: [failure.text, hint].filter((text) => text !== "").join("\n") };
}

function buildFailure({ mistakes, text }: BuildFailure, name: string, terminal: Terminal): Failure {
  if (mistakes.length === 0) return Failure.usage(`buf cannot compile ${name}: ${text}`);
  const lines = mistakes.map((mistake) => {
    const { path, line, column, text } = mistake;
    const fix = fixOf(mistake, OWN_PROTOS);
    return printable(`${shownPath(path, terminal)}:${line}:${column}: ${text}${fix === undefined ? "" : `; ${fix}`}`);
  });
  return new Failure(1, [...new Set(lines), ...(text === "" ? [] : [text])].join("\n"));
}

/** The buf workspace that a directory belongs to. */
interface Workspace {
  /** The folder of its `buf.yaml`, or the directory itself. */
  readonly root: string;
  /** The folders that imports are relative to. */
  readonly modules: readonly string[];
}

/**
 * Finds the workspace of a directory as buf does: by the nearest `buf.yaml` or `buf.work.yaml` in it or above it.
 *
 * A directory that neither contains a module nor is in one is a module of its own.
 *
 * @throws Failure if buf cannot read its configuration
 */
export async function findWorkspace(folder: string, terminal: Terminal): Promise<Workspace> {
  const root = configuredFolder(folder);
  if (root !== undefined) {
    const modules = await listModules(root, terminal);
    if (modules.some((module) => isWithin(folder, module) || isWithin(module, folder))) return { root, modules };
  }
  return { root: folder, modules: [folder] };
}

function configuredFolder(folder: string): string | undefined {
  if (["buf.yaml", "buf.work.yaml"].some((name) => existsSync(join(folder, name)))) return folder;
  const parent = dirname(folder);
  return parent === folder ? undefined : configuredFolder(parent);
}

async function listModules(root: string, terminal: Terminal): Promise<string[]> {
  const { succeeded, stdout, stderr } = await runBuf(["config", "ls-modules", "--format", "path"], root, terminal);
  if (!succeeded) throw Failure.usage(`buf cannot read its configuration in ${printable(root)}: ${stderr.trim()}`);
  const paths = stdout.toString().split(/\r?\n/);
  return paths.filter((path) => path !== "").map((path) => resolve(root, path));
}

/**
 * Removes the files of installed packages from the targets of an image.
 *
 * A `buf.yaml` may name a folder in `node_modules` as a module, and an image does not say which module a file is from.
 * The workspace around the current folder does.
 */
async function withoutPackages(image: Image, terminal: Terminal): Promise<InputImage> {
  const modules = await currentModules(terminal);
  if (!modules) return { ...image, modules: [] };
  const installed = modules.filter((module) => isInstalled(module, terminal.cwd()));
  const own = modules.filter((module) => !installed.includes(module));
  return { ...only(image, (file) => isIn(file, own) || !isIn(file, [...installed, OWN_PROTOS])), modules: own };
}

/** The modules around the current folder, or `undefined` if buf cannot list them: an image can come from elsewhere. */
async function currentModules(terminal: Terminal): Promise<readonly string[] | undefined> {
  try {
    return (await findWorkspace(terminal.cwd(), terminal)).modules;
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

function only(image: Image, isWanted: (file: string) => boolean): Image {
  return { ...image, targets: new Set([...image.targets].filter(isWanted)) };
}

function isIn(file: string, modules: readonly string[]): boolean {
  return modules.some((module) => existsSync(join(module, file)));
}

function isInstalled(module: string, folder: string): boolean {
  return relative(folder, module).split(sep).includes("node_modules");
}

/** Checks whether a folder contains a proto at any depth. Installed packages do not count. */
function hasProtos(folder: string): boolean {
  if (!existsSync(folder)) return false;
  const entries = readdirSync(folder, { withFileTypes: true });
  if (entries.some((entry) => entry.name.endsWith(".proto") && !entry.isDirectory())) return true;
  return entries.some(
    (entry) => entry.isDirectory() && entry.name !== "node_modules" && hasProtos(join(folder, entry.name)),
  );
}

/** A path as buf reads it from a comma-separated list. */
function listItem(path: string): string {
  return `"${path.replaceAll('"', '""')}"`;
}
