import protobuf from "protobufjs";
import type { Sample } from "../samples.js";
import { type Peer, type ReceivedError, trailerOf } from "./peer.js";

const root = new protobuf.Root();
root.resolvePath = (_, path) => (path.startsWith("google/protobuf/") ? path : `proto/${path}`);
root.loadSync(["google/rpc/status.proto", "google/rpc/error_details.proto"]);
export const Status = root.lookupType("google.rpc.Status");
const rpc = (name: string) => root.lookupType(`google.rpc.${name}`);
export const types = {
  ErrorInfo: rpc("ErrorInfo"),
  RetryInfo: rpc("RetryInfo"),
  DebugInfo: rpc("DebugInfo"),
  QuotaFailure: rpc("QuotaFailure"),
  PreconditionFailure: rpc("PreconditionFailure"),
  BadRequest: rpc("BadRequest"),
  RequestInfo: rpc("RequestInfo"),
  ResourceInfo: rpc("ResourceInfo"),
  Help: rpc("Help"),
  LocalizedMessage: rpc("LocalizedMessage"),
};
type Name = keyof typeof types;

interface Made extends Error {
  readonly code: number;
  readonly messages: readonly (readonly [Name, object])[];
}

function make(sample: Sample): Made {
  const { code, message, reason, domain, fieldViolations, retrySeconds, requestId, help, more } = sample;
  const messages: [Name, object][] = [["ErrorInfo", { reason, domain }]];
  if (retrySeconds !== undefined) messages.push(["RetryInfo", { retryDelay: { seconds: retrySeconds } }]);
  if (help) messages.push(["Help", { links: [help] }]);
  if (requestId !== undefined) messages.push(["RequestInfo", { requestId }]);
  if (more) {
    messages.push(
      ["DebugInfo", { detail: more.debug, stackEntries: more.stack }],
      ["QuotaFailure", { violations: [more.quota] }],
      ["PreconditionFailure", { violations: [more.precondition] }],
      ["ResourceInfo", more.resource],
      ["LocalizedMessage", more.localized],
    );
  }
  messages.push(["BadRequest", { fieldViolations }]);
  return Object.assign(new Error(message), { code, messages });
}

interface Packed {
  readonly details: readonly { readonly type_url: string; readonly value: Uint8Array }[];
}

export function decode(received: ReceivedError): Packed {
  return Status.decode(trailerOf(received)) as unknown as Packed;
}

function find(received: ReceivedError, name: Name): unknown {
  const found = decode(received).details.find(({ type_url }) => type_url === `type.googleapis.com/google.rpc.${name}`);
  return found && types[name].decode(found.value);
}

/** Code that each service writes itself, with protobufjs. */
export const protobufJs: Peer = {
  name: "grpc-js with protobufjs",
  make,
  pack: (made) => {
    const { code, message, messages } = made as Made;
    const details = messages.map(([name, content]) => ({
      type_url: `type.googleapis.com/google.rpc.${name}`,
      value: types[name].encode(content).finish(),
    }));
    return Status.encode({ code, message, details }).finish();
  },
  reason: (received) => (find(received, "ErrorInfo") as { reason?: string } | undefined)?.reason,
  detail: (received) => (find(received, "BadRequest") as { fieldViolations?: unknown } | undefined)?.fieldViolations,
  all: (received) =>
    decode(received).details.map(({ type_url, value }) => {
      const name = type_url.slice(type_url.lastIndexOf(".") + 1) as Name;
      return types[name].decode(value);
    }),
};
