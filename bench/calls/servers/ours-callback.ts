import { serveRich } from "./rich.js";

// As the handler of grpc-js that it is compared with, which makes no promise.
await serveRich((_, callback) => callback(null, { index: 1 }));
