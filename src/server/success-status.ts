import type { ServerInterceptingCallInterface } from "@grpc/grpc-js";
import { isEmpty, sendable } from "../status/sendable-metadata.js";
import { cutText } from "./shortening.js";

type Status = Parameters<ServerInterceptingCallInterface["sendStatus"]>[0];

/** How much text a success may have, in bytes. grpc-js sends `OK`. */
const MOST_TEXT = 1024;

/** The status of a success in a form that HTTP/2 can send: the same object if all of it can be sent. */
export function sendableSuccess(status: Status): Status {
  const { details, metadata } = status;
  const text = sendableText(details);
  if (isEmpty(metadata)) return text === details ? status : { ...status, details: text };
  const trailers = metadata ? sendable(metadata).metadata : null;
  return text === details && trailers === metadata ? status : { ...status, details: text, metadata: trailers };
}

/** grpc-js throws at a lone surrogate. */
function sendableText(details: unknown): string {
  if (details === "OK") return details;
  return typeof details === "string" ? cutText(details.toWellFormed(), MOST_TEXT) : "";
}
