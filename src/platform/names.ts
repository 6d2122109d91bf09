/** Returns the advice for an unknown name: the nearest name, or all names. */
export function insteadOf(name: string, names: readonly string[]): string {
  const near = nearestName(name, names);
  return near === undefined ? `write ${listOf(names)}` : `write ${JSON.stringify(near)}`;
}

/** Lists names in quotes. */
export function listOf(names: readonly string[]): string {
  return names.map((name) => JSON.stringify(name)).join(", ");
}

/** Lists the first names, and counts the others: `a, b and 3 more`. */
export function firstOf(names: readonly string[], most: number, shown: (name: string) => string): string {
  const more = names.length > most ? ` and ${names.length - most} more` : "";
  return `${names.slice(0, most).map(shown).join(", ")}${more}`;
}

/**
 * Returns a name that begins in the same way, or the nearest one of those that differ in at most two letters and in fewer
 * than half of their own.
 */
export function nearestName(written: string, names: readonly string[]): string | undefined {
  const lower = written.toLowerCase();
  const begins = (name: string) => lower !== "" && (name.startsWith(lower) || lower.startsWith(name));
  const lowerNames = names.map((name) => name.toLowerCase());
  const beginning = lowerNames.findIndex(begins);
  if (beginning >= 0) return names[beginning];
  const distances = lowerNames.map((name) => {
    const letters = distance(lower, name);
    return letters < name.length / 2 ? letters : Number.POSITIVE_INFINITY;
  });
  const least = Math.min(...distances);
  return least <= 2 ? names[distances.indexOf(least)] : undefined;
}

/** Returns the edit distance of two words: the number of letters to add, remove or replace. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
