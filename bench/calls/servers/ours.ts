import { respondOrThrow, serveRich } from "./rich.js";

await serveRich(respondOrThrow);
