import { type ServerCall, signalOf } from "grpc-rich-errors";
import { ServerNotReadyError, ServerOverloadedError, ServerShuttingDownError } from "grpc-rich-errors/catalogs/kurrent";
import { ServerState } from "./gen/eventstore/v1/eventstore.js";

/** The delay that clients are asked to wait before a retry, in milliseconds. */
const RETRY_DELAY = 5000;

/** Lets calls in, or throws the reason why not: the server is starting, overloaded or shutting down. */
export class Gate {
  #state = ServerState.SERVER_STATE_STARTING;
  #running = 0;
  #emptied: (() => void) | undefined;

  constructor(private readonly maxRunning: number) {}

  get state(): ServerState {
    return this.#state;
  }

  /** How many calls are running. */
  get running(): number {
    return this.#running;
  }

  /** Lets calls in from now on. */
  open(): void {
    if (this.#state === ServerState.SERVER_STATE_STARTING) this.#state = ServerState.SERVER_STATE_SERVING;
  }

  /** Counts a call until it ends, however it ends. */
  enter(call: ServerCall): void {
    if (this.#state === ServerState.SERVER_STATE_DRAINING) {
      throw new ServerShuttingDownError({ retryDelay: RETRY_DELAY });
    }
    if (this.#state !== ServerState.SERVER_STATE_SERVING) throw new ServerNotReadyError({ retryDelay: RETRY_DELAY });
    if (this.#running >= this.maxRunning) throw new ServerOverloadedError({ retryDelay: RETRY_DELAY });
    this.#running += 1;
    signalOf(call).addEventListener("abort", () => this.#leave(), { once: true });
  }

  /** Refuses new calls. Resolves when the running calls have ended. */
  async drain(): Promise<void> {
    this.#state = ServerState.SERVER_STATE_DRAINING;
    if (this.#running === 0) return;
    await new Promise<void>((resolve) => {
      this.#emptied = resolve;
    });
  }

  #leave(): void {
    this.#running -= 1;
    if (this.#running === 0) this.#emptied?.();
  }
}
