import type { Server } from "@grpc/grpc-js";
import { addObserver } from "../platform/observer.js";
import type { FailedCall } from "../server/options.js";
import { runningCallsOn } from "../server/running-calls.js";
import { checkMethodPattern, type MethodPattern, pathTest } from "./method-pattern.js";
import { atTestEnd } from "./test-end.js";

/** The failed calls of a server, in order: see {@link recordErrors}. */
export interface RecordedErrors extends Iterable<FailedCall> {
  /** All failed calls. */
  readonly calls: readonly FailedCall[];
  /** The calls whose error was not meant for the client. */
  readonly masked: readonly FailedCall[];
  /** The calls whose failure came too late for the client. */
  readonly late: readonly FailedCall[];
  /** The last failed call. `undefined` if none failed. */
  readonly last: FailedCall | undefined;
  /**
   * Returns the failed calls of some methods.
   *
   * @param method as in a rule of `failing`: `"GetOrder"`, `"/shop.orders.v1.Orders/*"`, `OrdersService.getOrder`
   * @throws TypeError if it names no method
   */
  of(method: MethodPattern): readonly FailedCall[];
  /** Forgets the calls so far. */
  clear(): void;
  /** Ends the recording. The calls stay. */
  stop(): void;
  /** Calls {@link stop}. */
  [Symbol.dispose](): void;
}

/**
 * Records the failed calls of a running server: for each, what was thrown and what the client got, whether it was masked,
 * came too late or lost parts, and the problems.
 *
 * ```ts
 * const errors = recordErrors(server);
 * await expect(orders.getOrder({ orderId: "7" })).toRejectWithRichError();
 * expect(errors.last).toMatchObject({ masked: true, error: expect.any(DatabaseError) });
 * ```
 *
 * - The server's own `onError` still gets every failure.
 * - A call is recorded right after its status is sent, so before its client in the same process sees it.
 * - The recording ends with the test. For this, import `grpc-rich-errors/vitest` or `grpc-rich-errors/jest`. With any
 *   other test runner, call {@link RecordedErrors.stop} or declare it with `using`.
 *
 * @throws TypeError if the server has no `richErrorServerInterceptor`
 */
export function recordErrors(server: Server): RecordedErrors {
  const recorded = new Recording();
  const ofServer = runningCallsOn("recordErrors", server);
  const remove = addObserver({
    failed: (call, calls) => {
      if (calls === ofServer) recorded.calls.push(call as FailedCall);
    },
  });
  recorded.remove = remove;
  atTestEnd(remove);
  return recorded;
}

class Recording implements RecordedErrors {
  readonly calls: FailedCall[] = [];
  remove: (() => void) | undefined;

  [Symbol.iterator](): Iterator<FailedCall> {
    return this.calls[Symbol.iterator]();
  }

  get masked(): readonly FailedCall[] {
    return this.calls.filter(({ masked }) => masked);
  }

  get late(): readonly FailedCall[] {
    return this.calls.filter(({ late }) => late);
  }

  get last(): FailedCall | undefined {
    return this.calls.at(-1);
  }

  of(pattern: MethodPattern): readonly FailedCall[] {
    checkMethodPattern("recordErrors: the method", pattern);
    const isOne = pathTest(pattern);
    return this.calls.filter(({ method }) => isOne(method));
  }

  clear(): void {
    this.calls.length = 0;
  }

  stop(): void {
    this.remove?.();
  }

  [Symbol.dispose](): void {
    this.stop();
  }
}
