import { nearestName } from "./nearest-name.js";

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
