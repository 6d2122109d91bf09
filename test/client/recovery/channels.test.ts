import { type ClientReadableStream, credentials, type ServiceError } from "@grpc/grpc-js";
import { describe, expect, it, onTestFinished } from "vitest";
import { Channels } from "../../../src/client/recovery/channels.js";
import { ShapesClient } from "../../gen/shapes/v1/shapes.js";
import { request, startShapes } from "../../support/shapes.js";
import { expectNothingUncaught } from "../../support/watch.js";

expectNothingUncaught();

function channelsOf(limit: number) {
  const opened: string[] = [];
  const channels = new Channels((address) => {
    opened.push(address);
    return new ShapesClient(address, credentials.createInsecure());
  }, limit);
  onTestFinished(() => channels.close());
  return { channels, opened };
}

const isOpen = (client: ShapesClient) => client.getChannel().getConnectivityState(false) !== 4;

describe("the channels of a cluster", () => {
  it("open once for each address, when they are needed", () => {
    const { channels, opened } = channelsOf(2);
    expect(opened).toEqual([]);
    expect(channels.connect("a:1").client).toBe(channels.connect("a:1").client);
    expect(opened).toEqual(["a:1"]);
  });

  it("close beyond the limit, those first that were not used for the longest time", () => {
    const { channels, opened } = channelsOf(2);
    const [a, b] = ["a:1", "b:1"].map((address) => channels.connect(address).client);
    channels.connect("a:1");
    channels.connect("c:1");
    expect([a, b].map((client) => client && isOpen(client))).toEqual([true, false]);
    channels.connect("b:1");
    expect(opened).toEqual(["a:1", "b:1", "c:1", "b:1"]);
  });

  it("stay open beyond the limit while an attempt waits in them", () => {
    const { channels } = channelsOf(1);
    const a = channels.connect("a:1");
    a.waiting++;
    channels.connect("b:1");
    expect(isOpen(a.client)).toBe(true);
    a.waiting--;
    channels.connect("b:1");
    expect(isOpen(a.client)).toBe(false);
  });

  it("let running calls finish after they close", async () => {
    let finish = () => {};
    const gate = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const server = await startShapes({
      serverStream: async function* () {
        yield { index: 0 };
        await gate;
        yield { index: 1 };
      },
    });
    const { channels } = channelsOf(1);
    const { client } = channels.connect(server.address);
    const stream: ClientReadableStream<{ index: number }> = client.serverStream(request());
    const indexes: number[] = [];
    for await (const { index } of stream as AsyncIterable<{ index: number }>) {
      indexes.push(index);
      if (index > 0) continue;
      channels.connect("other:1");
      expect(isOpen(client)).toBe(false);
      finish();
    }
    expect(indexes).toEqual([0, 1]);
  });

  it("open no more after close()", () => {
    const { channels } = channelsOf(1);
    channels.close();
    const begin = () => channels.connect("a:1");
    expect(begin).toThrow(expect.objectContaining({ code: 14, outcome: "NOT_APPLIED" }) as ServiceError);
  });
});
