import type { Client } from "@grpc/grpc-js";
import { Code } from "../../code.js";
import type { RichError } from "../../rich-error.js";
import type { AttemptEnd, Route } from "../promise-types.js";
import { addressText } from "./address.js";
import type { Channels, Connection } from "./channels.js";
import type { Leader } from "./leader.js";
import { hintOf, type RedirectRules } from "./redirect-hint.js";

/** What the calls of a cluster share. */
export interface ClusterState<GeneratedClient extends Client> {
  readonly channels: Channels<GeneratedClient>;
  readonly leader: Leader;
  readonly rules: RedirectRules;
}

/** The path of one call through the servers of a cluster. */
export class ClusterRoute<GeneratedClient extends Client> implements Route<GeneratedClient> {
  readonly #cluster: ClusterState<GeneratedClient>;
  /** The servers that failed this call, with the numbers of the attempts. */
  readonly #tried = new Map<string, number>();
  #connection: Connection<GeneratedClient> | undefined;
  #attempt = 0;

  constructor(cluster: ClusterState<GeneratedClient>) {
    this.#cluster = cluster;
  }

  begin(): GeneratedClient {
    const { channels, leader } = this.#cluster;
    this.#connection = channels.connect(this.#next());
    this.#connection.waiting++;
    this.#attempt = leader.begin();
    return this.#connection.client;
  }

  end(error?: RichError): AttemptEnd {
    const connection = this.#connection;
    if (!connection) return {};
    this.#connection = undefined;
    connection.waiting--;
    const { address } = connection;
    if (!error) this.#cluster.leader.found(address, this.#attempt);
    const isRedirect = error?.recovery === "REDIRECT";
    if (!error || (!isRedirect && !isUnreachable(error))) return {};
    const hint = isRedirect ? hintOf(error, this.#cluster.rules) : {};
    this.#note(address, hint.address && addressText(hint.address));
    const isMoved = this.#next() !== address;
    return { isMoved, ...(hint.refused !== undefined && { refused: hint.refused }) };
  }

  leave(): void {
    if (this.#connection) this.#connection.waiting--;
    this.#connection = undefined;
  }

  /** Notes that a server is not the leader or does not respond, and which leader it names. */
  #note(address: string, named: string | undefined): void {
    const { leader } = this.#cluster;
    this.#tried.set(address, this.#attempt);
    // Two followers may name each other. A server that has redirected this call is tried again only after all others.
    const isFollowed = named !== undefined && !(this.#tried.has(named) && this.#untriedSeed() !== undefined);
    if (isFollowed) leader.found(named, this.#attempt);
    else leader.lost(address, this.#attempt);
    if (isFollowed) this.#tried.delete(named);
  }

  /** Returns the leader. If the leader has failed this call, returns a seed that the call has not tried. */
  #next(): string {
    const { leader } = this.#cluster;
    const tried = this.#tried.get(leader.address);
    return tried === undefined || tried < leader.foundIn ? leader.address : (this.#untriedSeed() ?? leader.address);
  }

  #untriedSeed(): string | undefined {
    return this.#cluster.leader.seeds.find((seed) => !this.#tried.has(seed));
  }
}

/** Checks whether the server did not respond, or is unavailable. Another server may respond. */
function isUnreachable({ origin, code, definition }: RichError): boolean {
  if (origin === "TRANSPORT") return true;
  return origin === "CLIENT" ? code === Code.DEADLINE_EXCEEDED : !definition && code === Code.UNAVAILABLE;
}
