import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type File, Instrumenter } from "@stryker-mutator/instrumenter";

/** A small change to the source that some test should notice. */
export interface Mutant {
  readonly id: string;
  /** The path of the source file from the root of the project. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** The source line on which the mutant begins. */
  readonly source: string;
  readonly original: string;
  readonly replacement: string;
}

export interface MutatedSource {
  readonly mutants: readonly Mutant[];
  /** The code with all mutants in it, each switched off, by the absolute path of the source file. */
  readonly code: ReadonlyMap<string, string>;
}

/** Lists the mutants of some source files, and writes all of them into the code behind switches. */
export async function mutate(root: string, files: readonly string[]): Promise<MutatedSource> {
  const sources = new Map(files.map((file) => [join(root, file), readFileSync(join(root, file), "utf8")]));
  const input: File[] = [...sources].map(([name, content]) => ({ name, mutate: true, content }));
  const options = { plugins: null, excludedMutations: [], ignorers: [] };
  const result = await new Instrumenter(silentLogger()).instrument(input, options);
  const mutants = result.mutants.map(({ id, fileName, location: { start, end }, replacement }): Mutant => {
    const lines = (sources.get(fileName) ?? "").split("\n");
    const covered = lines.slice(start.line, end.line + 1);
    covered.push((covered.pop() ?? "").slice(0, end.column));
    covered.unshift((covered.shift() ?? "").slice(start.column));
    return {
      id,
      file: fileName.slice(root.length + 1),
      line: start.line + 1,
      source: lines[start.line]?.trim() ?? "",
      original: covered.join("\n"),
      replacement: replacement ?? "",
    };
  });
  return { mutants, code: new Map(result.files.map(({ name, content }) => [name, content])) };
}

type Logger = ConstructorParameters<typeof Instrumenter>[0];

function silentLogger(): Logger {
  const off = () => false;
  const quiet = () => {};
  return {
    isTraceEnabled: off,
    isDebugEnabled: off,
    isInfoEnabled: off,
    isWarnEnabled: off,
    isErrorEnabled: off,
    isFatalEnabled: off,
    trace: quiet,
    debug: quiet,
    info: quiet,
    warn: quiet,
    error: quiet,
    fatal: quiet,
  };
}
