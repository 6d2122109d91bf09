import type { Client } from "@grpc/grpc-js";

/** A client without generated code. */
export type Untyped = Client & Record<string, (...args: unknown[]) => NodeJS.ReadWriteStream>;

/** Makes a call of any shape by its name, with callbacks and events. */
export function call(client: Untyped, name: string): Promise<{ messages: unknown[]; error: unknown }> {
  return new Promise((resolve) => {
    const messages: unknown[] = [];
    const back = (error: unknown, message: unknown) => {
      if (message) messages.push(message);
      resolve({ messages, error: error ?? undefined });
    };
    const method = client[name]?.bind(client);
    if (name === "Unary") {
      method?.({ before: 1 }, back);
      return;
    }
    const stream = name === "ClientStream" ? method?.(back) : method?.({ before: 1 });
    if (name !== "ClientStream") {
      stream?.on("data", (message) => messages.push(message));
      stream?.on("error", (error) => resolve({ messages, error }));
      stream?.on("end", () => setImmediate(() => resolve({ messages, error: undefined })));
    }
    if (name === "ClientStream" || name === "Bidi") {
      stream?.write({ before: 1 } as never);
      stream?.end();
    }
  });
}
