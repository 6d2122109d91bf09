/**
 * The path by which one module imports another, both being paths from the same
 * folder: `"../../google/rpc/status"`.
 */
export function relativePath(from: string, to: string): string {
  const folders = segments(from).slice(0, -1);
  const target = segments(to);
  let common = 0;
  while (common < folders.length && common < target.length - 1 && folders[common] === target[common]) common++;
  const up = folders.slice(common).map(() => "..");
  const path = [...up, ...target.slice(common)].join("/");
  return path.startsWith("../") ? path : `./${path}`;
}

/** The parts of a path, without any that lead nowhere. */
function segments(path: string): string[] {
  const result: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." && result.length > 0 && result.at(-1) !== "..") result.pop();
    else result.push(part);
  }
  return result;
}
