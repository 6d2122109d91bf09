import { once } from "node:events";
import http2, { type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { Metadata } from "@grpc/grpc-js";
import { describe, expect, it } from "vitest";
import { makeSendable } from "../src/sendable.js";

function sendable(entries: Record<string, string[]>): Record<string, unknown> {
  const metadata = new Metadata();
  for (const [name, values] of Object.entries(entries)) for (const value of values) metadata.add(name, value);
  makeSendable(metadata);
  return metadata.toJSON();
}

describe("trailers", () => {
  it.each(["grpc-status", "grpc-message", "content-type", "content-length", "connection", "te", "Upgrade"])(
    "lose %s",
    (name) => {
      expect(sendable({ [name]: ["x"], "x-own": ["mine"] })).toEqual({ "x-own": ["mine"] });
    },
  );

  it("keep the first of two values where there may be one", () => {
    expect(sendable({ authorization: ["a", "b"], etag: ["c"] })).toEqual({ authorization: ["a"], etag: ["c"] });
  });

  it("keep everything else, with all of its values", () => {
    expect(sendable({ "x-own": ["a", "b"], "set-cookie": ["a", "b"] })).toEqual({
      "x-own": ["a", "b"],
      "set-cookie": ["a", "b"],
    });
  });
});

describe("all names that HTTP has for headers", () => {
  // What Node itself has names for.
  const names = Object.entries(http2.constants)
    .filter(([key, value]) => key.startsWith("HTTP2_HEADER_") && typeof value === "string" && !value.startsWith(":"))
    .map(([, value]) => String(value));

  it("can be sent, whatever their values, by Node as it is", async () => {
    const failures: unknown[] = [];
    const server = http2.createServer();
    const answer = (stream: ServerHttp2Stream, name: string) => {
      const metadata = new Metadata();
      for (const value of ["1", "2"]) metadata.add(name, value);
      makeSendable(metadata);
      try {
        stream.respond({ ":status": 200, ...metadata.toHttp2Headers() }, { endStream: true });
      } catch (error) {
        failures.push([name, error]);
        stream.close();
      }
    };
    server.on("stream", (stream, headers) => answer(stream, String(headers["x-name"])));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const session = http2.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    expect(names.length).toBeGreaterThan(50);
    const answered = names.map(async (name) => {
      const stream = session.request({ "x-name": name }).resume();
      stream.on("error", (error) => failures.push([name, error]));
      await new Promise((resolve) => stream.on("close", resolve));
    });
    await Promise.all(answered);
    session.close();
    server.close();
    expect(failures).toEqual([]);
  });
});
