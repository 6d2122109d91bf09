/**
 * The facts that tests leave in a folder, from which `rich-errors coverage` makes its report.
 *
 * Each process appends to a file of its own, one JSON object on each line, so that a process that is killed loses
 * nothing. The texts of scripts stand beside it, under their hashes: `9f8e….js`.
 */

/** Something that happened to a declared error. */
export interface Fact {
  /**
   * - `thrown`: a program made the error, or a call failed with it if there is a method.
   * - `received`: a client received it.
   * - `matched`: `instanceof` or the contract of a method told the program that it is this error.
   * - `read`: the program read the reason or the name of a received error.
   */
  readonly fact: "thrown" | "received" | "matched" | "read";
  /** The enum and the reason: see {@link factKey}. */
  readonly error: string;
  /** The path of the method, if it is known: `"/shop.v1.Orders/GetOrder"`. */
  readonly method?: string | undefined;
  /** The file of the program, for `matched` and `read`. */
  readonly file?: string;
  /** For `read`: the text that the program got. */
  readonly value?: string;
  /** For `read`: the hash of the script, which names the file with its text. */
  readonly script?: string;
  /** For `read`: the place in the text of the script, in UTF-16 units. */
  readonly position?: number;
}

/** A fact, and how often it happened. */
export interface CountedFact extends Fact {
  readonly count: number;
}

/** The first line of a file of facts. */
export const HEADER = { format: "grpc-rich-errors coverage", version: 1 };

/** The extension of a file of facts. */
export const FACTS = ".jsonl";

/** The folder that facts are written to, unless the environment names another. */
export const DEFAULT_FOLDER = ".rich-errors-coverage";

/** The environment variable that names the folder. */
export const FOLDER_VARIABLE = "RICH_ERRORS_COVERAGE";

/** The identity of an error in facts: the full name of its enum, and its reason. */
export function factKey({ enumName, reason }: { readonly enumName: string; readonly reason: string }): string {
  return `${enumName} ${reason}`;
}

/** The name of the file with the text of a script. */
export function scriptFile(hash: string): string {
  return `${hash}.js`;
}

/**
 * Reads the lines of a file of facts. A line that a killed process did not finish is left out. For a fact that occurs
 * several times, the last count is the right one.
 *
 * @returns `undefined` if the file is none of this version
 */
export function readFacts(text: string): CountedFact[] | undefined {
  const [header, ...lines] = text.split("\n");
  if (header !== JSON.stringify(HEADER)) return undefined;
  const facts = new Map<string, CountedFact>();
  for (const line of lines) {
    const fact = parsed(line);
    if (!fact) continue;
    const { count, ...key } = fact;
    facts.set(JSON.stringify(key), fact);
  }
  return [...facts.values()];
}

function parsed(line: string): CountedFact | undefined {
  try {
    const fact: unknown = JSON.parse(line);
    return isFact(fact) ? fact : undefined;
  } catch {
    return undefined;
  }
}

function isFact(value: unknown): value is CountedFact {
  if (typeof value !== "object" || value === null) return false;
  const { fact, error, count }: Partial<Record<keyof CountedFact, unknown>> = value;
  return typeof fact === "string" && typeof error === "string" && typeof count === "number";
}
