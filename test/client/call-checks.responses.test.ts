import {
  type ClientOptions,
  credentials,
  Metadata,
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceError,
  type sendUnaryData,
} from "@grpc/grpc-js";
import { Code, promises, RichError, richErrorClientOptions } from "grpc-rich-errors";
import { describe, expect, it, onTestFinished } from "vitest";
import { type ShapeRequest, type ShapeResponse, ShapesClient } from "../gen/shapes/v1/shapes.js";
import { refusing } from "../support/half-servers.js";
import { request, SHAPES, startShapes } from "../support/shapes.js";
import { surfacesOf } from "../support/surfaces.js";
import { until } from "../support/turns.js";
import { expectNothingUncaught } from "../support/watch.js";

// A plain server that responds, and then passes on an error of its own client: its service is down.

expectNothingUncaught();

/** The error of a call to a server that is down. */
async function upstreamError(): Promise<ServiceError> {
  const client = new ShapesClient(await refusing(), credentials.createInsecure());
  const error = await new Promise<ServiceError | null>((resolve) => client.unary(request(), resolve));
  client.close();
  if (!error) throw new Error("the call succeeded");
  return error;
}

type One<Call> = Call & { sendMetadata(metadata: Metadata): void };
type Many = ServerWritableStream<ShapeRequest, ShapeResponse> | ServerDuplexStream<ShapeRequest, ShapeResponse>;

async function startForwarding() {
  const error = await upstreamError();
  const one = (
    call: One<ServerUnaryCall<ShapeRequest, ShapeResponse> | ServerReadableStream<ShapeRequest, ShapeResponse>>,
    callback: sendUnaryData<ShapeResponse>,
  ) => {
    call.sendMetadata(new Metadata());
    callback(error);
  };
  const many = (call: Many) => {
    call.write({ index: 7 });
    call.emit("error", error);
  };
  const unguarded = { unary: one, clientStream: one, serverStream: many, bidi: many };
  return { error, shapes: await startShapes({}, { onlyInterceptors: [], unguarded }) };
}

describe.each(SHAPES)("the error of a %s call", (shape) => {
  for (const surface of surfacesOf(shape)) {
    it(`is the server's if its text says that the server's own call was not sent: ${surface.name}`, async () => {
      const { error: upstream, shapes } = await startForwarding();
      const { error } = await surface.call(shapes, shape);
      expect(error).toBeRichError(RichError);
      expect(error).toMatchObject({ message: upstream.details, code: upstream.code, origin: "SERVER" });
      expect(error).toMatchObject({ outcome: undefined, recovery: undefined });
      // Whoever reads the error again learns the same.
      expect(RichError.from(error).origin).toBe("SERVER");
    });

    it(`is the transport's if the call was not sent: ${surface.name}`, async () => {
      const client = new ShapesClient(await refusing(), credentials.createInsecure(), richErrorClientOptions());
      const { error } = await surface.call({ ...(await startShapes({})), client, calls: promises(client) }, shape);
      expect(error).toMatchObject({ code: 14, origin: "TRANSPORT", outcome: "NOT_APPLIED" });
      client.close();
    });
  }

  it("is the server's for a client without the package's options, too", async () => {
    const { shapes } = await startForwarding();
    const client = new ShapesClient(shapes.address, credentials.createInsecure());
    const surface = surfacesOf(shape).find(({ name }) => name.includes("promises"));
    const seen = await surface?.call({ ...shapes, client, calls: promises(client) }, shape);
    expect(seen?.error).toMatchObject({ origin: "SERVER", outcome: undefined });
    client.close();
  });
});

describe.each(["clientStream", "bidi"] as const)("a %s call with a message that cannot be sent", (shape) => {
  const client = (address: string, options: ClientOptions) => {
    const made = new ShapesClient(address, credentials.createInsecure(), {
      ...options,
      "grpc.max_send_message_length": 100,
    });
    onTestFinished(() => made.close());
    return made;
  };

  it.each([
    ["with the package's options", richErrorClientOptions()],
    ["without them", {}],
  ])("may have been applied, because a server may apply the messages before it: %s", async (_, options) => {
    const applied: string[] = [];
    const each = async (call: AsyncIterable<ShapeRequest>) => {
      for await (const { scenario } of call) applied.push(scenario);
    };
    const { address } = await startShapes({
      clientStream: async (call) => {
        await each(call);
        return { index: 0 };
      },
      async *bidi(call) {
        await each(call);
        yield { index: 0 };
      },
    });
    async function* requests() {
      yield { scenario: "first", before: 0 };
      await until(() => applied.length > 0);
      yield { scenario: "x".repeat(200), before: 0 };
    }
    const calls = promises(client(address, options));
    const call =
      shape === "clientStream" ? calls.clientStream(requests()) : calls.bidi(requests())[Symbol.asyncIterator]().next();
    await expect(call).rejects.toMatchObject({
      code: Code.RESOURCE_EXHAUSTED,
      message: "Attempted to send message with a size larger than 100",
      origin: "CLIENT",
      outcome: "MAYBE_APPLIED",
      fault: "CALLER",
    });
    expect(applied).toEqual(["first"]);
  });

  it("was not applied if that is the first message", async () => {
    const { address } = await startShapes({});
    const calls = promises(client(address, richErrorClientOptions()));
    const requests = [{ scenario: "x".repeat(200), before: 0 }, request(), request()];
    const call =
      shape === "clientStream" ? calls.clientStream(requests) : calls.bidi(requests)[Symbol.asyncIterator]().next();
    await expect(call).rejects.toMatchObject({ code: Code.RESOURCE_EXHAUSTED, outcome: "NOT_APPLIED" });
  });

  it("may have been applied if the caller writes to the stream", async () => {
    const { address } = await startShapes({});
    const plain = client(address, richErrorClientOptions());
    const error = await new Promise((resolve) => {
      const call = shape === "clientStream" ? plain.clientStream(resolve) : plain.bidi();
      call.on("error", resolve);
      call.write(request());
      call.write({ scenario: "x".repeat(200), before: 0 });
    });
    expect(error).toMatchObject({ code: Code.RESOURCE_EXHAUSTED, origin: "CLIENT", outcome: "MAYBE_APPLIED" });
  });
});
