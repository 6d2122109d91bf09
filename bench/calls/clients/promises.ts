import type { Client, ReadError } from "./client.js";

interface Request {
  readonly scenario: string;
  readonly before: number;
}

/** A library's own client, which gives promises and what can be iterated over. */
interface PromiseClient {
  unary(request: Request): Promise<unknown>;
  serverStream(request: Request): AsyncIterable<unknown>;
}

/** A client of a library whose calls reject with its own errors. */
export function fromPromises(client: PromiseClient, read: (error: unknown) => ReadError, close: () => void): Client {
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
