import { inWords } from "../../defaults.js";
import { nearestName } from "../../platform/names.js";
import { type Entry, FACET_NAMES, FACETS, type Facet } from "./entries.js";

/** What the user looks for. */
export interface Query {
  /** Words, a number, or a reason. An empty text finds every error. */
  readonly text: string;
  /** The chosen values of each facet. An error has to have one of them. By default, any value will do. */
  readonly filters: Readonly<Partial<Record<Facet, ReadonlySet<string>>>>;
}

export interface Results {
  /** The best first. Without a text, in the order of declaration. */
  readonly entries: readonly Entry[];
  /** The number of errors by the values of each facet, if the other facets stay as they are. */
  readonly counts: Readonly<Record<Facet, ReadonlyMap<string, number>>>;
}

/** Finds errors by number, reason and words. */
export class Search {
  readonly #indexed: readonly Indexed[];

  constructor(entries: readonly Entry[]) {
    this.#indexed = entries.map(indexed);
  }

  run({ text, filters }: Query): Results {
    const words = wordsOf(text).map((text) => ({ text, start: ` ${text}`, whole: ` ${text} ` }));
    const name = wordsOf(text).join(" ");
    const found: { readonly entry: Entry; readonly score: number }[] = [];
    const counts = Object.fromEntries(FACET_NAMES.map((name) => [name, new Map<string, number>()])) as Record<
      Facet,
      Map<string, number>
    >;
    for (const candidate of this.#indexed) {
      const score = scoreOf(candidate, words, name);
      if (score === 0) continue;
      const { entry, values } = candidate;
      const failing = FACET_NAMES.filter((name) => !passes(values[name], filters[name]));
      if (failing.length === 0) found.push({ entry, score });
      if (failing.length > 1) continue;
      for (const name of failing.length === 0 ? FACET_NAMES : failing) {
        const value = values[name];
        if (value !== undefined) counts[name].set(value, (counts[name].get(value) ?? 0) + 1);
      }
    }
    // Sorting is stable: equally good errors stay in the order of declaration.
    if (words.length > 0) found.sort((a, b) => b.score - a.score);
    return { entries: found.map(({ entry }) => entry), counts };
  }

  /** Returns the reason that the user probably meant, or `undefined`. */
  nearest(text: string): string | undefined {
    const written = wordsOf(text).join("_").toUpperCase();
    const reasons = this.#indexed.map(({ entry }) => entry.error.reason);
    // The others are too long or too short to be near.
    const similar = (name: string) => Math.abs(name.length - written.length) <= 2 || name.startsWith(written);
    return nearestName(written, reasons.filter(similar));
  }
}

/** Splits a text into lower-case words, also within names: `"stream not found"` for `StreamNotFound`. */
export function wordsOf(text: string): string[] {
  const spaced = text.replace(/[^\p{L}\p{N}.-]+/gu, "_");
  const words = /_|[a-z][A-Z]/.test(spaced) ? inWords(spaced) : spaced.toLowerCase();
  return words.split(" ").filter((word) => word !== "");
}

/** The texts of an error, the most telling first. In each, a space precedes every word. */
interface Indexed {
  readonly entry: Entry;
  readonly values: Readonly<Record<Facet, string | undefined>>;
  /** The words of every name of the error. */
  readonly names: ReadonlySet<string>;
  readonly numbers: readonly string[];
  readonly texts: readonly string[];
  /** All texts. */
  readonly whole: string;
}

/** The scores of a word in the texts of {@link Indexed}. */
const WEIGHTS = [40, 20, 8, 4, 2] as const;

function indexed(entry: Entry): Indexed {
  const { error, declared, system, methods } = entry;
  const { summary, causes, clientAction = "" } = error.documentation;
  const fields = error.detail?.fields.map(({ name }) => name) ?? [];
  const parts = [
    [error.reason],
    [error.displayName, error.className],
    [summary, error.message],
    [error.code.name, system, declared.domain, error.category?.name ?? "", ...fields, ...methods],
    [...causes, clientAction, ...Object.entries(error.labels).flat()],
  ];
  const texts = parts.map((part) => ` ${part.flatMap(wordsOf).join(" ")} `);
  return {
    entry,
    values: Object.fromEntries(FACET_NAMES.map((name) => [name, FACETS[name].valueOf(entry)])) as Indexed["values"],
    names: new Set(
      [error.reason, error.name, error.className, error.displayName].map((name) => wordsOf(name).join(" ")),
    ),
    numbers: [String(error.number), String(error.httpStatus)],
    texts,
    whole: texts.join(""),
  };
}

/** A word of a query: itself, and as it stands in a text of {@link Indexed} at the beginning of a word and alone. */
interface Word {
  readonly text: string;
  readonly start: string;
  readonly whole: string;
}

/** The score of an error: 0 if a word is missing. The whole name of an error is worth more than anything else. */
function scoreOf(candidate: Indexed, words: readonly Word[], name: string): number {
  if (words.length > 0 && candidate.names.has(name)) return 2000;
  let total = 1;
  for (const word of words) {
    const score = wordScore(candidate, word);
    if (score === 0) return 0;
    total += score;
  }
  return total;
}

function wordScore({ numbers, texts, whole }: Indexed, word: Word): number {
  const [number = "", httpStatus] = numbers;
  const { text } = word;
  if (text === number) return 1000;
  let best = text.length > 1 && number.startsWith(text) ? 100 : text === httpStatus ? 30 : 0;
  if (!whole.includes(text.length > 2 ? text : word.start)) return best;
  for (let index = 0; index < texts.length; index++) {
    const weight = WEIGHTS[index] ?? 1;
    if (weight * 3 > best) best = Math.max(best, weight * matchOf(texts[index] ?? "", word));
  }
  return best;
}

/** How well a text has a word: 3 as a whole, 2 at the beginning of one, 1 anywhere, 0 not. Short words count only as beginnings. */
function matchOf(text: string, word: Word): number {
  if (!text.includes(word.start)) return word.text.length > 2 && text.includes(word.text) ? 1 : 0;
  return text.includes(word.whole) ? 3 : 2;
}

function passes(value: string | undefined, chosen: ReadonlySet<string> | undefined): boolean {
  return !chosen || chosen.size === 0 || (value !== undefined && chosen.has(value));
}
