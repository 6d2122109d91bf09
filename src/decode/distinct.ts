import { base64Encode } from "@bufbuild/protobuf/wire";
import { PackedStatus } from "../status/trailer.js";
import type { FoundError } from "./found-error.js";

/** An error, and how often an input contains it. */
export interface CountedError {
  readonly found: FoundError;
  readonly times: number;
}

/**
 * Merges the errors that an input repeats: in every line of a log, or once with its trailer and once as text.
 *
 * Two errors are the same if they have the same code and message, and if their details are equal, or one of them has
 * none, or one has them as JSON and the other as bytes. The one with most details stays, with its bytes if there are any.
 */
export function distinctErrors(errors: readonly FoundError[]): CountedError[] {
  const groups = new Map<string, Group>();
  for (const found of errors) {
    const key = headOf(found);
    const group = groups.get(key);
    if (group) group.add(found);
    else groups.set(key, new Group(found));
  }
  return [...groups.values()].flatMap((group) => group.errors).sort((a, b) => a.found.at - b.found.at);
}

function headOf({ code, message, trailer, response }: FoundError): string {
  const head = trailer && new PackedStatus(trailer).head;
  const known = { code: code ?? head?.code, message: message ?? head?.message };
  return JSON.stringify(known.code === undefined ? [response?.status, response?.body] : [known.code, known.message]);
}

/** The errors with the same code and message. */
class Group {
  /** By the trailer or the JSON; for an error without details, by an empty text. */
  readonly #byDetails = new Map<string, CountedError>();
  readonly #first: FoundError;

  constructor(first: FoundError) {
    this.#first = first;
    this.add(first);
  }

  add(found: FoundError): void {
    const key = detailsOf(found);
    const known = this.#byDetails.get(key);
    this.#byDetails.set(
      key,
      known ? { found: merged(known.found, found), times: known.times + 1 } : { found, times: 1 },
    );
  }

  get errors(): CountedError[] {
    const all = [...this.#byDetails.values()];
    const packed = all.filter(({ found }) => found.trailer);
    const json = all.filter(({ found }) => found.response);
    const kept = packed.length > 0 ? packed : json.length > 0 ? json : all;
    const [only, another] = kept;
    // The first text of the error says where it begins.
    return only && !another ? [{ ...only, found: { ...only.found, at: this.#first.at } }] : kept;
  }
}

/** The first of two equal errors, with what is wrong with either. */
function merged(first: FoundError, { damage = [] }: FoundError): FoundError {
  const all = new Set([...(first.damage ?? []), ...damage]);
  return all.size > 0 ? { ...first, damage: [...all] } : first;
}

function detailsOf({ trailer, response }: FoundError): string {
  if (trailer) return base64Encode(trailer);
  return response ? JSON.stringify(response.body) : "";
}
