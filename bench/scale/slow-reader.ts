import { setTimeout } from "node:timers/promises";
import { credentials } from "@grpc/grpc-js";
import { promises } from "grpc-rich-errors";
import { ShapesClient } from "../../test/gen/shapes/v1/shapes.js";
import type { FailingPair } from "./failing-pair.js";

/** Reads a stream more slowly than the server writes it. Returns the heap of the server, taken `samples` times. */
export async function readSlowly({ port, health }: FailingPair, messages: number, samples: number): Promise<number[]> {
  const client = new ShapesClient(`127.0.0.1:${port}`, credentials.createInsecure());
  const heaps: number[] = [];
  let read = 0;
  for await (const _ of promises(client).serverStream({ scenario: "messages", before: messages })) {
    if (++read % Math.floor(messages / samples) === 0) heaps.push((await health()).heap);
    // Yield to the event loop.
    else if (read % 1_000 === 0) await setTimeout(1);
  }
  client.close();
  if (read !== messages) throw new Error(`${read} of ${messages} messages arrived`);
  return heaps;
}
