import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { buffer } from "node:stream/consumers";
import { thrownText } from "../thrown-text.js";
import { Failure } from "./failure.js";
import { type Image, readImage } from "./image.js";
import { compileFolder } from "./proto-folder.js";
import type { Terminal } from "./terminal.js";

/**
 * Reads what the user names: a directory of protos, the file of an image, or `-`
 * for an image on stdin.
 *
 * @throws Failure if it cannot be read or does not compile
 */
export async function readInput(path: string, terminal: Terminal): Promise<Image> {
  const name = path === "-" ? "stdin" : path;
  try {
    if (path === "-") return readImage(await readStdin(terminal), name);
    const absolute = resolve(terminal.cwd(), path);
    if ((await stat(absolute)).isDirectory()) return await compileFolder(path, terminal);
    if (path.endsWith(".proto")) {
      throw Failure.usage(`${path} is a single proto; write the directory that imports are looked up in`);
    }
    return readImage(await readFile(absolute), name);
  } catch (error) {
    if (!(error instanceof Error && "syscall" in error)) throw error;
    const why = Reflect.get(Object(error), "code") === "ENOENT" ? "it does not exist" : thrownText(error);
    throw Failure.usage(`${name} cannot be read: ${why}`, { cause: error });
  }
}

async function readStdin({ stdin }: Terminal): Promise<Buffer> {
  if (stdin.isTTY) throw Failure.usage("nothing is piped to stdin; write buf build -o - | rich-errors catalog -");
  return buffer(stdin);
}
