import { describe, expect, it } from "vitest";
import {
  addressOf,
  addressText,
  isLoopback,
  isUnspecified,
  parseAddress,
} from "../../../src/client/recovery/address.js";

describe("an address", () => {
  it.each([
    ["node1.example:2113", "node1.example:2113"],
    ["Node1.EXAMPLE:2113", "node1.example:2113"],
    ["node_1:1", "node_1:1"],
    ["10.0.0.7:65535", "10.0.0.7:65535"],
    ["10.7:80", "10.0.0.7:80"],
    ["[2001:DB8:0::1]:443", "[2001:db8::1]:443"],
  ])("%s is read as %s", (text, canonical) => {
    const address = parseAddress(text);
    expect(typeof address === "string" ? address : addressText(address)).toBe(canonical);
  });

  it.each([
    ["", "write host:port"],
    ["node1", "write host:port"],
    [":2113", 'the host "" is neither'],
    ["node1:", "write host:port"],
    ["node1:0", 'the port "0" is not'],
    ["node1:65536", 'the port "65536" is not'],
    ["node1:-1", "write host:port"],
    ["node1:80 ", "write host:port"],
    ["2001:db8::1:2113", "write host:port"],
    ["[node1]:2113", "brackets are for an IPv6 address"],
    ["[fe80::1%eth0]:2113", 'the host "fe80::1%eth0" is neither'],
    ["http://node1:2113", "write host:port"],
    ["unix:/run/secret", "write host:port"],
    ["dns://evil.example/node1:2113", "write host:port"],
    ["user@node1:2113", 'the host "user@node1" is neither'],
    ["node1/path:2113", 'the host "node1/path" is neither'],
    ["node 1:2113", 'the host "node 1" is neither'],
    ["node1\n:2113", 'the host "node1\\n" is neither'],
    ["256.0.0.1:2113", 'the host "256.0.0.1" is neither'],
  ])("%j is refused: %s", (text, mistake) => {
    expect(parseAddress(text)).toContain(mistake);
  });

  it("of an IPv6 address has no brackets, until it is written", () => {
    const address = addressOf("::1", "2113");
    expect(address).toEqual({ host: "::1", port: 2113 });
    expect(typeof address !== "string" && addressText(address)).toBe("[::1]:2113");
  });

  it.each(["0.0.0.0", "0", "0x0", "0.1.2.3", "::", "0:0::0", "::ffff:0.0.0.0"])("with %s is unspecified", (host) => {
    const address = addressOf(host, "1");
    expect(typeof address !== "string" && isUnspecified(address)).toBe(true);
  });

  it.each(["127.0.0.1", "127.1", "2130706433", "::1", "::ffff:127.0.0.1", "LOCALHOST", "localhost.", "a.localhost"])(
    "with %s is a loopback address",
    (host) => {
      const address = addressOf(host, "1");
      expect(typeof address !== "string" && isLoopback(address)).toBe(true);
    },
  );

  it.each(["10.0.0.1", "2001:db8::1", "localhost.example", "notlocalhost"])("with %s is neither", (host) => {
    const address = addressOf(host, "1");
    expect(typeof address !== "string" && [isLoopback(address), isUnspecified(address)]).toEqual([false, false]);
  });
});
