/** The codes of this package's process warnings, which `docs/operating.md` explains. */
export type WarningCode =
  `GRPC_RICH_ERRORS_${"UNSENDABLE" | "ATTACHED_TWICE" | "STATUS_METADATA" | "NO_FILTER" | "INVALID_DETAIL"}`;

/** The subjects that were warned about. Bounded, because they may hold names from requests. */
const warned = new Map<WarningCode, Set<string>>();
const MOST_WARNINGS = 100;

/**
 * Emits a process warning, once for each subject and at most 100 times for each code.
 *
 * @param subject what the warning is about. By default, it is the text
 */
export function warnOnce(code: WarningCode, text: string, subject: string = text): void {
  const subjects = warned.get(code) ?? new Set<string>();
  if (subjects.has(subject) || subjects.size >= MOST_WARNINGS) return;
  warned.set(code, subjects.add(subject));
  // Browsers have no process warnings.
  globalThis.process?.emitWarning?.(text, { type: "GrpcRichErrorsWarning", code });
}
