import { Session } from "node:inspector";
import { fileURLToPath } from "node:url";

/** A place in the program that runs. */
export interface CallSite {
  /** The path of the file. */
  readonly file: string;
  readonly functionName: string | null;
  /** The place in the text of the script, in UTF-16 units. Source maps do not change it. */
  readonly position: number;
  /** The hash of the text of the script, as V8 computes it. */
  readonly script: string;
}

/**
 * Returns the places from which a function was called, the innermost first.
 *
 * @param callee the function, which is left out with everything that it called
 */
export function callSitesAbove(callee: (...args: never[]) => unknown): readonly CallSite[] {
  const { prepareStackTrace, stackTraceLimit } = Error;
  let sites: readonly CallSite[] = [];
  try {
    Error.prepareStackTrace = (_, frames) => {
      sites = frames.map(readFrame);
    };
    Error.stackTraceLimit = DEPTH;
    const holder: { readonly stack?: unknown } = {};
    Error.captureStackTrace(holder, callee);
    // V8 makes the trace when it is first read.
    void holder.stack;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    if (prepareStackTrace) Error.prepareStackTrace = prepareStackTrace;
    // Node uses its own unless the property is set.
    else Reflect.deleteProperty(Error, "prepareStackTrace");
  }
  return sites;
}

/** Between a program and its observer are fewer calls than this. */
const DEPTH = 20;

function readFrame(frame: NodeJS.CallSite): CallSite {
  const name = frame.getFileName() ?? "";
  return {
    file: name.startsWith("file:") ? fileURLToPath(name) : name,
    functionName: frame.getFunctionName(),
    position: frame.getPosition(),
    script: frame.getScriptHash(),
  };
}

/**
 * Returns the text of a script that was run, as V8 has it: test runners wrap and compile files before they run them.
 * `undefined` if V8 no longer has it.
 */
export function textOfScript(hash: string): string | undefined {
  const session = new Session();
  const ids: string[] = [];
  let text: string | undefined;
  session.connect();
  try {
    session.on("Debugger.scriptParsed", ({ params }) => {
      if (params.hash === hash) ids.push(params.scriptId);
    });
    // The session is one of this thread, so that it answers before `post` returns.
    session.post("Debugger.enable");
    const [scriptId] = ids;
    if (scriptId === undefined) return undefined;
    session.post("Debugger.getScriptSource", { scriptId }, (_, result) => {
      text = result?.scriptSource;
    });
    return text;
  } finally {
    session.disconnect();
  }
}
