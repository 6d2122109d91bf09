import { Server } from "@grpc/grpc-js";
import { type DrainResult, drain } from "grpc-rich-errors";
import { ServerShuttingDownError } from "grpc-rich-errors/catalogs/kurrent";

// The types of `drain`. Compiled, never run.

const server = new Server();

drain(server) satisfies Promise<DrainResult>;
drain(server, { retryDelay: 5000 });
drain(server, { error: new ServerShuttingDownError({ retryDelay: 5000 }), limit: 1000, linger: 0 });
// @ts-expect-error: an error has its own retry delay
drain(server, { error: new ServerShuttingDownError(), retryDelay: 5000 });
// @ts-expect-error: only an error of this package has details
drain(server, { error: new Error("stopping") });
// @ts-expect-error: this is not grpc-js's Server, which takes a port
drain(server, "127.0.0.1:0");
