import { RichError } from "grpc-rich-errors";
import { type FailureReport, reportOf } from "../../eventstore/report.js";
import { compare } from "../../eventstore/tour/account.js";
import { type DeclaredError, thrownBy } from "../../eventstore/tour/scene.js";

/** A call that failed: what the server's handler threw, and what the client caught. */
export interface Failure {
  readonly thrown: FailureReport;
  readonly caught: unknown;
}

/** What a server tells of the calls that fail there, on another way than the errors take. */
export interface Reports {
  /** Forgets what was told so far. */
  clear(): void;
  /** The first failure since then. */
  first(): Promise<FailureReport | undefined>;
}

/** Makes a call that is to fail. */
export async function failureOf(reports: Reports, call: () => Promise<unknown>): Promise<Failure> {
  reports.clear();
  const caught = await thrownBy(call);
  const thrown = await reports.first();
  if (!thrown) throw new Error("the server reported no failure", { cause: caught });
  return { thrown, caught };
}

/** Tells in what an error did not arrive as it was thrown; nothing if it did. */
export function differences({ thrown, caught }: Failure, error: DeclaredError): string[] {
  if (!(caught instanceof RichError)) return ["what was caught is no RichError"];
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
