import { Code } from "grpc-rich-errors";
import type { Shape } from "../../support/shapes.js";
import type { Ended, Ending } from "./failures.js";

/** The setup of the server side of a call. */
export interface Setup {
  readonly shape: Shape;
  /** Whether `richHandlers` wraps the handlers. */
  readonly rich: boolean;
  readonly interceptor: InterceptorKind;
  readonly start: StartKind;
  /** The client's deadline, in milliseconds. By default, the client waits without limit. */
  readonly deadline: number | undefined;
}

/** An interceptor between the handler and the package's own. */
export type InterceptorKind = "none" | "passes on" | "clones the trailers" | "sends metadata";

/** How a handler uses its return value. */
export type StartKind = "returns nothing" | "returns a promise" | "returns a generator";

export const OK: Ending = { name: "OK", matches: ({ code }) => code === 0 };
const CANCELLED: Ending = { name: "CANCELLED", matches: ({ code }) => code === Code.CANCELLED };
const TOO_LATE: Ending = { name: "DEADLINE_EXCEEDED", matches: ({ code }) => code === Code.DEADLINE_EXCEEDED };

/** The model of a call after the commands so far: how it may end, and which messages must have arrived. */
export class CallModel {
  readonly setup: Setup;
  /** Every correct end of the call. */
  readonly endings: Ending[] = [];
  /** Whether the server has its first failure or its response. Whatever the handler does now comes too late. */
  settled = false;
  /** Whether the handler has ended the stream of responses, which is sent after it was written. */
  ended = false;
  /** Whether the handler has returned its value. */
  returned = false;
  halfClosed = false;
  /** Whether the initial metadata was sent, after which grpc-js accepts no more. */
  begun = false;
  cancelled = false;
  paused = false;
  /** Whether a listener may throw at any time. */
  armed = false;
  /** How many messages the handler wrote before it failed. */
  written = 0;
  /** The listeners that were added and may be removed. */
  listeners = 0;

  constructor(setup: Setup) {
    this.setup = setup;
    if (setup.deadline !== undefined) this.endings.push(TOO_LATE, CANCELLED);
  }

  get sendsMany(): boolean {
    return this.setup.shape === "serverStream" || this.setup.shape === "bidi";
  }

  get takesMany(): boolean {
    return this.setup.shape === "clientStream" || this.setup.shape === "bidi";
  }

  /** Sets the end of the call, unless it has ended already. */
  settle(ending: Ending): void {
    this.maybe(ending);
    this.settled = true;
  }

  /** Adds a possible end of the call, unless it has ended already. */
  maybe(ending: Ending): void {
    if (!this.settled) this.endings.push(ending);
  }

  /** The handler ended the stream of responses. A failure right after it may still come first. */
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

  /** Whether all messages must arrive: the client read them all, and only the handler ended the call. */
  get mustArrive(): boolean {
    return !this.cancelled && !this.armed && !this.paused && this.setup.deadline === undefined;
  }
}
