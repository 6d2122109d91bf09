import type { Metadata, Responder, ServerListener } from "@grpc/grpc-js";
import { isObject, isThenable } from "../platform/values.js";
import type { CallBoundary } from "./call-listener.js";

// grpc-js ignores the promise of an async hook. A hook may also run in a timer or a promise of the hook before it.
// The classes that hold the hooks are private in grpc-js. If they look different from here, the hooks stay unguarded.

type ListenerHooks = Required<ServerListener>;
type ResponderHooks = Required<Responder>;

/** Makes exceptions and rejections of listeners end the call: those of the interceptors after its boundary. */
export function containListeners(first: unknown, boundary: CallBoundary): void {
  for (let listener = first; isIntercepting(listener); listener = listener.nextListener) {
    listener.listener = new ContainedHooks(listener.listener, boundary);
  }
}

/**
 * Makes exceptions and rejections of responders end the call: those of the interceptors after its boundary.
 *
 * @param handled the call as its handler gets it
 */
export function containResponders(handled: object, boundary: CallBoundary): void {
  let call = "call" in handled ? handled.call : undefined;
  for (; call !== boundary && isResponding(call); call = call.nextCall) {
    call.responder = new ContainedResponder(call.responder, boundary);
  }
}

/** Checks whether the code of other interceptors runs between the handler of a call and its boundary. */
export function hasInterceptorsBetween(handled: object, boundary: CallBoundary | undefined): boolean {
  if (!boundary) return false;
  if (!("call" in handled) || handled.call !== boundary) return true;
  // An interceptor may replace a method of the boundary and return the boundary itself.
  return Object.hasOwn(boundary, "sendMessage") || Object.hasOwn(boundary, "sendStatus");
}

interface InterceptingListener {
  listener: ListenerHooks;
  readonly nextListener: unknown;
}

function isIntercepting(value: unknown): value is InterceptingListener {
  return isObject(value) && "listener" in value && "nextListener" in value;
}

interface RespondingCall {
  responder: ResponderHooks;
  readonly nextCall: unknown;
}

function isResponding(value: unknown): value is RespondingCall {
  return isObject(value) && "responder" in value && "nextCall" in value;
}

type Next<Value> = (value: Value) => void;

class ContainedHooks implements ListenerHooks {
  constructor(
    private readonly hooks: ListenerHooks,
    private readonly boundary: CallBoundary,
  ) {}

  onReceiveMetadata(metadata: Metadata, next: Next<Metadata>): void {
    contain(this.boundary, () => this.hooks.onReceiveMetadata(metadata, next));
  }

  onReceiveMessage(message: unknown, next: Next<unknown>): void {
    contain(this.boundary, () => this.hooks.onReceiveMessage(message, next));
  }

  onReceiveHalfClose(next: () => void): void {
    contain(this.boundary, () => this.hooks.onReceiveHalfClose(next));
  }

  onCancel(): void {
    contain(this.boundary, () => this.hooks.onCancel());
  }
}

class ContainedResponder implements ResponderHooks {
  constructor(
    private readonly hooks: ResponderHooks,
    private readonly boundary: CallBoundary,
  ) {}

  start(next: Parameters<ResponderHooks["start"]>[0]): void {
    this.hooks.start(next);
  }

  sendMetadata(metadata: Metadata, next: Next<Metadata>): void {
    contain(this.boundary, () => this.hooks.sendMetadata(metadata, next));
  }

  sendMessage(message: unknown, next: Next<unknown>): void {
    contain(this.boundary, () => this.hooks.sendMessage(message, next));
  }

  sendStatus(...args: Parameters<ResponderHooks["sendStatus"]>): void {
    contain(this.boundary, () => this.hooks.sendStatus(...args));
  }
}

/** Runs a hook, which may be async although its type says otherwise. */
function contain(boundary: CallBoundary, run: () => unknown): void {
  try {
    const result = run();
    if (isThenable(result)) result.then(undefined, (thrown: unknown) => boundary.caught(thrown));
  } catch (thrown) {
    boundary.caught(thrown);
  }
}
