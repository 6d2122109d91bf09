import { RichError } from "grpc-rich-errors";
import { type FailureReport, reportOf } from "../../eventstore/report.js";
import { compare } from "../../eventstore/tour/account.js";
import type { DeclaredError } from "../../eventstore/tour/scene.js";

/** A failed call: the error that the server's handler threw, and the value that the client caught. */
export interface Failure {
  readonly thrown: FailureReport;
  readonly caught: unknown;
}

/** The failed calls as the server reports them, on another path than the errors. */
export interface Reports {
  /** Forgets the reports so far. */
  clear(): void;
  /** The first failure since the last `clear`. */
  first(): Promise<FailureReport | undefined>;
}

/**
 * Makes a call that may fail. Resolves to `undefined` if it succeeds.
 *
 * Use it for every call that may fail. The report of a failure can come after the error itself, and the next call
 * would get a report that nobody waited for.
 */
export async function tryCall(reports: Reports, call: () => Promise<unknown>): Promise<Failure | undefined> {
  reports.clear();
  let caught: unknown;
  try {
    await call();
    return undefined;
  } catch (error) {
    caught = error;
  }
  const thrown = await reports.first();
  if (!thrown) throw new Error("the server reported no failure", { cause: caught });
  return { thrown, caught };
}

/** Makes a call that must fail. */
export async function failureOf(reports: Reports, call: () => Promise<unknown>): Promise<Failure> {
  const failure = await tryCall(reports, call);
  if (!failure) throw new Error("a call succeeded that should fail");
  return failure;
}

/** The differences between the thrown and the caught error. */
export function differences({ thrown, caught }: Failure, error: DeclaredError): string[] {
  if (!(caught instanceof RichError)) return ["the caught value is not a RichError"];
  const holds = {
    instanceof: caught instanceof (error as typeof RichError),
    "a masked error": !thrown.masked,
    issues: caught.issues.length === 0,
  };
  return [
    ...compare(thrown, reportOf({ ...thrown, error: caught })),
    ...Object.entries(holds).flatMap(([what, does]) => (does ? [] : [what])),
  ];
}
