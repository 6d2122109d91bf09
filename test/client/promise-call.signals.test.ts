import { spawnSync } from "node:child_process";
import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { tooManySides } from "../support/errors.js";
import { request, SHAPES, startShapes } from "../support/shapes.js";

describe("a signal for many calls", () => {
  it.each(SHAPES)("has no listeners after many %s calls, however they end", async (shape) => {
    const fails = (requests: { readonly before: number }) => {
      if (requests.before === 1) throw tooManySides();
    };
    const { calls } = await startShapes({
      unary: (call) => {
        fails(call.request);
        return { index: 0 };
      },
      serverStream: async function* (call) {
        yield { index: 0 };
        fails(call.request);
      },
      clientStream: async (call) => {
        for await (const message of call) fails(message);
        return { index: 0 };
      },
      bidi: async function* (call) {
        for await (const message of call) {
          yield { index: 0 };
          fails(message);
        }
      },
    });
    const { signal } = new AbortController();
    const options = { signal };
    let most = 0;
    for (let round = 0; round < 10; round++) {
      const made = Array.from({ length: 50 }, async (_, index) => {
        const message = request(index % 2);
        if (shape === "unary") return calls.unary(message, options);
        if (shape === "clientStream") return calls.clientStream([message], options);
        const messages = shape === "bidi" ? calls.bidi([message], options) : calls.serverStream(message, options);
        for await (const _ of messages) if (index % 3 === 0) break;
        return undefined;
      });
      await Promise.allSettled(made);
      most = Math.max(most, getEventListeners(signal, "abort").length);
    }
    expect(most).toBe(0);
  });
});

describe("a callback that throws", () => {
  /** Returns the output of a process whose unary call fails and whose callback throws. */
  const run = (options: string) => {
    const script = `
      import { Client, credentials } from "@grpc/grpc-js";
      import { richErrorClientOptions } from "grpc-rich-errors";
      const bytes = (value) => value;
      process.on("uncaughtException", (error) => {
        console.log("uncaught", error.message);
        process.exit();
      });
      const client = new Client("127.0.0.1:1", credentials.createInsecure(), ${options});
      client.makeUnaryRequest("/a.A/B", bytes, bytes, Buffer.alloc(0), () => {
        throw new Error("mine");
      });`;
    const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", script], {
      encoding: "utf8",
    });
    return stdout || stderr;
  };

  it("is an uncaught exception, as in plain grpc-js", () => {
    expect(run("{}")).toBe("uncaught mine\n");
    expect(run("richErrorClientOptions()")).toBe("uncaught mine\n");
  });
});
