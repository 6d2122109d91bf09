import { PassThrough } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { isRead, keepUnreadMessages } from "../../src/client/unread-messages.js";

// The behavior behind a server is in message-order.test.ts. Here, a stand-in for the class of grpc-js tells the cases apart.

interface Ending {
  readonly code: number;
  readonly details: string;
}

/** The part of grpc-js's `Http2SubchannelCall` that ends a call. */
class Receiver {
  readonly unpushedReadMessages: unknown[] = [];
  readonly http2Stream = new PassThrough();
  readonly outputs: (Ending | null)[] = [];
  readonly pushed: unknown[] = [];
  finalStatus: Ending | null = null;
  readsClosed = false;
  disconnects = 0;

  handleTrailers(headers: Record<string, string>): void {
    this.endCall({ code: Number(headers["grpc-status"]), details: "no" });
  }
  endCall(status: Ending): void {
    if (this.finalStatus !== null && this.finalStatus.code !== 0) return;
    this.finalStatus = status;
    this.maybeOutputStatus();
  }
  maybeOutputStatus(): void {
    if (this.finalStatus && (this.finalStatus.code !== 0 || this.readsClosed)) this.outputStatus();
  }
  outputStatus(): void {
    this.outputs.push(this.finalStatus);
  }
  onDisconnect(): void {
    this.disconnects++;
  }
  tryPush(message: unknown): void {
    this.pushed.push(message);
  }
  sendMessageWithContext(context: { readonly callback?: () => void }, _message: unknown): void {
    context.callback?.();
  }
}

/** The call of an attempt that was not committed. */
const FOREIGN = new Receiver();
const reading = { readableDidRead: true, listenerCount: () => 0 };
const idle = { readableDidRead: false, listenerCount: () => 0 };
const ERROR = { code: 3, details: "no" };

/** Keeps the messages of a call that reaches the stand-in through the given layers. */
function keep(layer: (receiver: object) => object = (receiver) => receiver, reader: object = reading): Receiver {
  const receiver = new Receiver();
  keepUnreadMessages({ ...reader, call: layer(receiver) } as never);
  return receiver;
}

describe("keepUnreadMessages", () => {
  it.each<[string, (receiver: object) => object]>([
    ["itself", (receiver) => receiver],
    ["the next call", (receiver) => ({ nextCall: receiver })],
    ["the child", (receiver) => ({ child: receiver })],
    ["the call", (receiver) => ({ call: receiver })],
    [
      "the committed call",
      (receiver) => ({ underlyingCalls: [{ call: {} }, { call: receiver }], committedCallIndex: 1 }),
    ],
    ["several layers", (receiver) => ({ nextCall: { child: { call: receiver } } })],
  ])("waits for the reader of a call that has its stream in %s", (_, layer) => {
    const receiver = keep(layer);
    receiver.handleTrailers({ "grpc-status": "3" });
    expect([receiver.outputs, receiver.finalStatus]).toEqual([[], { code: 0, details: "no" }]);
  });

  it.each<[string, object]>([
    ["no layers", { call: undefined }],
    ["no known layer", { call: {} }],
    ["no committed call", { call: { underlyingCalls: [{ call: FOREIGN }, { call: FOREIGN }] } }],
    ["a committed call that is missing", { call: { underlyingCalls: [], committedCallIndex: 0 } }],
  ])("does nothing for a call with %s", (_, call) => {
    expect(() => keepUnreadMessages({ ...reading, ...call } as never)).not.toThrow();
    expect(Object.hasOwn(FOREIGN, "handleTrailers")).toBe(false);
  });

  it.each(["unpushedReadMessages", "http2Stream", "handleTrailers", "endCall", "outputStatus", "maybeOutputStatus"])(
    "does nothing if grpc-js lacks the member %s",
    (name) => {
      const receiver = new Receiver();
      if (Object.hasOwn(receiver, name)) Object.assign(receiver, { [name]: undefined });
      else Object.setPrototypeOf(receiver, Object.create(Receiver.prototype, { [name]: { value: undefined } }));
      const before = Object.getOwnPropertyNames(receiver);
      keepUnreadMessages({ ...reading, call: receiver } as never);
      expect(Object.getOwnPropertyNames(receiver)).toEqual(before);
    },
  );

  it("does nothing a second time", () => {
    const receiver = new Receiver();
    keepUnreadMessages({ ...reading, call: receiver } as never);
    const { handleTrailers } = receiver;
    receiver.handleTrailers = function (headers) {
      handleTrailers.call(this, headers);
    };
    const own = receiver.handleTrailers;
    keepUnreadMessages({ ...idle, call: receiver } as never);
    expect(receiver.handleTrailers).toBe(own);
    receiver.handleTrailers({ "grpc-status": "3" });
    expect(receiver.outputs).toEqual([]);
  });

  it("ends a call without a reader at once", () => {
    const receiver = keep(undefined, idle);
    receiver.handleTrailers({ "grpc-status": "3" });
    expect(receiver.outputs).toEqual([ERROR]);
  });

  it("leaves a call that succeeds to grpc-js", () => {
    const receiver = keep();
    const { endCall } = receiver;
    receiver.handleTrailers({ "grpc-status": "0" });
    expect(receiver.endCall).toBe(endCall);
    expect(receiver.finalStatus).toEqual({ code: 0, details: "no" });
  });
});

