import { makeGenericClientConstructor, Server, type sendUnaryData } from "@grpc/grpc-js";
import { NotLeaderError } from "grpc-rich-errors/catalogs/eventlog";
import { catalogFromDescriptorSet } from "grpc-rich-errors/protobuf-es";
import { expect, onTestFinished, test } from "vitest";
import { imageOf } from "../../cli/images.js";
import { ShapesService } from "../../gen/shapes/v1/shapes.js";
import { listen, request } from "../../support/shapes.js";
import { openPage } from "../page.js";

const page = openPage("docs/clusters.md");

test("shows how to follow the leader of a cluster", async () => {
  const { clusterOf } = await page.imported(
    `import { catalog } from "grpc-rich-errors/catalogs/eventlog";
     ${page
       .take("cluster(EventLogClient")
       .replace("const log =", "export async function clusterOf(EventLogClient, seeds, write) { const log =")
       .replace(/seeds: .*,/, "seeds,")
       .replace("createSsl", "createInsecure")} log.close(); return version; }`,
  );
  const service = { append: ShapesService.unary };
  const servers = [new Server(), new Server()];
  onTestFinished(() => {
    for (const server of servers) server.forceShutdown();
  });
  const received: string[] = [];
  const [leader, follower] = servers;
  const leaderAddress = await addressWith(leader, (callback) => {
    received.push("leader");
    callback(null, { index: 1 });
  });
  const seed = await addressWith(follower, (callback) => {
    received.push("follower");
    callback(new NotLeaderError({ leaderAddress }));
  });
  await clusterOf(makeGenericClientConstructor(service, "EventLog"), [seed], request());
  expect(received).toEqual(["follower", "leader"]);

  async function addressWith(server: Server | undefined, respond: (callback: sendUnaryData<unknown>) => void) {
    if (!server) throw new Error("no server");
    server.addService(service, { append: (_: unknown, callback: sendUnaryData<unknown>) => respond(callback) });
    return `127.0.0.1:${await listen(server)}`;
  }
});

test("shows how to declare a redirect", async () => {
  const image = await imageOf({
    "node.proto": `
      syntax = "proto3";
      package node.v1;
      import "richerrors/v1/annotations.proto";
      enum NodeError {
        NODE_ERROR_UNSPECIFIED = 0;
        ${page.take("redirect_to")}
      }
      message NotLeaderErrorDetails { Node leader = 1; }
      message Node { string host = 1; int32 port = 2; }`,
  });
  expect(catalogFromDescriptorSet(image).byReason("node.v1", "NOT_LEADER")?.definition).toMatchObject({
    redirectTo: "{leader.host}:{leader.port}",
    recovery: "REDIRECT",
  });
});

page.testOtherCode();
