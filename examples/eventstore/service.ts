import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { Metadata } from "@grpc/grpc-js";
import { type RichImplementation, signalOf } from "grpc-rich-errors";
import { NotLeaderNodeError, OperationTimeoutError } from "grpc-rich-errors/catalogs/kurrent";
import { AppendSessionNoRequestsError, StreamAlreadyInAppendSessionError } from "grpc-rich-errors/catalogs/kurrentdb";
import type { Access } from "./access.js";
import type { Gate } from "./gate.js";
import type { AppendSessionRequest, EventStoreService, FollowRequest } from "./gen/eventstore/v1/eventstore.js";
import type { ServerOptions } from "./options.js";
import { TransactionSize } from "./store/limits.js";
import type { EventStore } from "./store/store.js";
import { checkAppend, checkDelete, checkFollow, checkRead, checkSession } from "./validation.js";

/** The objects that the handlers work with. */
export interface Parts {
  readonly store: EventStore;
  readonly gate: Gate;
  readonly access: Access;
  readonly options: ServerOptions;
}

/**
 * The handlers of the service. An error is thrown where it is detected: here, at
 * the gate, in the validation, or deep in the store. Nobody catches it on the way.
 *
 * Each handler is written in a different style on purpose. `richHandlers` supports them all.
 */
export function handlers({ store, gate, access, options }: Parts): RichImplementation<EventStoreService> {
  function requireWrite(metadata: Metadata, stream: string): void {
    if (options.leader) throw new NotLeaderNodeError({ currentLeader: options.leader });
    access.require(metadata, "write", stream);
  }

  /** Waits for a write up to the time limit. The write continues after that and may still be stored. */
  async function inTime<T>(write: Promise<T>): Promise<T> {
    const timer = new AbortController();
    const late = sleep(options.writeTimeout, undefined, timer).then(() => {
      throw new OperationTimeoutError({ retryDelay: 5000 });
    });
    try {
      return await Promise.race([write, late]);
    } finally {
      timer.abort();
    }
  }

  return {
    // An async function: it returns the response or throws the error.
    async append(call) {
      const { stream, records, checks } = call.request;
      gate.enter(call);
      checkAppend(call.request);
      requireWrite(call.metadata, stream);
      new TransactionSize(options).add(stream, records);
      const [revision = 0n] = await inTime(store.append([call.request], checks));
      return { revision };
    },

    // An async function that reads the requests. A throw ends the call, even if the client is still sending.
    async appendSession(call) {
      gate.enter(call);
      const requests = new Map<string, AppendSessionRequest>();
      const size = new TransactionSize(options);
      for await (const request of call) {
        const { stream } = request;
        checkSession(request);
        requireWrite(call.metadata, stream);
        if (requests.has(stream)) throw new StreamAlreadyInAppendSessionError({ stream });
        size.add(stream, request.records);
        requests.set(stream, request);
      }
      if (requests.size === 0) throw new AppendSessionNoRequestsError();
      const revisions = await inTime(store.append([...requests.values()]));
      return { streams: [...requests.keys()].map((stream, index) => ({ stream, revision: revisions[index] ?? 0n })) };
    },

    // An async generator: it is read no faster than the client takes the records.
    async *read(call) {
      const { stream, fromRevision, limit } = call.request;
      gate.enter(call);
      checkRead(call.request);
      access.require(call.metadata, "read", stream);
      for await (const record of store.read(stream, fromRevision, limit)) yield { record };
    },

    // Events, as in grpc-js.
    follow(call) {
      gate.enter(call);
      const stopped = new AbortController();
      const signal = AbortSignal.any([stopped.signal, signalOf(call)]);
      const follow = async (request: FollowRequest): Promise<void> => {
        const { stream, fromRevision } = request;
        checkFollow(request);
        access.require(call.metadata, "read", stream);
        for await (const record of store.follow(stream, fromRevision, signal)) {
          if (signal.aborted) return;
          if (!call.write({ record })) await once(call, "drain", { signal });
        }
      };
      call.on("data", (request) => {
        follow(request).catch((error) => {
          if (!signal.aborted) call.emit("error", error);
        });
      });
      call.on("end", () => {
        stopped.abort();
        call.end();
      });
    },

    async delete(call) {
      const { stream, expectedRevision } = call.request;
      gate.enter(call);
      checkDelete(call.request);
      requireWrite(call.metadata, stream);
      return { revision: await inTime(store.delete(stream, expectedRevision)) };
    },

    // A callback, as in grpc-js.
    tombstone(call, callback) {
      const { stream, expectedRevision } = call.request;
      gate.enter(call);
      checkDelete(call.request);
      requireWrite(call.metadata, stream);
      inTime(store.tombstone(stream, expectedRevision)).then(
        (revision) => callback(null, { revision }),
        (error) => callback(error),
      );
    },

    // A plain function. It bypasses the gate, so that clients can ask for the status at any time.
    status() {
      return { state: gate.state, streams: store.size, runningCalls: gate.running };
    },
  };
}
