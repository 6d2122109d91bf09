import { type Code, isCode } from "../code.js";
import { type HeadersLike, headerOf } from "./headers.js";
import { type Complain, quoted } from "./told.js";

/** The status code in the header `grpc-status`, as gateways leave it beside a body of their own or none. */
export function grpcStatusIn(headers: HeadersLike, complain: Complain): Code | undefined {
  const value = headerOf(headers, "grpc-status");
  if (value === undefined) return undefined;
  const code = /^\d{1,2}$/.test(value) ? Number(value) : undefined;
  if (isCode(code)) return code;
  complain("invalid-code", `the header grpc-status is ${quoted(value)}, which is not the status code of an error`);
  return undefined;
}

/** The message in the header `grpc-message`; not decoded where an escape in it is broken. */
export function grpcMessageIn(headers: HeadersLike): string | undefined {
  const value = headerOf(headers, "grpc-message");
  if (!value) return undefined;
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
