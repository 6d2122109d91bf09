import { open, readdir } from "node:fs/promises";
import { connect } from "node:net";
import { Code, codeName, RichError } from "grpc-rich-errors";
import { isSystemError, systemErrors } from "grpc-rich-errors/mappings";
import { describe, expect, it } from "vitest";
import { ErrorMap } from "../../../src/masking/error-map.js";

const map = new ErrorMap(systemErrors);

function systemError(code: unknown): Error {
  return Object.assign(new Error(`${code}: /etc/hunter2`), { code, path: "/etc/hunter2", address: "10.0.0.7" });
}

describe("systemErrors", () => {
  it.each([
    ["ENOENT", "NOT_FOUND"],
    ["EEXIST", "ALREADY_EXISTS"],
    ["EACCES", "PERMISSION_DENIED"],
    ["EPERM", "PERMISSION_DENIED"],
    ["EMFILE", "RESOURCE_EXHAUSTED"],
    ["ENFILE", "RESOURCE_EXHAUSTED"],
    ["ENOSPC", "RESOURCE_EXHAUSTED"],
    ["ENOMEM", "RESOURCE_EXHAUSTED"],
    ["ECONNREFUSED", "UNAVAILABLE"],
    ["ECONNRESET", "UNAVAILABLE"],
    ["EPIPE", "UNAVAILABLE"],
    ["EHOSTUNREACH", "UNAVAILABLE"],
    ["ENOTFOUND", "UNAVAILABLE"],
    ["EAI_AGAIN", "UNAVAILABLE"],
    ["ETIMEDOUT", "DEADLINE_EXCEEDED"],
  ])("map %s to %s without its message", (code, expected) => {
    const thrown = systemError(code);
    const { error } = map.map(thrown);
    expect(error && codeName(error.code)).toBe(expected);
    expect(error?.cause).toBe(thrown);
    expect(error?.errorDetails).toEqual([]);
    expect(error?.message).not.toMatch(/hunter2|10\.0\.0\.7|E[A-Z]+:/);
  });

  it.each([
    ["an error whose code means nothing to a client", systemError("EBADF")],
    ["an error with one of Node's own codes", systemError("ERR_INVALID_ARG_TYPE")],
    ["an error with a numeric code", systemError(2)],
    ["an error whose code is a property of every object", systemError("constructor")],
    ["an object that is not an Error", { code: "ENOENT" }],
    ["undefined", undefined],
  ])("do not match %s", (_, thrown) => {
    expect(isSystemError(thrown)).toBe(false);
    expect(map.map(thrown).found).toBe(false);
  });

  it("match the errors that Node throws", async () => {
    const codes: unknown[] = [];
    const note = (thrown: unknown) => void codes.push(map.map(thrown).error?.code);
    await open("/does/not/exist").catch(note);
    await readdir("/does/not/exist").catch(note);
    await new Promise<void>((resolve) => {
      connect({ port: 1, host: "127.0.0.1" }).on("error", (error) => {
        note(error);
        resolve();
      });
    });
    expect(codes).toEqual([Code.NOT_FOUND, Code.NOT_FOUND, Code.UNAVAILABLE]);
  });
});

it("isSystemError returns false for a RichError", () => {
  expect(isSystemError(new RichError(Code.NOT_FOUND, "x"))).toBe(false);
});