describe("a call whose trailers have an error", () => {
  function failed(): Receiver {
    const receiver = keep();
    receiver.handleTrailers({ "grpc-status": "3" });
    return receiver;
  }

  it("ends with the error when its stream is closed", async () => {
    const receiver = failed();
    receiver.http2Stream.destroy();
    await turn();
    expect([receiver.readsClosed, receiver.outputs]).toEqual([true, [ERROR]]);
  });

  it("ends with the error at once if its stream is closed already", () => {
    const receiver = keep();
    receiver.http2Stream.destroy();
    receiver.handleTrailers({ "grpc-status": "3" });
    expect([receiver.readsClosed, receiver.outputs]).toEqual([true, [ERROR]]);
  });

  it.each(["Write error: EPIPE", "Write failed with error write after end"])(
    "does not fail because a request can no longer be written: %s",
    (details) => {
      const receiver = failed();
      receiver.endCall({ code: 14, details });
      expect(receiver.outputs).toEqual([]);
      expect(receiver.finalStatus).toEqual({ code: 0, details: "no" });
    },
  );

  it.each(["Cancelled on client", "Response message parsing error: x", "so Write error: x", "Write failed"])(
    "ends with another status that comes before its messages are read: %s",
    (details) => {
      const receiver = failed();
      receiver.endCall({ code: 1, details });
      expect(receiver.outputs).toEqual([{ code: 1, details }]);
    },
  );

  it("calls the callbacks of queued requests after its end, and does not write them", async () => {
    const receiver = failed();
    const called: string[] = [];
    receiver.sendMessageWithContext({ callback: () => called.push("first") }, "a");
    receiver.sendMessageWithContext({}, "b");
    receiver.sendMessageWithContext({ callback: () => called.push("third") }, "c");
    receiver.readsClosed = true;
    receiver.maybeOutputStatus();
    expect(called).toEqual([]);
    await turn();
    expect(called).toEqual(["first", "third"]);
    expect(receiver.outputs).toEqual([ERROR]);
  });

  it("reads on after each message, and ignores the end of the connection", () => {
    const receiver = failed();
    receiver.http2Stream.pause();
    receiver.tryPush("message");
    expect(receiver.pushed).toEqual(["message"]);
    expect(receiver.http2Stream.isPaused()).toBe(false);
    receiver.onDisconnect();
    expect(receiver.disconnects).toBe(0);
  });
});

describe("isRead", () => {
  const call = (did: boolean, ...events: string[]) =>
    ({
      readableDidRead: did,
      listenerCount: (name: string) => events.filter((event) => event === name).length,
    }) as never;

  it.each([
    ["was read", call(true), true],
    ["has a listener for data", call(false, "data"), true],
    ["has a listener for readable", call(false, "readable"), true],
    ["has both", call(false, "data", "readable"), true],
    ["has only other listeners", call(false, "end", "error"), false],
    ["has no listeners", call(false), false],
  ])("of a call that %s", (_, given, expected) => {
    expect(isRead(given)).toBe(expected);
  });
});
