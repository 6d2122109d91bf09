/** The name that was likely meant: one that differs in two letters at most, or that begins in the same way. */
export function nearestName(written: string, names: readonly string[]): string | undefined {
  const lower = written.toLowerCase();
  const begins = (name: string) => lower !== "" && (name.startsWith(lower) || lower.startsWith(name));
  const lowerNames = names.map((name) => name.toLowerCase());
  const beginning = lowerNames.findIndex(begins);
  return names[beginning < 0 ? lowerNames.findIndex((name) => distance(lower, name) <= 2) : beginning];
}

/** How many letters are to be added, left out or replaced to make one word of another. */
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
