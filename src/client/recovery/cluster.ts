import type { ChannelCredentials, Client, ClientOptions } from "@grpc/grpc-js";
import type { ServiceContract } from "../../contract.js";
import { checkContract } from "../../platform/options.js";
import { describeValue } from "../../platform/values.js";
import { richErrorClientOptions } from "../options.js";
import type {
  ContractedClient,
  ContractFor,
  MethodRecovery,
  PromiseClient,
  RecoverableMethod,
  RecoveringMethods,
} from "../promise-types.js";
import { promises } from "../promises.js";
import { checkNames, recoveryFor } from "../promises-arguments.js";
import { recovery as recoveries } from "./call-recovery.js";
import { Channels } from "./channels.js";
import { type ClusterOptions, clusterSettings } from "./cluster-options.js";
import { ClusterRoute } from "./cluster-route.js";
import { Leader } from "./leader.js";

/** A class of clients that grpc-js or a generator makes for a service. */
export interface ClientClass<GeneratedClient extends Client> {
  new (address: string, credentials: ChannelCredentials, options?: ClientOptions): GeneratedClient;
}

/** A client of a cluster of servers: see {@link cluster}. */
export type ClusterClient<GeneratedClient extends Client> = PromiseClient<GeneratedClient> &
  RecoveringMethods<GeneratedClient> &
  ClusterConnection;

/** A {@link ClusterClient} whose methods carry the errors that the contract declares for them. */
export type ContractedCluster<GeneratedClient extends Client, Contract extends ServiceContract> = ContractedClient<
  GeneratedClient,
  Contract
> &
  RecoveringMethods<GeneratedClient> &
  ClusterConnection;

/** The connection to a cluster. */
export interface ClusterConnection {
  /** Closes all channels. Running calls finish, and later ones fail. */
  close(): void;
}

/** The delays before a channel connects again. A leader is often back soon, but grpc-js would wait up to two minutes. */
const RECONNECT: ClientOptions = {
  "grpc.initial_reconnect_backoff_ms": 100,
  "grpc.max_reconnect_backoff_ms": 2_000,
};

/**
 * Returns a client of a cluster whose calls find the server that leads:
 *
 * ```ts
 * const log = cluster(EventLogClient, {
 *   seeds: ["node1.example:2113", "node2.example:2113"],
 *   credentials: credentials.createSsl(),
 *   catalogs: [catalog],
 * });
 * ```
 *
 * - It is a {@link PromiseClient} with recovery, by default `recovery.declared` for every method.
 * - An error with `redirect_to` in its proto names the leader. Its address is checked, followed, and remembered for all
 *   calls.
 * - If the leader fails, calls try the seeds, in turn.
 * - Channels open when they are needed.
 *
 * @throws TypeError for an option that is missing, unknown or of a wrong type
 */
export function cluster<GeneratedClient extends Client>(
  Class: ClientClass<GeneratedClient>,
  options: ClusterOptions<GeneratedClient>,
): ClusterClient<GeneratedClient>;
/**
 * Returns a client of a cluster with the contract of its service.
 *
 * @throws TypeError as without a contract, or if the contract belongs to another service
 */
export function cluster<GeneratedClient extends Client, Contract extends ServiceContract>(
  Class: ClientClass<GeneratedClient>,
  contract: ContractFor<GeneratedClient, Contract>,
  options: ClusterOptions<GeneratedClient>,
): ContractedCluster<GeneratedClient, Contract>;
export function cluster(Class: ClientClass<Client>, second: object, third?: ClusterOptions<Client>): unknown {
  if (typeof Class !== "function") {
    throw new TypeError(`cluster: the class is ${describeValue(Class)}; pass a generated class, such as OrdersClient`);
  }
  const options = third ?? (second as ClusterOptions<Client>);
  const contract = third ? (second as ServiceContract) : {};
  checkContract("cluster: the second argument", contract);
  const { seeds, channels: limit, rules } = clusterSettings(options);
  const { credentials, catalogs, clientOptions, recovery = recoveries.declared } = options;
  const ofClient = { ...RECONNECT, ...richErrorClientOptions({ ...(catalogs && { catalogs }) }), ...clientOptions };
  // With its scheme, an address cannot be a path or another resolver's name.
  const channels = new Channels((address) => new Class(`dns:///${address}`, credentials, ofClient), limit);
  const leader = new Leader(seeds);
  const names: string[] = [];
  const routed = {
    install(method: RecoverableMethod) {
      names.push(method.name);
      const own = recoveryFor(recovery, method.name) ?? recoveries.declared;
      return own.install({ ...method, route: () => new ClusterRoute({ channels, leader, rules }) });
    },
  } as MethodRecovery<unknown, never, never>;
  const view = promises(channels.connect(leader.address).client, contract as Record<string, never>, {
    recovery: routed,
  });
  checkNames(recovery, names);
  return Object.assign(view, { close: () => channels.close() });
}
