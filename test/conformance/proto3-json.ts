import protobuf from "protobufjs";
import { concat, hex } from "../support/bytes.js";
import type { CaseDetail } from "./vectors.js";

/** protobufjs on the proto files. It shares no code with the codecs of the package. */
const root = new protobuf.Root();
root.resolvePath = (_, target) =>
  target.startsWith("google/protobuf/") ? target : `${target.startsWith("google/") ? "proto" : "test/proto"}/${target}`;
root.loadSync(["google/rpc/error_details.proto", "interop/v1/interop.proto"]);

/** A packed detail. */
export interface Packed {
  readonly typeUrl: string;
  readonly value: Uint8Array;
}

/** The messages in the cases that have their own JSON form. */
const RETRY_INFO = "google.rpc.RetryInfo";

function lookup(typeUrl: string): protobuf.Type | undefined {
  try {
    return root.lookupType(typeUrl.slice(typeUrl.lastIndexOf("/") + 1));
  } catch {
    return undefined;
  }
}

/** The content of packed details, as in `cases.json`: bytes if the type is unknown. */
export function toCaseDetail({ typeUrl, value }: Packed): CaseDetail {
  const type = lookup(typeUrl);
  if (!type) return { typeUrl, valueHex: Buffer.from(value).toString("hex") };
  const message = type.toObject(type.decode(value), { longs: String, enums: String, bytes: String });
  if (type.fullName === `.${RETRY_INFO}`) message["retryDelay"] = durationText(message["retryDelay"]);
  return { "@type": typeUrl, ...message };
}

/** Encodes a detail of `cases.json`, with its fields in the order of their numbers. */
export function fromCaseDetail(detail: CaseDetail): Packed {
  if ("typeUrl" in detail) return { typeUrl: detail.typeUrl, value: hex(detail.valueHex) };
  const { "@type": typeUrl, ...json } = detail as Record<string, unknown> & { "@type": string };
  if ("retryDelay" in json) json["retryDelay"] = parseDuration(String(json["retryDelay"]));
  const type = lookup(typeUrl);
  if (!type) throw new Error(`${typeUrl} is not in the proto files`);
  return { typeUrl, value: concat(type.encode(type.fromObject(json)).finish()) };
}

function durationText({ seconds = "0", nanos = 0 }: { seconds?: string; nanos?: number } = {}): string {
  const sign = BigInt(seconds) < 0n || nanos < 0 ? "-" : "";
  const fraction = Math.abs(nanos)
    .toString()
    .padStart(9, "0")
    .replace(/(000)+$/, "");
  return `${sign}${seconds.replace("-", "")}${fraction && `.${fraction}`}s`;
}

function parseDuration(text: string): { seconds: string; nanos: number } {
  const [, sign = "", seconds = "0", fraction = ""] = /^(-?)(\d+)(?:\.(\d+))?s$/.exec(text) ?? [];
  return { seconds: sign + seconds, nanos: Number(`${sign}${fraction.padEnd(9, "0")}`) };
}
