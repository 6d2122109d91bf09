import type { ServiceError } from "@grpc/grpc-js";
import { parse } from "@nitric/grpc-error-status";
import { GoogleError } from "google-gax";
import { details, googleProtobuf } from "../../peers/google-protobuf.js";
import type { ErrorContent } from "./client.js";

type Violations = ErrorContent["violations"];

interface Violating {
  readonly fieldViolations?: Violations;
}

/** Reads only the status. */
export const nothing = (): undefined => undefined;

export function byGoogleProtobuf(error: ServiceError): ErrorContent {
  const [info, request] = googleProtobuf.all(error);
  return { reason: info?.["reason"], violations: request?.["fieldViolationsList"] as Violations };
}

export function byGax(error: ServiceError): ErrorContent {
  const { reason, statusDetails } = GoogleError.parseGRPCStatusDetails(error as unknown as GoogleError);
  const all: readonly unknown[] = typeof statusDetails === "string" ? [] : (statusDetails ?? []);
  const request = all.find((detail): detail is Required<Violating> => isObject(detail) && "fieldViolations" in detail);
  return { reason, violations: request?.fieldViolations ?? [] };
}

type Deserializer = Parameters<NonNullable<ReturnType<typeof parse>>["parseDetails"]>[0];
type Message = { toObject(): Readonly<Record<string, unknown>> };

/** Nitric parses every detail as the requested type: the first result is the ErrorInfo, the last the BadRequest. */
export function byNitric(error: ServiceError): ErrorContent {
  const parsed = parse(error);
  const find = (name: string) =>
    (parsed?.parseDetails(details[name] as unknown as Deserializer) ?? []) as unknown as Message[];
  const reason = find("ErrorInfo")[0]?.toObject()["reason"];
  return { reason, violations: find("BadRequest").at(-1)?.toObject()["fieldViolationsList"] as Violations };
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
