import type { Client, ErrorContent } from "./client.js";

interface Request {
  readonly scenario: string;
  readonly before: number;
}

/** A client that returns promises and async iterables. */
interface PromiseClient {
  unary(request: Request): Promise<unknown>;
  serverStream(request: Request): AsyncIterable<unknown>;
}

/** Adapts a client whose calls reject with the library's own errors. */
export function fromPromises(client: PromiseClient, read: (error: unknown) => ErrorContent, close: () => void): Client {
  return {
    succeed: async () => void (await client.unary({ scenario: "succeed", before: 0 })),
    fail: (scenario, call) =>
      client.unary({ scenario, before: call }).then(() => {
        throw new Error("the call succeeded");
      }, read),
    receive: async (scenario, messages) => {
      let count = 0;
      for await (const _ of client.serverStream({ scenario, before: messages })) count++;
      return count;
    },
    close,
  };
}
