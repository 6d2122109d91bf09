import type { ErrorInfo } from "../detail/error-info.js";

/** The key in `ErrorInfo.metadata` under which a client learns what the server left out or cut. */
export const SHED = "shed";

/**
 * What a server left out or cut, because it did not fit: `"DebugInfo"`, `"message"`.
 * If there is too much to name, the last entry counts the rest: `"+7997"`.
 */
export function shedOf(info: ErrorInfo | undefined): readonly string[] {
  return info?.metadata[SHED]?.split(",").filter(Boolean) ?? [];
}

/**
 * The note of what was left out or cut. It must fit into the budget itself, so
 * it names a few parts and counts the others. Names of types may come from a
 * peer, and may be anything: those that are no short identifier are only counted.
 */
export class ShedNote {
  readonly #names: string[] = [];
  #text = "";
  #unnamed = 0;

  get isEmpty(): boolean {
    return this.text === "";
  }

  /** The names, and the count of the other parts if there are any. */
  get entries(): readonly string[] {
    return this.#unnamed > 0 ? [...this.#names, `+${this.#unnamed}`] : this.#names;
  }

  /** The entries as they stand in `ErrorInfo.metadata`. */
  get text(): string {
    if (this.#unnamed === 0) return this.#text;
    return this.#text === "" ? `+${this.#unnamed}` : `${this.#text},+${this.#unnamed}`;
  }

  /** The shortest form: the number of parts. */
  get count(): string {
    return `+${this.#names.length + this.#unnamed}`;
  }

  /** @param part what was left out or cut; of the name of a type, what follows its package counts */
  add(part: string): void {
    const name = part.slice(part.lastIndexOf(".") + 1);
    if (this.#names.includes(name)) return;
    if (this.#names.length < MOST_NAMES && this.#text.length + name.length < LONGEST_NOTE && NAME.test(name)) {
      this.#names.push(name);
      this.#text = this.#names.join(",");
    } else {
      this.#unnamed++;
    }
  }
}

/** More than one error that has each standard detail can lose. */
const MOST_NAMES = 16;

/** In characters, the count not among them. */
const LONGEST_NOTE = 240;

const NAME = /^\w{1,64}$/;
