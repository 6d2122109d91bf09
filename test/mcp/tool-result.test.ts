import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { CallToolResultSchema } from "@modelcontextprotocol/sdk/types.js";
import { Ajv } from "ajv";
import { Code, RichError, StandardDetails } from "grpc-rich-errors";
import { type FailedToolCall, type ToolResult, toolErrorSchema, toToolResult } from "grpc-rich-errors/mcp";
import { describe, expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { SealedError, catalog as vault } from "../gen/vault/v1/vault.rich.js";
import { BadShapeError, CornersBusyError, catalog, tooManySides } from "../support/errors.js";
import { SHAPES, startShapes } from "../support/shapes.js";
import { callOn } from "../support/surfaces.js";
import { SEALED, secretsIn, WITH_AUDIT } from "../support/vault.js";

const isToolError = new Ajv().compile(toolErrorSchema);

/** Converts an error, and checks the result against the schemas of the SDK and of this package. */
function resultOf(...given: Parameters<typeof toToolResult>): ToolResult {
  const result = toToolResult(...given);
  expect(CallToolResultSchema.parse(result)).toEqual(result);
  expect([isToolError(result.structuredContent.error), isToolError.errors]).toEqual([true, null]);
  return result;
}

const text = ({ content: [first] }: ToolResult) => first?.text;

describe("toToolResult", () => {
  it("has prose for the model, and the same as data", () => {
    const result = resultOf(tooManySides());
    expect(result).toEqual({
      isError: true,
      content: [{ type: "text", text: expect.any(String) }],
      structuredContent: {
        error: {
          code: "INVALID_ARGUMENT",
          message: "chiliagon has 9007199254740993 sides, 12 {at most}",
          reason: "TOO_MANY_SIDES",
          domain: "shapes.example.com",
          recovery: "FIX_REQUEST",
          nextAction: "Count again.",
          outcome: "NOT_APPLIED",
          fault: "CALLER",
          detail: { shape: "chiliagon", sides: "9007199254740993", limit: { most: 12 } },
        },
      },
    });
    expect(text(result)).toMatchInlineSnapshot(`
      "The call failed: chiliagon has 9007199254740993 sides, 12 {at most}
      Error: INVALID_ARGUMENT, TOO_MANY_SIDES of shapes.example.com.
      What to do next: Count again.
      The request took no effect.
      Detail: {"shape":"chiliagon","sides":"9007199254740993","limit":{"most":12}}"
    `);
  });

  it("says how long to wait, and when the time is over", () => {
    const before = Date.now();
    const result = resultOf(new CornersBusyError({ retryDelay: 2500 }));
    const { retryAt = "", ...error } = result.structuredContent.error;
    expect(error).toMatchObject({ retryAfterMs: 2500, outcome: "UNKNOWN", recovery: "BACK_OFF_AND_RETRY" });
    expect(Date.parse(retryAt) - before).toBeGreaterThanOrEqual(2500);
    expect(retryAt).toBe(new Date(retryAt).toISOString());
    expect(text(result)).toMatchInlineSnapshot(`
      "The call failed: corners busy
      Error: UNAVAILABLE, CORNERS_BUSY of shapes.example.com.
      What to do next: Send the same request again, after a delay that grows with each attempt.
      Wait at least 2.5 s before the next attempt."
    `);
  });

  it("has the violations of the request, and no DebugInfo", () => {
    const errorDetails = new StandardDetails().setDebugInfo("secret").addFieldViolation("sides", "must be at most 12");
    const error = new RichError(Code.INVALID_ARGUMENT, "bad request", { errorDetails });
    expect(resultOf(error).structuredContent.error.details).toEqual([
      {
        "@type": "type.googleapis.com/google.rpc.BadRequest",
        fieldViolations: [{ field: "sides", description: "must be at most 12" }],
      },
    ]);
    const declared = new BadShapeError(new StandardDetails().addFieldViolation("sides", "odd").badRequest as never);
    expect(text(resultOf(declared))).toContain('Detail: {"fieldViolations":[{"field":"sides","description":"odd"');
    expect(text(resultOf(error))).not.toContain("secret");
  });

  it.each([
    ["a bug", new TypeError("the password is secret")],
    ["a text", "secret"],
    ["an error of another server", RichError.from({ code: 5, details: "secret", metadata: undefined })],
    ["a hostile value", new Proxy(new Error("secret"), { get: () => raise(), getPrototypeOf: () => raise() })],
  ])("masks %s, and reports it", (_, thrown) => {
    const calls: FailedToolCall[] = [];
    const result = resultOf(thrown, { requestId: "r-1", onError: (call) => calls.push(call) });
    expect(result.structuredContent.error).toEqual({
      ...{ code: "INTERNAL", message: "internal error", outcome: "UNKNOWN", fault: "SERVER", requestId: "r-1" },
    });
    expect(JSON.stringify(result)).not.toContain("secret");
    expect(calls).toMatchObject([{ masked: true, requestId: "r-1" }]);
    expect(calls[0]?.error).toBe(thrown);
  });

  it.each(SHAPES)("forwards the error of a %s call of another server that a catalog declares", async (shape) => {
    const fail = () => {
      throw tooManySides({ errorDetails: new StandardDetails().setDebugInfo("secret") });
    };
    const { error } = await callOn(await startShapes({ [shape]: fail }), shape);
    expect(resultOf(error, { catalogs: [catalog] }).structuredContent.error).toEqual(
      resultOf(tooManySides()).structuredContent.error,
    );
    expect(resultOf(error).structuredContent.error.code).toBe("INTERNAL");
    const forwardDetails = ["google.rpc.DebugInfo"];
    expect(text(resultOf(error, { catalogs: [catalog], forwardDetails }))).toContain("secret");
  });

  it("leaves out redacted fields", () => {
    const result = resultOf(new SealedError({ ...SEALED, attachment: undefined }, WITH_AUDIT), { catalogs: [vault] });
    expect(secretsIn(JSON.stringify(result))).toEqual([]);
    expect(result.structuredContent.error.detail).toMatchObject({ vault: "v-7", card: { holder: "Ada" } });
    expect(result.structuredContent.error.detail).not.toHaveProperty("owner");
  });

  it("marks them in a detail that is no proto3 JSON, because it has an Any of an unknown type", () => {
    const result = resultOf(new SealedError(SEALED));
    expect(secretsIn(JSON.stringify(result))).toEqual([]);
    expect(result.structuredContent.error.detail).toMatchObject({ vault: "v-7", owner: "[redacted]" });
    expect(result.structuredContent.error).not.toHaveProperty("details");
  });

  it("is bounded in size", () => {
    const error = tooManySides({ message: "x".repeat(1_000_000) });
    const long = resultOf(error);
    expect(text(long)?.length).toBeLessThan(6_000);
    expect(JSON.stringify(long).length).toBeLessThan(20_000);
  });

  it("ignores what onError throws or rejects with", async () => {
    const onError = async () => raise();
    expect(resultOf(tooManySides(), { onError: () => raise() })).toEqual(resultOf(tooManySides(), { onError }));
    await new Promise(setImmediate);
  });

  it.each([
    [{ catalog }, 'toToolResult: the option "catalog" is unknown; write "catalogs"'],
    [
      { catalogs: catalog },
      "toToolResult: catalogs is an instance of Catalog, not an array; write catalogs: [catalog]",
    ],
    [{ onError: 5 }, "toToolResult: onError is 5, not a function; write onError: (call) => …"],
    [{ requestId: 5 }, "toToolResult: requestId is 5, not a string; leave it out for a random id"],
  ])("refuses wrong options: %j", (options, message) => {
    expect(() => toToolResult(new Error(), options as never)).toThrow(new TypeError(message));
  });
});

/** Starts a server with one tool that fails, and a client in the same process. */
async function startTool(outputSchema?: z.ZodObject): Promise<Client> {
  const server = new McpServer({ name: "shapes", version: "1" });
  server.registerTool(
    "draw",
    { inputSchema: { shape: z.string() }, ...(outputSchema && { outputSchema }) },
    ({ shape }) =>
      shape === "circle" ? { content: [], structuredContent: { sides: 0 } } : toToolResult(tooManySides()),
  );
  const [ofServer, ofClient] = InMemoryTransport.createLinkedPair();
  const client = new Client({ name: "agent", version: "1" });
  await Promise.all([server.connect(ofServer), client.connect(ofClient)]);
  onTestFinished(() => client.close());
  // The client compiles the output schemas.
  await client.listTools();
  return client;
}

const draw = (client: Client, shape: string) => client.callTool({ name: "draw", arguments: { shape } });

describe("a tool of the Model Context Protocol", () => {
  it("sends the result", async () => {
    const client = await startTool();
    expect(await draw(client, "chiliagon")).toEqual(toToolResult(tooManySides()));
  });

  it("may have an output schema with the error", async () => {
    const error = z.fromJSONSchema(toolErrorSchema).optional();
    const client = await startTool(z.object({ sides: z.number().optional(), error }));
    expect(await draw(client, "circle")).toMatchObject({ structuredContent: { sides: 0 } });
    expect(await draw(client, "chiliagon")).toEqual(toToolResult(tooManySides()));
  });

  it("is refused by clients if its output schema lacks the error", async () => {
    const client = await startTool(z.object({ sides: z.number() }));
    await expect(draw(client, "chiliagon")).rejects.toThrow("does not match the tool's output schema");
  });
});

function raise(): never {
  throw new Error("hostile");
}
