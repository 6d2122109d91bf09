import { closeSync, existsSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from "node:fs";

/** A stored event. */
export interface Entry {
  /** The client id and the sequence. */
  readonly key: string;
  readonly eventId: string;
  readonly aggregate: string;
}

/** Reads the entries of a ledger. A process that is killed may leave half a line at the end. */
export function readLedger(path: string): Entry[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, "utf8").split("\n");
  return lines.slice(0, -1).map((line) => JSON.parse(line) as Entry);
}

/** The events of one server, in a file that outlives its process. */
export class Ledger {
  readonly #path: string;
  #file: number;
  #entries: Entry[];
  #byKey = new Map<string, number>();
  #versions = new Map<string, number>();

  constructor(path: string) {
    this.#path = path;
    this.#entries = [];
    this.#file = -1;
    this.replace(readLedger(path));
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /** How many events an aggregate has. */
  versionOf(aggregate: string): number {
    return this.#versions.get(aggregate) ?? 0;
  }

  /** The index of the event with a key. */
  indexOf(key: string): number | undefined {
    return this.#byKey.get(key);
  }

  append(entry: Entry): number {
    writeSync(this.#file, `${JSON.stringify(entry)}\n`);
    return this.#add(entry);
  }

  /** Replaces all entries, by those of the leader. */
  replace(entries: readonly Entry[]): void {
    const text = entries.map((entry) => `${JSON.stringify(entry)}\n`).join("");
    writeFileSync(`${this.#path}.new`, text);
    renameSync(`${this.#path}.new`, this.#path);
    if (this.#file >= 0) closeSync(this.#file);
    this.#file = openSync(this.#path, "a");
    this.#entries = [];
    this.#byKey.clear();
    this.#versions.clear();
    for (const entry of entries) this.#add(entry);
  }

  #add(entry: Entry): number {
    this.#byKey.set(entry.key, this.#entries.length);
    this.#versions.set(entry.aggregate, this.versionOf(entry.aggregate) + 1);
    return this.#entries.push(entry) - 1;
  }
}
