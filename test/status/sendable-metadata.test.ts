import { once } from "node:events";
import http2, { type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { Metadata } from "@grpc/grpc-js";
import { describe, expect, it } from "vitest";
import { isEmpty, sendable } from "../../src/status/sendable-metadata.js";

function metadataOf(entries: Record<string, string[]>): Metadata {
  const metadata = new Metadata();
  for (const [name, values] of Object.entries(entries)) for (const value of values) metadata.add(name, value);
  return metadata;
}

function sent(entries: Record<string, string[]>): Record<string, unknown> {
  return sendable(metadataOf(entries)).metadata.toJSON();
}

describe("sendable trailers", () => {
  it.each(["grpc-status", "grpc-message", "content-type", "content-length", "connection", "te", "Upgrade"])(
    "do not contain %s",
    (name) => {
      expect(sent({ [name]: ["x"], "x-own": ["mine"] })).toEqual({ "x-own": ["mine"] });
    },
  );

  it("keep only the first value of a field that may occur once", () => {
    expect(sent({ authorization: ["a", "b"], etag: ["c"] })).toEqual({ authorization: ["a"], etag: ["c"] });
  });

  it("keep every other field with all its values", () => {
    expect(sent({ "x-own": ["a", "b"], "set-cookie": ["a", "b"] })).toEqual({
      "x-own": ["a", "b"],
      "set-cookie": ["a", "b"],
    });
  });
});

describe("every HTTP header name that Node knows", () => {
  // What Node itself has names for.
  const names = Object.entries(http2.constants)
    .filter(([key, value]) => key.startsWith("HTTP2_HEADER_") && typeof value === "string" && !value.startsWith(":"))
    .map(([, value]) => String(value));

  it("can be sent by Node after the check, with two values", async () => {
    const failures: unknown[] = [];
    const server = http2.createServer();
    const answer = (stream: ServerHttp2Stream, name: string) => {
      const metadata = new Metadata();
      for (const value of ["1", "2"]) metadata.add(name, value);
      try {
        stream.respond({ ":status": 200, ...sendable(metadata).metadata.toHttp2Headers() }, { endStream: true });
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

describe("metadata that can be sent", () => {
  it("is returned as it is", () => {
    const metadata = metadataOf({ "x-own": ["a", "b"], etag: ["c"] });
    metadata.set("x-bin", Buffer.from([0, 255]));
    expect(sendable(metadata)).toEqual({ metadata, problems: [] });
    expect(sendable(metadata).metadata).toBe(metadata);
  });

  it("is never changed", () => {
    const metadata = metadataOf({ te: ["x"], etag: ["a", "b"] });
    expect(sendable(metadata).metadata.toJSON()).toEqual({ etag: ["a"] });
    expect(metadata.toJSON()).toEqual({ te: ["x"], etag: ["a", "b"] });
  });

  it("may have 60,000 bytes and 120 values, and a small field fits after one that is too large", () => {
    const least = metadataOf({ "x-large": ["v".repeat(60_000 - 39)] });
    expect(sendable(least).metadata).toBe(least);
    expect(sent({ "x-large": ["v".repeat(60_000 - 38)], "x-small": ["v"] })).toEqual({ "x-small": ["v"] });
    const most = metadataOf({ "x-many": Array.from({ length: 120 }, String) });
    expect(sendable(most).metadata).toBe(most);
    most.add("x-more", "v");
    expect(sendable(most).metadata.toJSON()).toEqual({ "x-many": most.get("x-many") });
  });

  it("is checked in linear time, with a bounded list of problems", () => {
    const entries: Record<string, string[]> = {};
    for (let index = 0; index < 100_000; index++) entries[`x-${index}`] = ["v"];
    const { problems, metadata } = sendable(metadataOf(entries));
    expect(Object.keys(metadata.toJSON())).toHaveLength(120);
    expect(problems).toHaveLength(10);
  });
});

describe("a field that is left out", () => {
  it("is reported by name, without its value", () => {
    const { problems } = sendable(metadataOf({ te: ["secret"], etag: ["a", "secret"], "a:b": ["secret"] }));
    expect(problems).toEqual([
      'the metadata field "te" is left out: it belongs to gRPC or to the connection',
      'the metadata field "etag" is sent with its first value only: HTTP allows one',
      'the metadata field "a:b" is left out: HTTP/2 cannot send its name or its value',
    ]);
  });

  it("causes one warning", async () => {
    const warnings: unknown[] = [];
    const note = (warning: Error) =>
      warnings.push([warning.name, (warning as { code?: string }).code, warning.message]);
    process.on("warning", note);
    for (let time = 0; time < 3; time++) sendable(metadataOf({ "x-once:x": ["v"] }));
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", note);
    const message = 'the metadata field "x-once:x" is left out: HTTP/2 cannot send its name or its value';
    expect(warnings.filter((warning) => String(warning).includes("x-once"))).toEqual([
      ["GrpcRichErrorsWarning", "GRPC_RICH_ERRORS_UNSENDABLE", message],
    ]);
  });
});

describe("isEmpty", () => {
  it.each([
    ["nothing", undefined, true],
    ["null", null, true],
    ["empty metadata", new Metadata(), true],
    ["metadata", metadataOf({ x: ["v"] }), false],
    ["a value that is not metadata", {} as Metadata, false],
  ])("checks %s", (_, metadata, expected) => {
    expect(isEmpty(metadata)).toBe(expected);
  });
});

describe("the problems of metadata", () => {
  it("name each field once, however many of its values cannot be sent", () => {
    const wrong = metadataOf({ "x-own": ["mine"] });
    for (const name of ["x-first", "x-second"]) for (const value of ["\0", "\u0001"]) addUnchecked(wrong, name, value);
    expect(sendable(wrong).problems).toEqual(
      ["x-first", "x-second"].map(
        (name) => `the metadata field "${name}" is left out: HTTP/2 cannot send its name or its value`,
      ),
    );
  });
});

/** Adds a value that `add` refuses, as code without types or another copy of grpc-js may. */
function addUnchecked(metadata: Metadata, name: string, value: string): void {
  const { internalRepr } = metadata as unknown as { internalRepr: Map<string, string[]> };
  internalRepr.set(name, [...(internalRepr.get(name) ?? []), value]);
}
