/** A value in the form of source code: `{ stream: "a", revision: 5n }`. Bytes are shown as their number. */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (value instanceof Uint8Array) return `<${value.length} bytes>`;
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map(show).join(", ")}]`;
  const fields = fieldsOf(value).map(([name, field]) => `${name}: ${show(field)}`);
  return fields.length > 0 ? `{ ${fields.join(", ")} }` : "{}";
}

/**
 * The lines of a value between `before` and `after`. A list that is too long
 * for one line has a line for each item; an object fills its lines with fields.
 */
export function layOut(value: unknown, width: number, before = "", after = ""): string[] {
  const inline = before + show(value) + after;
  if (inline.length <= width || typeof value !== "object" || value === null) return [inline];
  return Array.isArray(value) ? layOutList(value, width, before, after) : layOutObject(value, width, before, after);
}

function layOutList(items: readonly unknown[], width: number, before: string, after: string): string[] {
  const lines = items.flatMap((item) => layOut(item, width - 2, "", ","));
  return [`${before}[`, ...lines.map((line) => `  ${line}`), `]${after}`];
}

function layOutObject(value: object, width: number, before: string, after: string): string[] {
  const fields = fieldsOf(value);
  const lines = [`${before}{`];
  for (const [index, [name, field]] of fields.entries()) {
    const end = index < fields.length - 1 ? "," : ` }${after}`;
    const current = lines.at(-1) ?? "";
    // A value that starts on the current line may end there, or put its closing bracket on a line of its own.
    const [first = "", ...rest] = layOut(field, width - 2, `${name}: `, end);
    const fits = current.length + 1 + first.length <= width;
    if (fits) lines[lines.length - 1] = `${current} ${first}`;
    else lines.push(`  ${first}`);
    lines.push(...(fits && index === 0 ? rest : rest.map((line) => `  ${line}`)));
  }
  return lines;
}

/** A value in the form of JSON: 64-bit integers as strings, bytes as their number. */
export function plain(value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Uint8Array) return show(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, plain(field)]));
}

/** The fields with content: no undefined ones, and no empty lists or maps. */
function fieldsOf(value: object): [string, unknown][] {
  return Object.entries(value).filter(([, field]) => {
    if (field === undefined) return false;
    return typeof field !== "object" || field === null || ArrayBuffer.isView(field) || Object.keys(field).length > 0;
  });
}
