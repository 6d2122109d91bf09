/** `"StreamNotFound"` for `STREAM_NOT_FOUND`. */
export function pascalCase(upperSnake: string): string {
  return upperSnake
    .split("_")
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase())
    .join("");
}

/** The name of an error's class: its reason in PascalCase, with `Error` at the end once. */
export function classNameOf(reason: string): string {
  return `${pascalCase(reason.replace(/_ERROR$/, ""))}Error`;
}

/** `"stream not found"` for `STREAM_NOT_FOUND`, `"http port"` for `HTTPPort`. */
export function inWords(name: string): string {
  const words = /[a-z]/.test(name) ? name.replace(/([a-z0-9])([A-Z])|([A-Z])(?=[A-Z][a-z])/g, "$1$3_$2") : name;
  return words
    .split("_")
    .filter((word) => word !== "")
    .join(" ")
    .toLowerCase();
}

/** `"Stream not found."` for `STREAM_NOT_FOUND`. */
export function asSentence(reason: string): string {
  const words = inWords(reason);
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}.`;
}
