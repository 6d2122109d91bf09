import {
  type Deadline,
  InterceptingCall,
  type Interceptor,
  Metadata,
  ServerInterceptingCall,
  type ServerInterceptor,
} from "@grpc/grpc-js";
import { Code } from "../code.js";
import { packError } from "../packing.js";
import type { Injection } from "./failing-rules.js";

/** Decides whether a call of a method fails, and how. */
export type NextInjection = (method: string) => Injection | undefined;

/** Returns an interceptor that ends calls with a status before their handlers run. */
export function failingServer(next: NextInjection): ServerInterceptor {
  return (method, call) => {
    const injection = next(method.path);
    if (!injection) return new ServerInterceptingCall(call);
    const { error, delay } = injection;
    let timer: NodeJS.Timeout | undefined;
    const fail = () => call.sendStatus({ code: error.code, details: error.details, metadata: error.metadata ?? null });
    return new ServerInterceptingCall(call, {
      start: (begin) =>
        begin({
          onReceiveMetadata: () => {
            if (delay === 0) fail();
            else timer = setTimeout(fail, delay);
          },
          onReceiveMessage: () => {},
          onReceiveHalfClose: () => {},
          onCancel: () => clearTimeout(timer),
        }),
    });
  };
}

/** Returns an interceptor that ends calls with a status without beginning them. */
export function failingClient(next: NextInjection): Interceptor {
  return (options, nextCall) => {
    const { deadline, method_definition } = options;
    const injection = next(method_definition.path);
    return new InterceptingCall(injection ? new UnsentCall(injection, deadline) : nextCall(options));
  };
}

type Call = ConstructorParameters<typeof InterceptingCall>[0];
type Listener = NonNullable<Parameters<Call["start"]>[1]>;
type Status = Parameters<NonNullable<Listener["onReceiveStatus"]>>[0];

/** A call of a client that sends nothing and ends with an injected error. */
class UnsentCall implements Call {
  readonly #injection: Injection;
  readonly #deadline: Deadline | undefined;
  #listener: Listener | undefined;
  #timer: NodeJS.Timeout | undefined;
  #ended = false;

  constructor(injection: Injection, deadline: Deadline | undefined) {
    this.#injection = injection;
    this.#deadline = deadline;
  }

  start(_metadata: Metadata, listener: Listener = {}): void {
    this.#listener = listener;
    const { error, delay } = this.#injection;
    const left = this.#deadline === undefined ? Number.POSITIVE_INFINITY : Number(this.#deadline) - Date.now();
    if (left <= delay) this.#endAfter(Math.max(left, 0), statusOf(Code.DEADLINE_EXCEEDED, "Deadline exceeded"));
    else {
      const { code, details, metadata } = packError(error);
      this.#endAfter(delay, statusOf(code, details, metadata));
    }
  }

  cancelWithStatus(code: Status["code"], details: string): void {
    clearTimeout(this.#timer);
    // grpc-js ends a call in a later turn, too.
    setImmediate(() => this.#end(statusOf(code, details)));
  }

  /** Takes a message of a stream of requests, and lets the next one come. */
  sendMessageWithContext({ callback }: Parameters<Call["sendMessageWithContext"]>[0]): void {
    if (callback) process.nextTick(callback);
  }

  sendMessage(): void {}
  startRead(): void {}
  halfClose(): void {}

  getPeer(): string {
    return "failing";
  }

  getAuthContext(): null {
    return null;
  }

  #endAfter(delay: number, status: Status): void {
    this.#timer = setTimeout(() => this.#end(status), delay);
  }

  #end(status: Status): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#listener?.onReceiveStatus?.(status);
  }
}

/** Returns a status with a copy of the trailers, because those of a thrown error are marked as this process's own. */
function statusOf(code: Status["code"], details: string, trailers?: Metadata): Status {
  const metadata = new Metadata();
  for (const [name, values] of Object.entries(trailers?.toJSON() ?? {})) {
    for (const value of values) metadata.add(name, typeof value === "string" ? value : Buffer.from(value));
  }
  return { code, details, metadata };
}
