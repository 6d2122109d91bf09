import { serve } from "./grpc-js.js";
import { prepackedStatusOf } from "./prepacked-status.js";

await serve(prepackedStatusOf);
