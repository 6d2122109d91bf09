import { serveRich } from "./rich.js";

// Compared with a grpc-js handler that uses its callback too.
await serveRich((_, callback) => callback(null, { index: 1 }));
