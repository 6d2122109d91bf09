import { type Server, ServerCredentials } from "@grpc/grpc-js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { HapndClient } from "./client.js";
import { explainAppend, explainRead } from "./explain.js";
import { grpcServer } from "./grpc-server.js";
import { overGrpc } from "./grpc-transport.js";
import { Store } from "./store.js";

const order = { aggregateId: "o-7", aggregateType: "order", events: [{ type: "placed", data: "" }] };

let server: Server;
let hapnd: HapndClient;

beforeAll(async () => {
  server = grpcServer(new Store());
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    );
  });
  hapnd = new HapndClient(overGrpc(`127.0.0.1:${port}`));
  await hapnd.append(order);
});

afterAll(() => {
  hapnd.close();
  server.forceShutdown();
});

test.each([
  ["no events", { events: [] }, "events must not be empty"],
  ["an aggregate of another type", { aggregateType: "basket" }, "o-7 is of another type: order"],
  ["an old version", { expectedVersion: 0n }, "somebody was faster, reload version 1"],
])("explains why %s cannot be appended", async (_, wrong, text) => {
  const explained = hapnd.append({ ...order, ...wrong }).catch(explainAppend);
  await expect(explained).resolves.toBe(text);
});

test("explains why an unknown aggregate cannot be read", async () => {
  const first = hapnd.read("o-8")[Symbol.asyncIterator]().next();
  await expect(first.catch(explainRead)).resolves.toBe("there are no events yet");
});
