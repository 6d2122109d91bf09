import type { ErrorCoverage, Kind, MethodCoverage } from "./coverage.js";

/**
 * Says what is missing of an error, and where to look. One line.
 *
 * @param method the method whose contract it is about
 */
export function missingText(error: ErrorCoverage, kind: Kind, method?: Pick<MethodCoverage, "name">): string {
  const name = error.declared?.className ?? error.reason;
  switch (kind) {
    case "thrown":
      return method
        ? `${method.name} threw no ${name}: let a test make it throw one, or take the error out of the contract`
        : `nothing threw ${name}: let a test make a server throw it`;
    case "received":
      return method
        ? `no client received ${name} from ${method.name}: let a test call the method until it fails so`
        : `no client received ${name}: let a test make a call that fails with it`;
    case "handled":
      return `nothing handled ${name}${method ? ` of ${method.name}` : ""}: ${handlingText(error, name)}`;
  }
}

function handlingText({ reason, readIn, counts }: ErrorCoverage, name: string): string {
  if (readIn.length > 0) return `${readIn.join(", ")} reads the reason, and has no case ${JSON.stringify(reason)}`;
  const branch = `a case ${JSON.stringify(reason)} or an instanceof ${name}`;
  return counts.received > 0
    ? `no code that received it has ${branch}`
    : `let a test receive it in code with ${branch}`;
}
