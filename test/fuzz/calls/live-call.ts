import { setImmediate as turn, setTimeout as wait } from "node:timers/promises";
import type { Metadata, sendUnaryData } from "@grpc/grpc-js";
import { type FailedCall, RichError, signalOf } from "grpc-rich-errors";
import type { ShapeRequest, ShapeResponse } from "../../gen/shapes/v1/shapes.js";
import { type Ended, SECRET } from "./failures.js";
import type { CallModel } from "./model.js";

/** A call of any shape, as its handler sees it. */
export interface HandlerCall extends NodeJS.EventEmitter {
  readonly cancelled: boolean;
  write(message: ShapeResponse, written?: (error?: unknown) => unknown): boolean;
  end(trailers?: Metadata): void;
  destroy(error?: unknown): unknown;
  sendMetadata(metadata: Metadata): void;
  resume(): unknown;
  pause(): unknown;
}

/** A call of any shape, as its client sees it. */
export interface ClientCall extends NodeJS.EventEmitter {
  write(message: ShapeRequest): boolean;
  end(): void;
  cancel(): void;
  pause(): unknown;
  resume(): unknown;
}

/** The next step of a generator. */
type Step = { readonly yields: ShapeResponse } | { readonly throws: unknown } | { readonly returns: true };

/** A real call. The commands act on both of its sides. */
export class LiveCall {
  readonly id: number;
  call!: HandlerCall;
  callback!: sendUnaryData<ShapeResponse>;
  client!: ClientCall;
  readonly messages: number[] = [];
  readonly reports: FailedCall[] = [];
  readonly listeners: { readonly event: string; readonly listener: () => unknown }[] = [];
  /** Every end of the call that the client saw. There must be exactly one. */
  readonly ends: Ended[] = [];
  resolve!: (value?: ShapeResponse) => void;
  reject!: (reason: unknown) => void;
  /** Whether the handler's generator has run its `finally`. */
  closed = true;
  readonly started: Promise<void>;
  #start!: () => void;
  readonly over: Promise<void>;
  #end!: () => void;
  #signal: AbortSignal | undefined;
  #secrets: string[] = [];
  readonly #steps: Step[] = [];
  #wake: (() => void) | undefined;

  constructor(id: number) {
    this.id = id;
    this.started = new Promise((resolve) => {
      this.#start = resolve;
    });
    this.over = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  /** Runs as the call's handler. */
  handle(call: HandlerCall, callback: sendUnaryData<ShapeResponse>, kind: CallModel["setup"]["start"]): unknown {
    this.call = call;
    this.callback = callback;
    this.#signal = signalOf(call);
    this.#signal.addEventListener("abort", () => this.#wake?.());
    this.#start();
    if (kind === "returns a generator") return this.#generate();
    if (kind === "returns nothing") return undefined;
    return new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  async *#generate(): AsyncGenerator<ShapeResponse> {
    this.closed = false;
    try {
      for (;;) {
        const step = this.#steps.shift();
        if (this.#signal?.aborted) return;
        if (!step) {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
        } else if ("yields" in step) yield step.yields;
        else if ("throws" in step) throw step.throws;
        else return;
      }
    } finally {
      this.closed = true;
    }
  }

  step(step: Step): void {
    this.#steps.push(step);
    this.#wake?.();
  }

  /** Collects what the client gets. */
  attach(client: ClientCall): void {
    this.client = client;
    client.on("metadata", (metadata: Metadata) => this.#look(metadata));
    client.on("status", (status: { metadata?: Metadata }) => {
      if (status.metadata) this.#look(status.metadata);
    });
  }

  note(error: unknown): void {
    if (error instanceof RichError) {
      if (error.metadata) this.#look(error.metadata);
      if (error.message.includes(SECRET)) this.#secrets.push(error.message);
      this.ends.push({ code: error.code, details: error.message, error });
    } else if (error) {
      this.ends.push({ code: -1, details: String(error), error: undefined });
    } else {
      this.ends.push({ code: 0, details: "", error: undefined });
    }
    this.#end();
  }

  /** The secrets that reached the client. */
  get secrets(): readonly string[] {
    return this.#secrets;
  }

  #look(metadata: Metadata): void {
    for (const name of Object.keys(metadata.getMap())) {
      for (const value of metadata.get(name)) {
        const text = typeof value === "string" ? value : value.toString("latin1");
        if (text.includes(SECRET)) this.#secrets.push(`${name}: ${text}`);
      }
    }
  }

  /** Whether the server has released the call: its signal is aborted and its generator is closed. */
  async isLetGo(): Promise<boolean> {
    for (let tries = 0; tries < 200; tries++) {
      if (this.#signal?.aborted && this.closed) return true;
      await (tries < 20 ? turn() : wait(10));
    }
    return false;
  }
}
