import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { printable } from "../declaration/problems.js";
import { thrownText } from "../platform/values.js";
import { Failure } from "./failure.js";
import { type Image, MOST_BYTES, readImage } from "./image.js";
import { ownOf } from "./own-files.js";
import { compileFolder } from "./proto-folder.js";
import type { Terminal } from "./terminal.js";

/**
 * Reads what the user names: a directory of protos, the file of an image, or `-`
 * for an image on stdin. Of its files, the targets are those of the user's own.
 *
 * @throws Failure if it cannot be read or does not compile
 */
export async function readInput(path: string, terminal: Terminal): Promise<Image> {
  const name = path === "-" ? "stdin" : printable(path);
  try {
    if (path === "-") return await ownOf(readImage(await readStdin(terminal), name), terminal);
    const absolute = resolve(terminal.cwd(), path);
    if ((await stat(absolute)).isDirectory()) return await compileFolder(path, terminal);
    if (path.endsWith(".proto")) {
      throw Failure.usage(`${name} is a single proto; write the directory that imports are looked up in`);
    }
    return await ownOf(readImage(await readBounded(createReadStream(absolute), name), name), terminal);
  } catch (error) {
    if (!(error instanceof Error && "syscall" in error)) throw error;
    const why = Reflect.get(Object(error), "code") === "ENOENT" ? "it does not exist" : thrownText(error);
    throw Failure.usage(`${name} cannot be read: ${why}`, { cause: error });
  }
}

async function readStdin({ stdin }: Terminal): Promise<Buffer> {
  if (stdin.isTTY) throw Failure.usage("nothing is piped to stdin; write buf build -o - | rich-errors catalog -");
  return readBounded(stdin, "stdin");
}

/** All bytes of a stream, unless they are more than an image has. */
async function readBounded(stream: NodeJS.ReadableStream, name: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > MOST_BYTES)
      throw Failure.usage(`${name} has more than ${MOST_BYTES / 2 ** 20} MiB, which is no image`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}
