import { credentials, type Server, type ServiceError } from "@grpc/grpc-js";
import { type ShapeRequest, ShapesClient, ShapesService } from "../../test/gen/shapes/v1/shapes.js";
import { listen } from "../servers.js";

/** A running server whose calls fail, and its grpc-js client. */
export interface FailingServer {
  call(): Promise<ServiceError>;
  close(): void;
}

export async function startFailingServer(
  server: Server,
  implementation: Parameters<Server["addService"]>[1],
): Promise<FailingServer> {
  server.addService(ShapesService, implementation);
  const port = await listen(server);
  const client = new ShapesClient(`127.0.0.1:${port}`, credentials.createInsecure());
  const request: ShapeRequest = { scenario: "", before: 0 };
  return {
    call: () =>
      new Promise((resolve, reject) => {
        client.unary(request, (error) => (error ? resolve(error) : reject(new Error("the call succeeded"))));
      }),
    close: () => {
      client.close();
      server.forceShutdown();
    },
  };
}
