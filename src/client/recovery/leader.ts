/**
 * The leader of a cluster, by what all calls together have learned.
 *
 * Attempts are numbered when they begin. What an attempt shows about the leader counts only if no later attempt has shown
 * something else, because responses may overtake each other.
 */
export class Leader {
  readonly seeds: readonly string[];
  #seed = 0;
  #found: string | undefined;
  #since = 0;
  #attempts = 0;

  /** @param seeds the addresses to begin with, at least one */
  constructor(seeds: readonly string[]) {
    this.seeds = seeds;
  }

  /** The address of the leader, or of the next seed if no leader is known. */
  get address(): string {
    return this.#found ?? this.seeds[this.#seed] ?? "";
  }

  /** The number of the attempt that found the leader. 0 if no leader is known. */
  get foundIn(): number {
    return this.#found === undefined ? 0 : this.#since;
  }

  /** Begins an attempt. Returns its number. */
  begin(): number {
    return ++this.#attempts;
  }

  /** Remembers the leader that an attempt was redirected to, or that responded to it. */
  found(address: string, attempt: number): void {
    if (attempt < this.#since) return;
    this.#found = address;
    this.#since = attempt;
  }

  /** Forgets the leader if an attempt found that it failed. The next seed takes its place. */
  lost(address: string, attempt: number): void {
    if (attempt < this.#since || address !== this.address) return;
    this.#found = undefined;
    this.#since = attempt;
    if (this.seeds[this.#seed] === address) this.#seed = (this.#seed + 1) % this.seeds.length;
  }
}
