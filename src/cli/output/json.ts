import { escapeSteering } from "../../declaration/problems.js";

/** A value as indented JSON. Characters that steer a terminal are escaped. */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value, null, 2);
  // Most texts are plain, and may have a million lines.
  if (!/[^\n -~]/.test(text)) return `${text}\n`;
  return `${text.split("\n").map(escapeSteering).join("\n")}\n`;
}
