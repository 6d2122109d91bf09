import { type Code, codeName } from "../code.js";
import type { RichError } from "../rich-error.js";
import type { ClientLibrary } from "./client-library.js";

// Why an error was masked, or did not arrive whole. Read by those who run the server.

const HOW = 'add its catalog to "catalogs", or an entry to "map"';

/** An error of a client library. */
export function ofLibrary(library: ClientLibrary): Error {
  return new Error(`masked: an error of a client of ${library}, which says what another server said; ${HOW}`);
}

/** A RichError that came from another server, and that no catalog declares. */
export function ofUnknown({ reason, domain }: RichError): Error {
  const which = reason === undefined ? "without a reason" : `${cut(reason)} of the domain "${cut(domain ?? "")}"`;
  return new Error(`masked: another server's error ${which}, which no catalog declares; ${HOW}`);
}

/** A plain status of a server that answers declared errors only. */
export function ofPlainStatus(code: Code): Error {
  return new Error(
    `masked: a plain status ${codeName(code)}, because of "maskPlainStatuses"; throw a declared error instead`,
  );
}

/** Details of another server's error that are not forwarded. */
export function ofLeftOut(typeNames: ReadonlySet<string>): Error {
  const names = [...typeNames].map((name) => name || "a detail without a type");
  const first = names.slice(0, MOST_NAMES).map(cut).join(", ");
  const more = typeNames.size > MOST_NAMES ? ` and ${typeNames.size - MOST_NAMES} more` : "";
  return new Error(
    `left out of another server's error: ${first}${more}; to forward a type, name it in "forwardDetails"`,
  );
}

const MOST_NAMES = 8;

function cut(text: string): string {
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}
