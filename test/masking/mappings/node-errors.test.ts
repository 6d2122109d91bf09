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

describe("an error of the operating system", () => {
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
  ])("%s becomes %s, and nothing of its text goes along", (code, expected) => {
    const thrown = systemError(code);
    const { error } = map.map(thrown);
    expect(error && codeName(error.code)).toBe(expected);
    expect(error?.cause).toBe(thrown);
    expect(error?.errorDetails).toEqual([]);
    expect(error?.message).not.toMatch(/hunter2|10\.0\.0\.7|E[A-Z]+:/);
  });

  it.each([
    ["a code that says nothing to a client", systemError("EBADF")],
    ["a code of Node's own", systemError("ERR_INVALID_ARG_TYPE")],
    ["a code that is a number", systemError(2)],
    ["a code that every object has", systemError("constructor")],
    ["no error", { code: "ENOENT" }],
    ["nothing", undefined],
  ])("with %s is left to others", (_, thrown) => {
    expect(isSystemError(thrown)).toBe(false);
    expect(map.map(thrown).found).toBe(false);
  });

  it("is known as Node really throws it", async () => {
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

it("an error of this package is none of the operating system", () => {
  expect(isSystemError(new RichError(Code.NOT_FOUND, "x"))).toBe(false);
});
