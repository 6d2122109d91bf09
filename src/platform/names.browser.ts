// As in Node, but without the search for the nearest name.

export function insteadOf(_name: string, names: readonly string[]): string {
  return `write ${listOf(names)}`;
}

export function listOf(names: readonly string[]): string {
  return names.map((name) => JSON.stringify(name)).join(", ");
}

export function firstOf(names: readonly string[], most: number, shown: (name: string) => string): string {
  const more = names.length > most ? ` and ${names.length - most} more` : "";
  return `${names.slice(0, most).map(shown).join(", ")}${more}`;
}
