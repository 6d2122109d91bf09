import { stepsFrom } from "./steps.js";
import { begin, type Scenario, type World } from "./world.js";

/** What can go wrong with a write. */
export const VIOLATIONS = [
  "lost",
  "doubled",
  "acknowledged and gone",
  "falsely not applied",
  "overtaken",
  "given up",
] as const;

export type Violation = (typeof VIOLATIONS)[number];

/** The result of a search. */
export interface Found {
  /** The number of distinct states. */
  readonly states: number;
  /** How many of them are final: nothing more can happen. */
  readonly ends: number;
  /** How often each violation occurs in the final states. */
  readonly violations: Readonly<Record<Violation, number>>;
  /** The steps to the first violation. */
  readonly example: readonly string[] | undefined;
}

/** Gives equal worlds equal keys. Worlds share the parts that a step does not change, so most parts are written once. */
class WorldKeys {
  readonly #numbers = new WeakMap<object, number>();
  readonly #texts = new Map<string, number>();

  of(world: World): string {
    const parts = Object.values(world).map((part: World[keyof World]) => {
      if (typeof part === "number") return part;
      return "length" in part ? part.map((each) => this.#numberOf(each)).join() : this.#numberOf(part);
    });
    return parts.join(" ");
  }

  #numberOf(part: object): number {
    const known = this.#numbers.get(part);
    if (known !== undefined) return known;
    const text = JSON.stringify(part);
    const number = this.#texts.get(text) ?? this.#texts.size;
    this.#texts.set(text, number);
    this.#numbers.set(part, number);
    return number;
  }
}

/** Explores every order of events of a scenario. */
export function search(scenario: Scenario): Found {
  const violations = Object.fromEntries(VIOLATIONS.map((violation) => [violation, 0])) as Record<Violation, number>;
  const seen = new Set<string>();
  const keys = new WorldKeys();
  const path: string[] = [];
  let ends = 0;
  let example: readonly string[] | undefined;
  const visit = (world: World) => {
    const key = keys.of(world);
    if (seen.has(key)) return;
    seen.add(key);
    const steps = stepsFrom(world, scenario);
    // What may or may not happen, such as a failover, does not keep a state from being final.
    if (world.network.length === 0 && steps.every(({ name }) => name === "failover")) {
      ends++;
      const found = violationsIn(world, scenario);
      for (const violation of found) violations[violation]++;
      if (found.length > 0) example ??= [...path, `⇒ ${found.join(", ")}`];
    }
    for (const { name, world: next } of steps) {
      path.push(name);
      visit(next);
      path.pop();
    }
  };
  visit(begin(scenario));
  return { states: seen.size, ends, violations, example };
}

function violationsIn({ log, clients }: World, { rules, sends }: Scenario): readonly Violation[] {
  const found: Violation[] = [];
  const isRead = rules.keeps === "a read";
  const places = clients.map(({ write }) => log.entries.findIndex(({ event }) => event === write.event));
  for (const [index, { write, waits, behind, sends: sent }] of clients.entries()) {
    const times = log.entries.filter(({ event }) => event === write.event).length;
    if (typeof waits === "string") throw new Error(`a final state has a client that waits: ${waits}`);
    const { success, stored, mayBeApplied } = waits;
    if (times > 1) found.push("doubled");
    if (success && times === 0 && !isRead) found.push(stored ? "acknowledged and gone" : "lost");
    if (!success && !mayBeApplied && times > 0) found.push("falsely not applied");
    if (!success && isRead && sent < (sends[index] ?? 0)) found.push("given up");
    const [own = -1, before = -1] = [places[index], places[index - 1]];
    if (behind && own >= 0 && before > own && isSuccess(clients[index - 1])) found.push("overtaken");
  }
  return found;
}

function isSuccess(client: World["clients"][number] | undefined): boolean {
  return typeof client?.waits === "object" && client.waits.success;
}
