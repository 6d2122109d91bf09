import assert from "node:assert/strict";
import { credentials, Server, ServerCredentials } from "@grpc/grpc-js";
import { richErrorClientOptions, richErrorServerInterceptor, richHandlers } from "grpc-rich-errors";
import { ShapesClient, type ShapesServer, ShapesService } from "./gen/shapes/v1/shapes.js";
import { catalog } from "./gen/shapes/v1/shapes.rich.js";

/** Runs `use` with a client of a server that has the interceptor and wrapped handlers. Reports know their caller. */
export function withBoth(
  handlers: Parameters<typeof richHandlers<typeof ShapesService>>[1],
  use: (client: ShapesClient) => Promise<void>,
): Promise<void> {
  const peers: string[] = [];
  const interceptor = richErrorServerInterceptor({ catalogs: [catalog], onError: ({ peer }) => void peers.push(peer) });
  const server = new Server({ interceptors: [interceptor] });
  server.addService(ShapesService, richHandlers(ShapesService, handlers));
  return withClient(server, async (client) => {
    await use(client);
    assert.ok(peers.length > 0);
    for (const peer of peers) assert.match(peer, /^127\.0\.0\.1:\d+$/);
  });
}

/** Runs `use` with a client of a server that has nothing of the package. */
export function withNothing(handlers: ShapesServer, use: (client: ShapesClient) => Promise<void>): Promise<void> {
  const server = new Server();
  server.addService(ShapesService, handlers);
  return withClient(server, use);
}

/** Runs `use` with a port on which a server listens. */
export async function listening(server: Server, use: (port: number) => Promise<void>): Promise<void> {
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  try {
    await use(port);
  } finally {
    server.forceShutdown();
  }
}

function withClient(server: Server, use: (client: ShapesClient) => Promise<void>): Promise<void> {
  return listening(server, async (port) => {
    const options = richErrorClientOptions({ catalogs: [catalog] });
    const client = new ShapesClient(`127.0.0.1:${port}`, credentials.createInsecure(), options);
    try {
      await use(client);
    } finally {
      client.close();
    }
  });
}
