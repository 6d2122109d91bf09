/** Headers as `fetch`, Node or a client for HTTP has them. */
export type HeadersLike = { get(name: string): unknown } | Readonly<Record<string, unknown>>;

/** The first value of a header, whose name is given in lower case; none if there is none. Never throws. */
export function headerOf(headers: HeadersLike, name: string): string | undefined {
  try {
    const value = typeof headers["get"] === "function" ? headers["get"](name) : entryOf(headers, name);
    const [first] = Array.isArray(value) ? value : [value];
    return typeof first === "string" || typeof first === "number" ? String(first) : undefined;
  } catch {
    return undefined;
  }
}

function entryOf(headers: object, name: string): unknown {
  return Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
}
