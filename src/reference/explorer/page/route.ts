import { FACET_NAMES, type Facet } from "../entries.js";
import type { Query } from "../search.js";

/** What the page shows beside the list. */
export type View =
  | { readonly kind: "overview" }
  | { readonly kind: "decoder"; readonly input: string }
  | { readonly kind: "entry"; readonly anchor: string };

/** A place in the page: what the URL and its entry in the history hold. */
export interface Route {
  readonly view: View;
  /** The query that the URL holds. `undefined` if it holds none, and the current one stays. */
  readonly query?: Query;
}

export const NO_QUERY: Query = { text: "", filters: {} };

const DECODE = "decode";

/** Reads the fragment of a URL: `#decode`, `#decode:CAUS…`, `#?q=leader&system=eventlog`, or `#` with an anchor. */
export function parseRoute(hash: string): Route {
  const text = hash.replace(/^#/, "");
  if (text === "") return { view: { kind: "overview" } };
  const [kind, ...input] = text.split(":");
  if (kind === DECODE) return { view: { kind: "decoder", input: decoded(input.join(":")) } };
  if (text.startsWith("?")) return { view: { kind: "overview" }, query: queryOf(new URLSearchParams(text.slice(1))) };
  return { view: { kind: "entry", anchor: decoded(text) } };
}

/** Returns the fragment for a view and a query. Only that of the overview holds the query. */
export function fragmentOf(view: View, query: Query = NO_QUERY): string {
  if (view.kind === "decoder") return `#${DECODE}${view.input === "" ? "" : `:${encodeURIComponent(view.input)}`}`;
  if (view.kind === "entry") return `#${view.anchor}`;
  const parameters = parametersOf(query);
  return parameters === "" ? "#" : `#?${parameters}`;
}

/** Returns a query as text. {@link parseQuery} reads it. */
export function parametersOf({ text, filters }: Query): string {
  const parameters = new URLSearchParams();
  if (text.trim() !== "") parameters.set("q", text);
  for (const name of FACET_NAMES) for (const value of filters[name] ?? []) parameters.append(name, value);
  return parameters.toString();
}

export function parseQuery(text: string): Query {
  return queryOf(new URLSearchParams(text));
}

function queryOf(parameters: URLSearchParams): Query {
  const filters: Partial<Record<Facet, ReadonlySet<string>>> = {};
  for (const name of FACET_NAMES) {
    const values = parameters.getAll(name);
    if (values.length > 0) filters[name] = new Set(values);
  }
  return { text: parameters.get("q") ?? "", filters };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
