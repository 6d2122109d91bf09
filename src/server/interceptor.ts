import {
  status as grpcStatus,
  ServerInterceptingCall,
  type ServerInterceptingCallInterface,
  type ServerInterceptor,
} from "@grpc/grpc-js";
import type { Catalog } from "../catalog.js";
import type { ServiceContract } from "../contract.js";
import type { RichError } from "../rich-error.js";
import type { Failure } from "./boundary.js";
import { BoundaryListener } from "./boundary-listener.js";
import { policiesOf } from "./contract.js";
import { DEFAULT_POLICY, type Policy } from "./policy.js";
import { carrying, type RunningCall, RunningCalls } from "./running-calls.js";
import { SealedMetadata, seal, sealAgain } from "./seal.js";

/** A call that failed, as `onError` is told of it. */
export interface FailedCall {
  /** What the handler failed with, whole. */
  readonly error: unknown;
  /** What the client gets. */
  readonly sent: RichError;
  /** The error was not meant for the client, which gets `INTERNAL` and the request id. */
  readonly masked: boolean;
  /** The id by which the client can ask about a masked error. */
  readonly requestId: string | undefined;
  /** The method's contract does not name the error. With `strictContracts`, it is masked. */
  readonly outsideContract: boolean;
  /** What of the error the client does not get, because it did not fit. */
  readonly shed: readonly string[];
  /** The full path of the method: `"/shop.orders.v1.Orders/GetOrder"`. */
  readonly method: string;
  /** The address of the client. */
  readonly peer: string;
}

/** How a server's boundary behaves. */
export interface RichErrorServerOptions {
  /**
   * The errors that this server may answer. By default, none.
   *
   * Errors that its handlers make need not be here. An error that came from
   * another server goes on to the client only if it is.
   */
  readonly catalogs?: readonly Catalog[];
  /**
   * The contracts of the services, which say what each method may answer. By default, none.
   *
   * An error that came from another server goes on to the client if the contract
   * of the method names it, as if it were in `catalogs`. What a handler fails with
   * that its contract does not name is reported as such; errors of interceptors,
   * of grpc-js and of handlers without `richHandlers` belong to no method.
   */
  readonly contracts?: readonly ServiceContract[];
  /** Masks errors that the contract of their method does not name. By default, they are only reported. */
  readonly strictContracts?: boolean;
  /**
   * How large the header block of an error may be, in bytes as HTTP/2 counts
   * them. By default, 4,096: a proxy with buffers of one page answers 502 for a
   * larger one, which clients take for UNAVAILABLE. 8,192 does where no proxy is
   * in between; above, peers in C++, Python and Ruby lose errors at random.
   *
   * What does not fit is left out or cut, in a fixed order: DebugInfo, Help,
   * LocalizedMessage, the message beyond 1,024 bytes, the last violations,
   * trailers, other extras, the detail, RetryInfo, the rest of the message, and
   * never code, reason and domain. The client finds what was left out in
   * `ErrorInfo.metadata` under `shed`, separated by commas.
   */
  readonly maxHeaderBytes?: number;
  /** Called for every call that fails, with what the handler failed with. What it throws is ignored, and what it rejects with. */
  readonly onError?: (call: FailedCall) => void;
}

/**
 * The boundary of a server: makes one correct status of every failure, and lets
 * nothing through that was not meant for the client.
 *
 * ```ts
 * const server = new Server({ interceptors: [richErrorServerInterceptor({ catalogs: [catalog] })] });
 * server.addService(OrdersService, richHandlers(OrdersService, orders));
 * ```
 *
 * Put it first among a server's interceptors: the first is the nearest to the
 * network, and sees what the others make of a status. For handlers that are not
 * wrapped by `richHandlers` it masks errors without a code, and sends no
 * metadata with an error, because it cannot see whose metadata it is.
 */
