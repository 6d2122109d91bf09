import { Metadata } from "@grpc/grpc-js";
import { request, type Shape, type Shapes } from "./shapes.js";

/** The result of one call of a grpc-js client, with all metadata. */
export interface CallResult {
  readonly code: number;
  readonly details: string;
  readonly messages: readonly number[];
  readonly initial: Record<string, unknown>;
  readonly trailers: Record<string, unknown>;
}

interface AnyCall {
  on(event: string, listener: (value: never) => void): AnyCall;
  write?(message: object): void;
  end?(): void;
}

/** Makes a call and waits for its status. */
export function resultOf({ client }: Shapes, shape: Shape, timeout = 10_000): Promise<CallResult> {
  return new Promise((resolve) => {
    const messages: number[] = [];
    let initial: Record<string, unknown> = {};
    const push = (message: { index: number } | undefined) => message && messages.push(message.index);
    const options = { deadline: Date.now() + timeout };
    const start: Record<Shape, () => unknown> = {
      unary: () => client.unary(request(2), new Metadata(), options, (_, message) => push(message)),
      clientStream: () => client.clientStream(new Metadata(), options, (_, message) => push(message)),
      serverStream: () => client.serverStream(request(2), new Metadata(), options),
      bidi: () => client.bidi(new Metadata(), options),
    };
    const call = start[shape]() as AnyCall;
    call.on("metadata", (metadata: Metadata) => {
      initial = metadata.toJSON();
    });
    call.on("data", push).on("error", () => {});
    call.on("status", ({ code, details, metadata }: { code: number; details: string; metadata: Metadata }) => {
      // A unary call emits its message after its status.
      setImmediate(() => resolve({ code, details, messages, initial, trailers: metadata.toJSON() }));
    });
    call.write?.(request());
    call.end?.();
  });
}
