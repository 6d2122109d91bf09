import { Code } from "grpc-rich-errors";
import type { Shape } from "../../support/shapes.js";
import type { Ended, Ending } from "./failures.js";

/** How the server side of a call is set up. */
export interface Setup {
  readonly shape: Shape;
  /** The handlers are wrapped by `richHandlers`. */
  readonly rich: boolean;
  readonly interceptor: InterceptorKind;
  readonly start: StartKind;
  /** How long the client waits, in milliseconds; none if it waits for as long as it takes. */
  readonly deadline: number | undefined;
}

/** An interceptor between the handler and the package's own. */
export type InterceptorKind = "none" | "passes on" | "clones the trailers" | "sends metadata";

/** What a handler does with its return value. */
export type StartKind = "returns nothing" | "returns a promise" | "returns a generator";

export const OK: Ending = { name: "OK", matches: ({ code }) => code === 0 };
const CANCELLED: Ending = { name: "CANCELLED", matches: ({ code }) => code === Code.CANCELLED };
const TOO_LATE: Ending = { name: "DEADLINE_EXCEEDED", matches: ({ code }) => code === Code.DEADLINE_EXCEEDED };

/** What is known of a call after the commands so far: how it may end, and which messages must have arrived. */
export class CallModel {
  readonly setup: Setup;
  /** Every way for the call to end that is right. */
  readonly endings: Ending[] = [];
  /** The server has its first failure, or its answer: whatever it does now comes too late. */
  settled = false;
  /** The handler has ended the stream of responses, which is sent when it has been written. */
  ended = false;
  /** The handler has returned its value. */
  returned = false;
  halfClosed = false;
  /** The initial metadata are sent, after which grpc-js takes no more. */
  begun = false;
  cancelled = false;
  paused = false;
  /** A listener may throw at any time. */
  armed = false;
  /** How many messages the handler wrote before it failed. */
  written = 0;
  /** The listeners that were added, and may be removed. */
  listeners = 0;

  constructor(setup: Setup) {
    this.setup = setup;
    if (setup.deadline !== undefined) this.endings.push(TOO_LATE, CANCELLED);
  }

  get answersMany(): boolean {
    return this.setup.shape === "serverStream" || this.setup.shape === "bidi";
  }

  get takesMany(): boolean {
    return this.setup.shape === "clientStream" || this.setup.shape === "bidi";
  }

  /** The call ends so, unless it has ended already. */
  settle(ending: Ending): void {
    this.maybe(ending);
    this.settled = true;
  }

  /** The call may end so, unless it has ended already. */
  maybe(ending: Ending): void {
    if (!this.settled) this.endings.push(ending);
  }

  /** The handler ended the stream of responses: a failure right behind may still be first. */
  end(): void {
    this.maybe(OK);
    this.ended = true;
  }

  cancel(): void {
    this.endings.push(CANCELLED);
    this.cancelled = true;
  }

  arm(ending: Ending): void {
    this.maybe(ending);
    this.armed = true;
  }

  isRight(ended: Ended): boolean {
    return this.endings.some(({ matches }) => matches(ended));
  }

  /** All messages must arrive: the client read them all, and nobody ended the call but the handler. */
  get mustArrive(): boolean {
    return !this.cancelled && !this.armed && !this.paused && this.setup.deadline === undefined;
  }
}
