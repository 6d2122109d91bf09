import { BlockList, isIPv4, isIPv6 } from "node:net";

/** The address of a server. */
export interface ServerAddress {
  /** A host name in lower case, an IPv4 address, or an IPv6 address without brackets. */
  readonly host: string;
  readonly port: number;
}

/** Reads `host:port`, with an IPv6 address in brackets. Returns the mistake if the text is not an address. */
export function parseAddress(text: string): ServerAddress | string {
  const { host, bracketed, port } = ADDRESS.exec(text)?.groups ?? {};
  if (port === undefined) return `${FORM}, such as "node1.example:2113" or "[2001:db8::1]:2113"`;
  if (bracketed !== undefined && !isIPv6(bracketed)) return "brackets are for an IPv6 address; remove them";
  return addressOf(bracketed ?? host ?? "", port);
}

const FORM = "write host:port";
const ADDRESS = /^(?:\[(?<bracketed>[^[\]]*)\]|(?<host>[^:[\]]*)):(?<port>\d+)$/;

/** Makes an address from a host and a port. Returns the mistake if one of them is wrong. */
export function addressOf(host: string, port: string): ServerAddress | string {
  const number = Number(port);
  if (!/^\d{1,5}$/.test(port) || number < 1 || number > 65_535) {
    return `the port ${JSON.stringify(port)} is not a number from 1 to 65535`;
  }
  const canonical = canonicalHost(host);
  if (canonical !== undefined) return { host: canonical, port: number };
  return `the host ${JSON.stringify(host)} is neither a name nor an IP address`;
}

/** Returns one spelling for all spellings of a host. A zone of an IPv6 address has a meaning only on its own machine. */
export function canonicalHost(host: string): string | undefined {
  const written = isIPv6(host) && !host.includes("%") ? `[${host}]` : host;
  if (!/^(\[.*\]|[\w.-]+)$/.test(written)) return undefined;
  // URLs know every spelling of an IP address, such as 0 and 0x7f.1.
  const url = `http://${written}`;
  return URL.canParse(url) ? new URL(url).hostname.replace(/^\[|\]$/g, "") : undefined;
}

/** Returns an address as text: `"node1.example:2113"`, `"[2001:db8::1]:2113"`. */
export function addressText({ host, port }: ServerAddress): string {
  return `${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

const UNSPECIFIED = new BlockList();
UNSPECIFIED.addSubnet("0.0.0.0", 8, "ipv4");
UNSPECIFIED.addAddress("::", "ipv6");

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8, "ipv4");
LOOPBACK.addAddress("::1", "ipv6");

/** Checks whether a host stands for all addresses of a machine: `0.0.0.0`, `::`. */
export function isUnspecified({ host }: ServerAddress): boolean {
  return isIn(UNSPECIFIED, host);
}

/** Checks whether a host is the machine itself: `127.0.0.1`, `::1`, `localhost`. */
export function isLoopback({ host }: ServerAddress): boolean {
  return isIn(LOOPBACK, host) || /^(.*\.)?localhost\.?$/.test(host);
}

function isIn(list: BlockList, host: string): boolean {
  if (isIPv4(host)) return list.check(host, "ipv4");
  return isIPv6(host) && list.check(host, "ipv6");
}
