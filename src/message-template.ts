/**
 * Fills in a message template: `{field}` and `{field.field}` stand for fields of
 * the detail, `{{` and `}}` for a brace.
 *
 * A field that is not set is left empty. Never throws.
 */
export function renderMessage(template: string, detail: unknown): string {
  if (!template.includes("{") && !template.includes("}")) return template;
  return template.replace(PLACEHOLDER, (match: string, path: string | undefined) =>
    path === undefined ? match.slice(1) : text(resolve(path, detail)),
  );
}

const PLACEHOLDER = /\{\{|\}\}|\{([\w.]+)\}/g;

function resolve(path: string, detail: unknown): unknown {
  let value = detail;
  for (const field of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, field)) return undefined;
    value = Reflect.get(value, field);
  }
  return value;
}

function text(value: unknown): string {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
    case "bigint":
    case "boolean":
      return String(value);
    default:
      return "";
  }
}
