import { serve } from "./grpc-js.js";

await serve(({ code, message }) => ({ code, details: message }));
