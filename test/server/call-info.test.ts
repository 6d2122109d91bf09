import { inspect } from "node:util";
import { Metadata } from "@grpc/grpc-js";
import { expect, it } from "vitest";
import { IncomingCall } from "../../src/server/call-info.js";

it("a call has one id, however often it is asked for", () => {
  const call = new IncomingCall("/a.B/C", "127.0.0.1:1", new Metadata());
  expect(call.requestId).toBe(call.requestId);
  expect(call.requestId).not.toBe(new IncomingCall("/a.B/C", "127.0.0.1:1", new Metadata()).requestId);
});

it("a call shows nothing of its metadata where it is printed", () => {
  const metadata = new Metadata();
  metadata.set("authorization", "Bearer hunter2");
  const call = new IncomingCall("/a.B/C", "127.0.0.1:1", metadata);
  expect(call.metadata).toBe(metadata);
  expect(inspect(call, { depth: 9 })).toContain("/a.B/C");
  expect(inspect(call, { depth: 9, showHidden: true }) + JSON.stringify(call)).not.toContain("hunter2");
});
