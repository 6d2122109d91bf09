import { serveThrowing } from "./grpc-js.js";
import { prepackedStatusOf } from "./prepacked-status.js";

await serveThrowing(prepackedStatusOf);
