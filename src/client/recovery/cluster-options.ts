import type { ChannelCredentials, Client, ClientOptions } from "@grpc/grpc-js";
import { checkReadOptions, type ReadOptions } from "../../error/receive.js";
import { checkOptions, type OptionNames } from "../../platform/options.js";
import { describeValue, isObject } from "../../platform/values.js";
import type { PromisesOptions } from "../promise-types.js";
import { addressText, canonicalHost, isLoopback, isUnspecified, parseAddress, type ServerAddress } from "./address.js";
import type { RedirectRules } from "./redirect-hint.js";

/** Options of {@link cluster}. */
export interface ClusterOptions<GeneratedClient extends Client>
  extends ReadOptions,
    Partial<PromisesOptions<GeneratedClient>> {
  /** The servers to begin with, at least one, as `host:port`. Write an IPv6 address in brackets. */
  readonly seeds: readonly string[];
  /** The credentials for all servers. With TLS credentials, the client never calls a server without TLS. */
  readonly credentials: ChannelCredentials;
  /**
   * The hosts that the client may be redirected to, or a function that decides. Write hosts in lower case, without ports.
   * By default, all. Seeds are always allowed.
   */
  readonly allowedHosts?: readonly string[] | ((address: ServerAddress) => boolean);
  /** The maximum number of channels to keep open. Channels in which calls wait stay open. By default, 8. */
  readonly channels?: number;
  /** Options of grpc-js for each client. By default, channels connect again after 100 ms, and after 2 s at the latest. */
  readonly clientOptions?: ClientOptions;
}

const NAMES: OptionNames<ClusterOptions<Client>> = {
  seeds: true,
  credentials: true,
  recovery: true,
  catalogs: true,
  allowedHosts: true,
  channels: true,
  clientOptions: true,
};

/** Checked options of a cluster. */
export interface ClusterSettings {
  /** The seeds in canonical spelling, without duplicates. */
  readonly seeds: readonly string[];
  readonly channels: number;
  readonly rules: RedirectRules;
}

/**
 * Checks the options of a cluster, except its recovery.
 *
 * @throws TypeError for an option that is missing, unknown or of a wrong type
 */
export function clusterSettings(options: ClusterOptions<Client>): ClusterSettings {
  if (!isObject(options)) {
    throw new TypeError(
      `cluster: the options are ${describeValue(options)}; write an object with seeds and credentials`,
    );
  }
  checkOptions("cluster", options, NAMES);
  const { seeds, credentials, catalogs, allowedHosts, channels = 8 } = options;
  checkReadOptions("cluster", catalogs && { catalogs });
  const addresses = seedsOf(seeds);
  if (!isObject(credentials)) {
    const hint = "write credentials.createSsl() or credentials.createInsecure() of @grpc/grpc-js";
    throw new TypeError(`cluster: credentials is ${describeValue(credentials)}; ${hint}`);
  }
  if (!Number.isInteger(channels) || channels < 1) {
    throw new TypeError(`cluster: channels is ${describeValue(channels)}; write a whole number from 1`);
  }
  const allow = allowing(allowedHosts);
  const texts = new Set(addresses.map(addressText));
  return {
    seeds: [...texts],
    channels,
    rules: {
      allowsLoopback: addresses.some(isLoopback),
      isAllowed: (address) => texts.has(addressText(address)) || allow(address),
    },
  };
}

function seedsOf(seeds: unknown): readonly ServerAddress[] {
  if (!Array.isArray(seeds) || seeds.length === 0) {
    throw new TypeError(`cluster: seeds is ${describeValue(seeds)}; write a list such as ["node1.example:2113"]`);
  }
  return seeds.map((seed: unknown, index) => {
    const address = typeof seed === "string" ? parseAddress(seed) : 'write host:port, such as "node1.example:2113"';
    const mistake =
      typeof address === "string"
        ? address
        : isUnspecified(address)
          ? `${address.host} stands for all addresses of a server; write one of them`
          : undefined;
    if (typeof address !== "string" && mistake === undefined) return address;
    throw new TypeError(`cluster: seeds[${index}] is ${describeValue(seed)}; ${mistake}`);
  });
}

function allowing(hosts: unknown): (address: ServerAddress) => boolean {
  if (hosts === undefined) return () => true;
  if (typeof hosts === "function") return (address) => hosts(address) === true;
  if (Array.isArray(hosts) && hosts.every((host) => typeof host === "string")) {
    for (const [index, host] of hosts.entries()) {
      if (canonicalHost(host) === host) continue;
      const fix = 'write a host in lower case, without a port and without brackets, such as "node1.example"';
      throw new TypeError(`cluster: allowedHosts[${index}] is ${describeValue(host)}; ${fix}`);
    }
    const allowed = new Set<string>(hosts);
    return ({ host }) => allowed.has(host);
  }
  throw new TypeError(`cluster: allowedHosts is ${describeValue(hosts)}; write a list of hosts, or a function`);
}
