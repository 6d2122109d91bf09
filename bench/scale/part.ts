/** How much a run does: everything, or just enough to show that it works. */
export interface Effort {
  readonly smoke: boolean;
}

/** A part of the benchmark that can run on its own. */
export interface ScalePart<Result = unknown> {
  readonly name: string;
  readonly title: string;
  measure(effort: Effort): Promise<Result>;
  /** What must not be, one sentence each. A brief run is too short to judge memory and time. */
  problems(result: Result, effort: Effort): readonly string[];
  /** The generated section of the page, as Markdown. */
  section(result: Result): string;
}

/** Formats bytes as megabytes. */
export function megabytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(2);
}

/** Formats bytes as kilobytes. */
export function kilobytes(bytes: number): string {
  return (bytes / 2 ** 10).toFixed(1);
}

/** Formats milliseconds. */
export function millis(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(1);
}

/** The sentences of calls that did not end as they should. */
export function wrongCalls(
  where: string,
  { wrong, hanging, uncaught = 0 }: { readonly wrong: number; readonly hanging: number; readonly uncaught?: number },
): readonly string[] {
  return [
    ...(wrong > 0 ? [`${where}: ${wrong} calls ended with another error than expected`] : []),
    ...(hanging > 0 ? [`${where}: ${hanging} calls hung until their deadline`] : []),
    ...(uncaught > 0 ? [`${where}: the process had ${uncaught} uncaught errors`] : []),
  ];
}
