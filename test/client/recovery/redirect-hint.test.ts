import { RichError } from "grpc-rich-errors";
import { catalog as eventlog, NotLeaderError } from "grpc-rich-errors/catalogs/eventlog";
import { catalog as kurrent, NotLeaderNodeError } from "grpc-rich-errors/catalogs/kurrent";
import { expect, it } from "vitest";
import { hintOf } from "../../../src/client/recovery/redirect-hint.js";

const RULES = { allowsLoopback: false, isAllowed: () => true };

/** An error as a client receives it. */
function received(error: RichError): RichError {
  const { code, message, metadata } = error;
  return RichError.from({ code, details: message, metadata }, { catalogs: [eventlog, kurrent] });
}

it("the server that an error names is read from one field or from two", () => {
  const ofOne = received(new NotLeaderError({ leaderAddress: "[2001:DB8::1]:2113" }));
  expect(hintOf(ofOne, RULES)).toEqual({ address: { host: "2001:db8::1", port: 2113 } });
  for (const host of ["Node2.example", "2001:db8::1", "[2001:db8::1]"]) {
    const ofTwo = received(new NotLeaderNodeError({ currentLeader: { host, port: 2113 } }));
    expect(hintOf(ofTwo, RULES)).toEqual({ address: { host: host.toLowerCase().replace(/[[\]]/g, ""), port: 2113 } });
  }
});

it("an error that names no server has no hint", () => {
  for (const error of [
    new NotLeaderError({ leaderAddress: "" }),
    new NotLeaderNodeError({ currentLeader: undefined }),
    new RichError(9, "no declaration"),
  ]) {
    expect(hintOf(received(error), RULES)).toEqual({});
  }
});

it.each(["127.0.0.1", "localhost", "[::1]"])("a loopback address is refused unless a seed has one: %s", (host) => {
  const error = received(new NotLeaderError({ leaderAddress: `${host}:2113` }));
  expect(hintOf(error, { ...RULES, allowsLoopback: true }).address?.port).toBe(2113);
  const name = host.replace(/[[\]]/g, "");
  expect(hintOf(error, RULES)).toEqual({
    refused: `the redirect to "${host}:2113" is not followed: ${name} is the client's own machine; set the address that the server advertises`,
  });
});
