import { createRequire } from "node:module";
import type { Sample } from "../samples.js";
import { type Peer, type ReceivedError, trailerOf } from "./peer.js";

/** The used part of a generated class. */
interface Message {
  serializeBinary(): Uint8Array;
}

type Values = Readonly<Record<string, unknown>>;

interface MessageClass {
  new (): Message & Record<`set${string}`, (value: unknown) => unknown>;
  deserializeBinary(bytes: Uint8Array): Message & { toObject(): Values };
}

type Details = Readonly<Record<string, MessageClass & Readonly<Record<string, MessageClass>>>>;

interface Any {
  pack(bytes: Uint8Array, typeName: string): void;
  getTypeName(): string;
  getValue_asU8(): Uint8Array;
}

interface Status extends Message {
  setCode(code: number): void;
  setMessage(message: string): void;
  addDetails(any: Any): void;
  getDetailsList(): Any[];
}

// The only classes for the standard details on npm, generated for google-protobuf 3.21.
const require = createRequire(import.meta.resolve("@nitric/grpc-error-status"));
const generated = require("./google/rpc/error_details_pb.js") as Details;
export const { Status } = require("./google/rpc/status_pb.js") as {
  Status: { new (): Status; deserializeBinary(bytes: Uint8Array): Status };
};
const runtime = require("google-protobuf") as typeof import("google-protobuf");
export const { Any } = require("google-protobuf/google/protobuf/any_pb.js") as { Any: new () => Any };
const { Duration } = require("google-protobuf/google/protobuf/duration_pb.js") as { Duration: MessageClass };

export function fill(of: MessageClass | undefined, values: Values): Message {
  if (!of) throw new Error("the class does not exist");
  const message = new of();
  for (const [field, value] of Object.entries(values)) message[`set${field}`]?.(value);
  return message;
}

/** The generated classes are older than ErrorInfo. */
class ErrorInfo implements Message {
  reason = "";
  domain = "";

  static deserializeBinary(bytes: Uint8Array): ErrorInfo {
    const info = new ErrorInfo();
    const reader = new runtime.BinaryReader(bytes);
    while (reader.nextField()) {
      if (reader.getFieldNumber() === 1) info.reason = reader.readString();
      else if (reader.getFieldNumber() === 2) info.domain = reader.readString();
      else reader.skipField();
    }
    return info;
  }

  setReason(reason: string): void {
    this.reason = reason;
  }

  setDomain(domain: string): void {
    this.domain = domain;
  }

  serializeBinary(): Uint8Array {
    const writer = new runtime.BinaryWriter();
    writer.writeString(1, this.reason);
    writer.writeString(2, this.domain);
    return writer.getResultBuffer();
  }

  toObject(): Values {
    return { reason: this.reason, domain: this.domain };
  }
}

/** The generated classes of all standard details. */
export const details = { ...generated, ErrorInfo } as unknown as Details;

interface Made extends Error {
  readonly code: number;
  readonly messages: readonly (readonly [string, Message])[];
}

function make(sample: Sample): Made {
  const { code, message, reason, domain, fieldViolations, retrySeconds, requestId, help, more } = sample;
  const { BadRequest, Help, PreconditionFailure, QuotaFailure } = details;
  const messages: [string, Message][] = [["ErrorInfo", fill(details["ErrorInfo"], { Reason: reason, Domain: domain })]];
  const add = (name: string, values: Values) => messages.push([name, fill(details[name], values)]);
  if (retrySeconds !== undefined) add("RetryInfo", { RetryDelay: fill(Duration, { Seconds: retrySeconds }) });
  if (help) add("Help", { LinksList: [fill(Help?.["Link"], { Description: help.description, Url: help.url })] });
  if (requestId !== undefined) add("RequestInfo", { RequestId: requestId });
  if (more) {
    const { quota, precondition, resource, localized } = more;
    add("DebugInfo", { Detail: more.debug, StackEntriesList: more.stack });
    const { subject, description } = quota;
    add("QuotaFailure", {
      ViolationsList: [fill(QuotaFailure?.["Violation"], { Subject: subject, Description: description })],
    });
    add("PreconditionFailure", {
      ViolationsList: [
        fill(PreconditionFailure?.["Violation"], {
          Type: precondition.type,
          Subject: precondition.subject,
          Description: precondition.description,
        }),
      ],
    });
    add("ResourceInfo", {
      ResourceType: resource.resourceType,
      ResourceName: resource.resourceName,
      Description: resource.description,
    });
    add("LocalizedMessage", { Locale: localized.locale, Message: localized.message });
  }
  add("BadRequest", {
    FieldViolationsList: fieldViolations.map(({ field, description }) =>
      fill(BadRequest?.["FieldViolation"], { Field: field, Description: description }),
    ),
  });
  return Object.assign(new Error(message), { code, messages });
}

export function anysOf(received: ReceivedError): readonly Any[] {
  return Status.deserializeBinary(trailerOf(received)).getDetailsList();
}

function find(received: ReceivedError, name: string): Values | undefined {
  const any = anysOf(received).find((detail) => detail.getTypeName() === `google.rpc.${name}`);
  return any && details[name]?.deserializeBinary(any.getValue_asU8()).toObject();
}

/** Code that each service writes itself, with google-protobuf. */
export const googleProtobuf = {
  name: "grpc-js with google-protobuf",
  make,
  pack: (made) => {
    const { code, message, messages } = made as Made;
    const status = new Status();
    status.setCode(code);
    status.setMessage(message);
    for (const [name, content] of messages) {
      const any = new Any();
      any.pack(content.serializeBinary(), `google.rpc.${name}`);
      status.addDetails(any);
    }
    return status.serializeBinary();
  },
  reason: (received) => find(received, "ErrorInfo")?.["reason"],
  detail: (received) => find(received, "BadRequest")?.["fieldViolationsList"],
  all: (received) =>
    anysOf(received).map((any) => {
      const name = any.getTypeName().slice("google.rpc.".length);
      return details[name]?.deserializeBinary(any.getValue_asU8()).toObject();
    }),
} satisfies Peer;
