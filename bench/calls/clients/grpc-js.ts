import { type ClientOptions, credentials, type ServiceError } from "@grpc/grpc-js";
import { ShapesClient } from "../../../test/gen/shapes/v1/shapes.js";
import type { Client, ErrorContent } from "./client.js";

/** Reads an error of grpc-js. Returns `undefined` to read only the status. */
export type Read = (error: ServiceError) => ErrorContent | undefined;

/** Connects a grpc-js client whose errors are read by `read`. */
export function connect(port: number, read: Read, options: ClientOptions = {}): Client {
  const client = new ShapesClient(`127.0.0.1:${port}`, credentials.createInsecure(), options);
  return {
    succeed: () =>
      new Promise((resolve, reject) => {
        client.unary({ scenario: "succeed", before: 0 }, (error) => (error ? reject(error) : resolve()));
      }),
    fail: (scenario, call) =>
      new Promise((resolve, reject) => {
        client.unary({ scenario, before: call }, (error: ServiceError | null) => {
          if (error) resolve(read(error));
          else reject(new Error("the call succeeded"));
        });
      }),
    receive: (scenario, messages) =>
      new Promise((resolve, reject) => {
        let count = 0;
        client
          .serverStream({ scenario, before: messages })
          .on("data", () => count++)
          .on("end", () => resolve(count))
          .on("error", reject);
      }),
    close: () => client.close(),
  };
}
