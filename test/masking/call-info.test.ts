import { inspect } from "node:util";
import { Metadata } from "@grpc/grpc-js";
import { expect, it } from "vitest";
import { ServerCallInfo } from "../../src/masking/call-info.js";

const connection = { getConnectionInfo: () => ({ remoteAddress: "127.0.0.1", remotePort: 1 }) };

it("a call keeps its request id", () => {
  const call = new ServerCallInfo("/a.B/C", connection, new Metadata());
  expect(call.requestId).toBe(call.requestId);
  expect(call.requestId).not.toBe(new ServerCallInfo("/a.B/C", connection, new Metadata()).requestId);
});

it("a call does not print its metadata", () => {
  const metadata = new Metadata();
  metadata.set("authorization", "Bearer hunter2");
  const call = new ServerCallInfo("/a.B/C", connection, metadata);
  expect(call.metadata).toBe(metadata);
  expect(inspect(call, { depth: 9 })).toContain("/a.B/C");
  expect(inspect(call, { depth: 9, showHidden: true }) + JSON.stringify(call)).not.toContain("hunter2");
});

it.each([
  [{ remoteAddress: "127.0.0.1", remotePort: 7 }, "127.0.0.1:7"],
  [{ remoteAddress: "::1", remotePort: 7 }, "::1:7"],
  [{ remoteAddress: "127.0.0.1" }, "127.0.0.1"],
  [{}, "unknown"],
])("the peer of a call on the connection %o is %s", (info, expected) => {
  expect(new ServerCallInfo("/a.B/C", { getConnectionInfo: () => info }, new Metadata()).peer).toBe(expected);
});

it("the peer of a call of grpc-js before 1.14, which has no connection info, is what the call says", () => {
  const call = new ServerCallInfo("/a.B/C", { getPeer: () => "127.0.0.1:7" }, new Metadata());
  expect(call.peer).toBe("127.0.0.1:7");
});
