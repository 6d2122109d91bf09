import type { Client } from "@grpc/grpc-js";
import { closedClientError } from "../call-checks.js";

/** A client of one server, with a channel of its own. */
export interface Connection<GeneratedClient extends Client> {
  readonly address: string;
  readonly client: GeneratedClient;
  /** The attempts that have not received anything yet. They may still wait for a connection. */
  waiting: number;
}

/**
 * The clients of a cluster, by address. Each is made when it is first needed.
 *
 * - If there are more than the limit, the least recently used ones are closed, unless calls are waiting in
 *   them for a connection.
 * - Calls that have a connection finish, because grpc-js's `close()` only keeps new calls from beginning.
 * - grpc-js shares connections between channels of the same target, credentials and options. So a client that is closed and
 *   made again may find its connection, and the delay before the next attempt to connect, as they were.
 */
export class Channels<GeneratedClient extends Client> {
  readonly #open: (address: string) => GeneratedClient;
  readonly #limit: number;
  /** In the order of their last use. */
  readonly #connections = new Map<string, Connection<GeneratedClient>>();
  #isClosed = false;

  constructor(open: (address: string) => GeneratedClient, limit: number) {
    this.#open = open;
    this.#limit = limit;
  }

  /**
   * Returns the client of a server.
   *
   * @throws RichError after `close`
   */
  connect(address: string): Connection<GeneratedClient> {
    if (this.#isClosed) throw closedClientError();
    const connection = this.#connections.get(address) ?? { address, client: this.#open(address), waiting: 0 };
    this.#connections.delete(address);
    this.#connections.set(address, connection);
    this.#closeUnused(connection);
    return connection;
  }

  close(): void {
    this.#isClosed = true;
    for (const { client } of this.#connections.values()) client.getChannel().close();
  }

  #closeUnused(latest: Connection<GeneratedClient>): void {
    for (const [address, connection] of this.#connections) {
      if (this.#connections.size <= this.#limit) return;
      if (connection.waiting > 0 || connection === latest) continue;
      this.#connections.delete(address);
      connection.client.getChannel().close();
    }
  }
}
