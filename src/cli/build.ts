import { printable } from "../declaration/problems.js";
import { runBuf } from "./buf.js";
import { Failure } from "./failure.js";
import { type Image, readImage } from "./image.js";
import type { Terminal } from "./terminal.js";

/** What `buf build` came to: an image, or why there is none. */
export type Build = Image | BuildFailure;

/** Why buf could not compile protos. */
export interface BuildFailure {
  /** Mistakes in the protos. */
  readonly mistakes: readonly Mistake[];
  /** What else buf says. */
  readonly text: string;
}

/** A mistake in a proto that its compiler found. */
export interface Mistake {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly text: string;
}

/** Runs `buf build` in a folder. */
export async function build(args: readonly string[], folder: string, terminal: Terminal): Promise<Build> {
  const all = ["build", ...args, "--error-format", "json", "-o", "-#format=binpb"];
  const { succeeded, stdout, stderr } = await runBuf(all, folder, terminal);
  return succeeded ? readImage(stdout, "what buf built") : failureOf(stderr);
}

/** Tells whether what is missing is files, and nothing is wrong with those that are there. */
export function lacksFiles({ mistakes, text }: BuildFailure): boolean {
  return mistakes.some(({ text }) => /file does not exist/.test(text)) || /had no \.proto files/.test(text);
}

/** What was wrong, for whoever wrote the protos. */
export function failureFor({ mistakes, text }: BuildFailure, name: string): Failure {
  if (mistakes.length === 0) return Failure.usage(`buf cannot compile ${name}: ${text}`);
  const lines = mistakes.map(({ path, line, column, text }) => printable(`${path}:${line}:${column}: ${text}`));
  return new Failure(1, [...new Set(lines), ...(text === "" ? [] : [text])].join("\n"));
}

function failureOf(stderr: string): BuildFailure {
  const lines = stderr.split(/\r?\n/).filter((line) => line.trim() !== "");
  const read = lines.map((line) => mistakeOf(line) ?? line);
  return {
    mistakes: read.filter((line) => typeof line !== "string"),
    text: read
      .filter((line) => typeof line === "string")
      .map((line) => line.replace(/^Failure: /, ""))
      .join("\n"),
  };
}

function mistakeOf(line: string): Mistake | undefined {
  if (!line.startsWith('{"path":')) return undefined;
  const { path, start_line, start_column, message }: Record<string, unknown> = JSON.parse(line);
  return { path: String(path), line: Number(start_line), column: Number(start_column), text: String(message) };
}
