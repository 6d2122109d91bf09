import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { Metadata, Server, status } from "@grpc/grpc-js";
import express from "express";
import { RichError, richErrorServerInterceptor } from "grpc-rich-errors";
import {
  ConcurrencyConflictError,
  catalog as hapnd,
  ReducerNotReadyError,
  ValidationError,
} from "grpc-rich-errors/catalogs/hapnd";
import {
  catalog as kurrentdb,
  StreamNotFoundError,
  StreamRevisionConflictError,
} from "grpc-rich-errors/catalogs/kurrentdb";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { startShapes } from "../support/shapes.js";
import { callOn } from "../support/surfaces.js";
import { ROOT } from "./project.js";

/** `<!-- path -->` before a block says that the block is the file. `UPDATE_README=1` makes it so. */
const EMBEDDED = /<!-- (\S+) -->\n```(\w+)\n([\s\S]*?)```/g;
const BLOCK = /```ts\n([\s\S]*?)```/g;

describe("README.md", () => {
  let readme: string;
  let folder: string;

  beforeAll(async () => {
    readme = await readFile(join(ROOT, "README.md"), "utf8");
    // Beside the tests, so that the package's name means its source.
    folder = await mkdtemp(join(ROOT, "test/package/.readme-"));
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  test("shows the files of the example as they are", async () => {
    const files = [...readme.matchAll(EMBEDDED)].map(([, path = ""]) => path);
    expect(files).toHaveLength(5);
    let updated = readme;
    for (const path of files) {
      const source = await readFile(join(ROOT, path), "utf8");
      updated = updated.replace(EMBEDDED, (block, name: string, language: string) =>
        name === path ? `<!-- ${name} -->\n\`\`\`${language}\n${source}\`\`\`` : block,
      );
    }
    if (process.env["UPDATE_README"]) await writeFile(join(ROOT, "README.md"), updated);
    else expect(readme).toBe(updated);
  });

  test("begins with lines of that example", async () => {
    const paths = ["proto/shop/v1/errors.proto", "server.ts", "client.ts"];
    const sources = await Promise.all(paths.map((path) => readFile(join(ROOT, "examples/orders", path), "utf8")));
    const [first = "", second = "", third = ""] = sources.map(flat);
    const beginning = readme.split("\n").slice(0, 30).join("\n");
    const blocks = [...beginning.matchAll(/```\w+\n([\s\S]*?)```/g)].map(([, code = ""]) => flat(code));
    const [proto, server, client] = blocks;
    expect(blocks).toHaveLength(3);
    expect(first).toContain(proto);
    expect(second).toContain(server);
    expect(third).toContain(client);
  });

  test("loads protos with lines of the example without generated code", async () => {
    const [, code = ""] = /```js\n([\s\S]*?)```/.exec(readme) ?? [];
    for (const file of ["server.mjs", "client.mjs"]) {
      expect(flat(await readFile(join(ROOT, "examples/orders/loaded", file), "utf8"))).toContain(flat(code));
    }
    expect(code).toContain("loadSync(");
  });

  test("maps and reports errors in the way that it shows", async () => {
    const { interceptor, NoSuchKeyError } = await imported(
      `import { richErrorServerInterceptor } from "grpc-rich-errors";
       import { catalog, StreamNotFoundError } from "grpc-rich-errors/catalogs/kurrentdb";
       import { systemErrors, zodErrors } from "grpc-rich-errors/mappings";
       export class NoSuchKeyError extends Error { key = "x"; }
       export const interceptor = ${block("onError: (")}`,
    );
    const fail = () => {
      throw new NoSuchKeyError();
    };
    const shapes = await startShapes({ unary: fail }, { onlyInterceptors: [interceptor] });
    expect(RichError.from((await callOn(shapes, "unary")).error, { catalogs: [kurrentdb] })).toMatchObject({
      reason: "STREAM_NOT_FOUND",
    });
  });

  test("calls another server in the way that it shows", async () => {
    const { getOrder } = await imported(
      `import { upstream } from "grpc-rich-errors";
       const inventory = { getStock: (request, options) => [request, options] };
       export ${block("upstream(call)")}`,
    );
    const shapes = await startShapes({
      unary: async (call) => {
        const [request, { deadline, signal }] = await getOrder(Object.assign(call, { request: { sku: "s-1" } }));
        expect(request).toEqual({ sku: "s-1" });
        expect([deadline, signal.aborted]).toEqual([call.getDeadline(), false]);
        return { index: 7 };
      },
    });
    expect(await callOn(shapes, "unary")).toEqual({ messages: [7], error: undefined });
  });

  test("drains a server in the way that it shows", async () => {
    const { stopOn } = await imported(
      `import { drain } from "grpc-rich-errors";
       export function stopOn(process, server) {
         ${block("SIGTERM")}
       }`,
    );
    const server = new Server({ interceptors: [richErrorServerInterceptor()] });
    const drained = await new Promise((resolve) =>
      stopOn({ once: (_: string, stop: () => void) => resolve(stop()) }, server),
    );
    expect(drained).toEqual({ refused: 0, cutOff: 0, forced: false });
  });

  test("explains the errors of a union in the way that it shows", async () => {
    const { explain } = await imported(
      `import { RichError } from "grpc-rich-errors";
       import { StreamsError } from "grpc-rich-errors/catalogs/kurrentdb";
       export ${block("function explain")}`,
    );
    const conflict = new StreamRevisionConflictError({ stream: "x", expectedRevision: 5n, actualRevision: 7n });
    expect(explain(conflict)).toBe("is at 7, not at 5");
    expect(explain(new StreamNotFoundError({ stream: "x" }))).toBe("there is no x");
    expect(explain({ code: status.UNAVAILABLE, details: "gone" })).toBe("gone");
  });

  test("describes a number in the way that it shows", async () => {
    const { describe } = await imported(
      `import { catalog } from "grpc-rich-errors/catalogs/eventlog";
       export ${block("function describe")}`,
    );
    expect(describe(2003)).toBe("The aggregate is not at the version that the writer expected.");
    expect(describe(2050)).toBe("unknown, of the category Write and request");
  });

  test("advises where no server answered in the way that it shows", async () => {
    const { advise } = await imported(
      `import * as hapnd from "grpc-rich-errors/catalogs/hapnd";
       const { HapndApiError, HapndCircuitOpenError, HapndError, HapndNetworkError } = hapnd;
       export ${block("function advise")}`,
    );
    const from = (thrown: unknown) => advise(RichError.from(thrown, { catalogs: [hapnd] }));
    const call = (code: status, details: string) => ({ code, details, metadata: new Metadata() });
    expect(advise(new ReducerNotReadyError())).toBe("ReducerNotReady");
    expect(from(call(status.NOT_FOUND, "no such thing"))).toBe("unknown to this client: 5 undefined");
    expect(from(call(status.UNAVAILABLE, "No connection established"))).toBe("try again");
    expect(from(call(status.UNAVAILABLE, "Connection dropped"))).toBe("look first, then try again");
    expect(from(Object.assign(new Error("open"), { code: "EOPENBREAKER" }))).toBe("leave it alone for a while");
    expect(from(call(status.CANCELLED, "Cancelled on client"))).toBe("cancelled, or none of Hapnd's");
  });

  test("knows the errors of a method in the way that it shows", async () => {
    const { afterAppend } = await imported(
      `import { isErrorOf } from "grpc-rich-errors";
       import { EventsContract as events } from "../../../examples/hapnd-sdk/gen/hapnd/events/v1/events.rich.js";
       export ${block("function afterAppend").replace(/^.*\n/, "")}`,
    );
    const violations = [{ field: "events", description: "must not be empty" }];
    expect(afterAppend(new ConcurrencyConflictError({ expectedVersion: 5n, actualVersion: 7n }))).toBe("append at 7");
    expect(afterAppend(new ValidationError({ violations }))).toBe("correct events");
    expect(() => afterAppend(new ReducerNotReadyError())).toThrow(ReducerNotReadyError);
  });

  test("asserts an error in the way that it shows", async () => {
    const [registers, ...asserts] = block("grpc-rich-errors/vitest").split("\n");
    const { assert } = await imported(
      `${registers}
       import { expect } from "vitest";
       import { StreamNotFoundError } from "grpc-rich-errors/catalogs/kurrentdb";
       export async function assert(streams) {
         ${asserts.join("\n")}
       }`,
    );
    await assert({
      read: async ({ stream }: { stream: string }) => Promise.reject(new StreamNotFoundError({ stream })),
    });
    await expect(
      assert({ read: async () => Promise.reject(new StreamNotFoundError({ stream: "y" })) }),
    ).rejects.toThrow(/expected a StreamNotFoundError/);
  });

  test("answers errors over HTTP and reads them in the way that it shows", async () => {
    const { use, call } = await imported(
      `import { catalog } from "grpc-rich-errors/catalogs/kurrentdb";
       import { fromHttp, toHttp } from "grpc-rich-errors/http";
       export function use(app) { ${block("toHttp(")} }
       export async function call(url) { ${block("fromHttp(")} }`,
    );
    const app = express().get("/", () => {
      throw new StreamNotFoundError({ stream: "x" });
    });
    use(app);
    const server = app.listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await expect(call(url)).rejects.toBeRichError(StreamNotFoundError, { stream: "x" });
  });

  test("has no other code", () => {
    expect([...readme.matchAll(BLOCK)]).toHaveLength(14);
  });

  /** The blocks that a test has run. */
  const run = new Set<string>();

  function block(containing: string): string {
    const code = [...readme.matchAll(BLOCK)].map(([, text = ""]) => text).find((text) => text.includes(containing));
    if (code === undefined) throw new Error(`README.md has no block with ${containing}`);
    run.add(code);
    return code;
  }

  async function imported(source: string) {
    const path = join(folder, `snippet-${Math.random().toString(36).slice(2)}.ts`);
    await writeFile(path, source);
    return import(path);
  }
});

/** Code without its indentation, which differs where a part is shown. */
function flat(code: string): string {
  return code
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join("\n");
}
