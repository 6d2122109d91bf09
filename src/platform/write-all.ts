import type { EventEmitter } from "node:events";
import { isThenable } from "./values.js";

/** The writing side of a streaming call, on a server or a client. */
export interface Sink<T> extends EventEmitter {
  readonly destroyed: boolean;
  readonly writableEnded: boolean;
  readonly writableLength: number;
  write(message: T): boolean;
  end(): void;
}

/** Messages to write. A synchronous iterable may contain promises of messages. */
export type Messages<T> = AsyncIterable<T> | Iterable<T | PromiseLike<T>>;

/** Counts the messages that a sink has passed on, for each sink of {@link writeAll}. */
const passedOn = new WeakMap<object, () => number>();

/** Checks whether a sink may have passed on a message. Only {@link writeAll} knows that it has not. */
export function mayHavePassedOn(sink: object): boolean {
  return passedOn.get(sink)?.() !== 0;
}

/** The number of messages after which other work gets its turn. A grpc-js client accepts a megabyte without a pause. */
const BATCH = 256;

/**
 * Writes all messages of an iterable at the pace of the receiver, then ends the sink. If the call ends first, the
 * iterable is closed, so that the `finally` of a generator runs.
 *
 * @param overEvent the event that the sink emits when the call is over
 * @throws whatever the iterable throws, and whatever the sink throws for a message that it refuses
 */
export async function writeAll<T>(sink: Sink<T>, messages: Messages<T>, overEvent: string | symbol): Promise<void> {
  const async = Symbol.asyncIterator in messages;
  const iterator = async ? messages[Symbol.asyncIterator]() : messages[Symbol.iterator]();
  let over = sink.destroyed;
  const stop = () => {
    over = true;
    handleRejections(messages);
    void closeQuietly(iterator);
  };
  if (over) return stop();
  sink.once(overEvent, stop);
  let written = 0;
  passedOn.set(sink, () => written - sink.writableLength);
  try {
    for (;;) {
      const { done, value } = await iterator.next();
      const message = !async && isThenable(value) ? await promised(value, messages, stop) : (value as T);
      if (over) return;
      if (sink.writableEnded || sink.destroyed) return stop();
      if (done) break;
      written++;
      if (!write(sink, message, stop)) {
        handleRejections(messages);
        await drained(sink, overEvent);
      }
      if (written % BATCH === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  } finally {
    sink.removeListener(overEvent, stop);
  }
  sink.end();
}

/** Waits for a message of a synchronous iterable. */
async function promised<T>(message: PromiseLike<T>, messages: Messages<T>, stop: () => void): Promise<T> {
  handleRejections(messages);
  try {
    return await message;
  } catch (thrown) {
    stop();
    throw thrown;
  }
}

/** Keeps the process alive if a promise rejects before its turn: Node crashes on a rejection that nobody handles. */
function handleRejections(messages: Messages<unknown>): void {
  if (!Array.isArray(messages) && !(messages instanceof Set)) return;
  for (const message of messages) if (message instanceof Promise) message.catch(() => {});
}

/** Writes a message. Stops if the sink refuses it: streams throw for `null`. */
function write<T>(sink: Sink<T>, message: T, stop: () => void): boolean {
  try {
    return sink.write(message);
  } catch (refusal) {
    stop();
    throw refusal;
  }
}

/** Waits until the sink accepts messages again, or the call is over. */
function drained(sink: EventEmitter, overEvent: string | symbol): Promise<void> {
  const events = ["drain", "close", overEvent];
  return new Promise((resolve) => {
    const done = () => {
      for (const event of events) sink.removeListener(event, done);
      resolve();
    };
    for (const event of events) sink.once(event, done);
  });
}

/** Closes an iterator. Ignores a failure, because the call is over. */
async function closeQuietly(iterator: AsyncIterator<unknown> | Iterator<unknown>): Promise<void> {
  try {
    await iterator.return?.();
  } catch {}
}
