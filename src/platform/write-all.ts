import type { EventEmitter } from "node:events";
import { isThenable } from "./values.js";

/** The writing side of a streaming call, of a server or of a client. */
export interface Sink<T> extends EventEmitter {
  readonly destroyed: boolean;
  readonly writableEnded: boolean;
  write(message: T): boolean;
  end(): void;
}

/** Messages to be written, as they come or all at once. An iterable that is not async may hold promises of messages. */
export type Messages<T> = AsyncIterable<T> | Iterable<T | PromiseLike<T>>;

/** After so many messages, other work gets its turn: a client of grpc-js takes the first megabyte without any. */
const BATCH = 256;

/**
 * Writes all messages of an iterable, no faster than the other side takes them,
 * then ends the writing. If the call is over before, the iterable is closed:
 * the `finally` of a generator runs.
 *
 * @param overEvent what the sink emits when the call is over
 * @throws what the iterable throws, and what the sink throws at a message that it does not take
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
  try {
    for (let written = 1; ; written++) {
      const { done, value } = await iterator.next();
      const message = !async && isThenable(value) ? await promised(value, messages, stop) : (value as T);
      if (over) return;
      if (sink.writableEnded || sink.destroyed) return stop();
      if (done) break;
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

/** Waits for a message of an iterable that is not async. */
async function promised<T>(message: PromiseLike<T>, messages: Messages<T>, stop: () => void): Promise<T> {
  handleRejections(messages);
  try {
    return await message;
  } catch (thrown) {
    stop();
    throw thrown;
  }
}

/** Keeps the process alive if one of several promises rejects before its turn: Node crashes where nobody waits for it. */
function handleRejections(messages: Messages<unknown>): void {
  if (!Array.isArray(messages) && !(messages instanceof Set)) return;
  for (const message of messages) if (message instanceof Promise) message.catch(() => {});
}

/** Writes a message, and stops if the sink refuses it: streams throw at `null`. */
function write<T>(sink: Sink<T>, message: T, stop: () => void): boolean {
  try {
    return sink.write(message);
  } catch (refusal) {
    stop();
    throw refusal;
  }
}

/** Waits until the sink takes messages again, or never will. */
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

/** A failure to close has nobody to go to: the call is over. */
async function closeQuietly(iterator: AsyncIterator<unknown> | Iterator<unknown>): Promise<void> {
  try {
    await iterator.return?.();
  } catch {}
}
