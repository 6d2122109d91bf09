import { ATTACHMENTS, type AttachmentName } from "../attachments.js";
import { respondOrThrow, serveRich } from "./rich.js";

// The server of `ours.ts` with the attachment that the process gets as its argument.
await serveRich(respondOrThrow, await ATTACHMENTS[process.argv[2] as AttachmentName]());
