/** The codes of this package's process warnings, which `docs/operating.md` explains. */
export type WarningCode = `GRPC_RICH_ERRORS_${"UNSENDABLE" | "ATTACHED_TWICE" | "STATUS_METADATA" | "NO_FILTER"}`;

/** The texts that were warned about. Bounded, because they may hold names from requests. */
const warned = new Map<WarningCode, Set<string>>();
const MOST_WARNINGS = 100;

/** Emits a process warning, once for each text and at most 100 times for each code. */
export function warnOnce(code: WarningCode, text: string): void {
  const texts = warned.get(code) ?? new Set<string>();
  if (texts.has(text) || texts.size >= MOST_WARNINGS) return;
  warned.set(code, texts.add(text));
  // Browsers have no process warnings.
  globalThis.process?.emitWarning?.(text, { type: "GrpcRichErrorsWarning", code });
}