export function richErrorServerInterceptor(options: RichErrorServerOptions = {}): ServerInterceptor {
  const { onError, contracts = [], strictContracts = false, ...policy } = { ...DEFAULT_POLICY, ...options };
  const calls = new RunningCalls(policy.catalogs);
  const policies = policiesOf(contracts, strictContracts, policy);
  return carrying(
    ({ path }, call) => new BoundaryCall(call, path, policy, policies.get(path) ?? policy, onError, calls),
    calls,
  );
}

type Status = Parameters<ServerInterceptingCallInterface["sendStatus"]>[0];

/** Passes everything through as it is, but the status of a call that failed. */
class BoundaryCall extends ServerInterceptingCall implements RunningCall {
  #ended = false;
  #listener: BoundaryListener | undefined;
  #written: (() => void) | undefined;
  #guarded: () => void = () => {};

  constructor(
    private readonly next: ServerInterceptingCallInterface,
    private readonly path: string,
    private readonly policy: Policy,
    private readonly policyOfMethod: Policy,
    private readonly onError: ((call: FailedCall) => void) | undefined,
    private readonly calls: RunningCalls,
  ) {
    super(next);
  }

  // Straight through: the base class would wrap each of these for responders that are not there.
  override start(listener: Parameters<ServerInterceptingCallInterface["start"]>[0]): void {
    this.#listener = new BoundaryListener(listener, this, this.calls);
    this.next.start(this.#listener);
  }

  override sendMetadata(metadata: Parameters<ServerInterceptingCallInterface["sendMetadata"]>[0]): void {
    this.next.sendMetadata(metadata);
  }

  override sendMessage(message: unknown, callback: () => void): void {
    // The call was ended from outside, and another message would break the stream under it.
    if (this.#ended) return;
    this.next.sendMessage(message, this.#guard(callback));
  }

  /** Nobody catches what is thrown after a message is written: in `write`'s callback, or by an interceptor at the status. */
  #guard(callback: () => void): () => void {
    // A stream has the same callback for all of its messages.
    if (callback === this.#written) return this.#guarded;
    this.#written = callback;
    this.#guarded = () => {
      try {
        callback();
      } catch (thrown) {
        this.fail(thrown);
      }
    };
    return this.#guarded;
  }

  fail(thrown: unknown): void {
    this.sendStatus(seal({ thrown, incoming: this.#listener?.incoming, trailer: undefined }, this.policy));
  }

  override sendStatus(status: Status): void {
    // grpc-js throws at a second status.
    if (this.#ended) return;
    this.#ended = true;
    this.next.sendStatus(status.code === grpcStatus.OK ? status : this.#seal(status));
  }

  #seal(status: Status) {
    const { metadata } = status;
    // Another interceptor may have made another status of it, for which the error no longer stands.
    const isOurs = metadata instanceof SealedMetadata && isUnaltered(status, metadata);
    const sealed = isOurs ? sealAgain(metadata, this.policyOfMethod) : seal(unwrapped(status), this.policy);
    const { failure, verdict, shed } = sealed.metadata;
    this.#report({ error: failure.thrown, ...verdict, shed, method: this.path, peer: this.next.getPeer() });
    return sealed;
  }

  #report(call: FailedCall): void {
    // The client waits for its status, whatever becomes of the report.
    try {
      // An async function is allowed where nothing is to be returned.
      const reported: unknown = this.onError?.(call);
      if (reported instanceof Promise) reported.catch(() => {});
    } catch {}
  }
}

function isUnaltered(
  { code, details }: { code: number; details: string },
  { verdict, message }: SealedMetadata,
): boolean {
  return code === verdict.sent.code && details === message;
}

/**
 * The failure behind a status that was not made by this package: by grpc-js
 * itself, by another interceptor or by a handler that is not wrapped. Errors
 * without a code come here as UNKNOWN with their text.
 */
function unwrapped({ code, details }: { code: number; details: string }): Failure {
  const thrown = code === grpcStatus.UNKNOWN ? new Error(details) : { code, details };
  return { thrown, incoming: undefined, trailer: undefined };
}
