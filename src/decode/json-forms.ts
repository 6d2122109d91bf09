import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import { codeName, isCode } from "../code.js";
import { typeNameOf, typeUrlOf } from "../detail/detail.js";
import { ErrorInfo } from "../detail/error-info.js";
import { RetryInfo } from "../detail/standard-details.js";
import { isJsonObject } from "../http/parsed-body.js";
import { TRAILER } from "../status/trailer.js";
import { bytesOfJson, type DecodedText } from "./encodings.js";
import type { FoundError } from "./found-error.js";
import { isStatus } from "./plausible.js";
import { codeWritten, trailerOf, trailersOf } from "./text-forms.js";

/** Reads text in JSON for errors in it. */
export type ReadText = (text: string, at: number) => readonly FoundError[];

const MAX_DEPTH = 32;

/**
 * Finds the errors in JSON: a log entry, a body, a status, or anything that holds one of them.
 *
 * @param at where in the input the JSON begins
 */
export function errorsInJson(json: JsonValue, at: number, readText: ReadText, depth = 0): FoundError[] {
  if (typeof json === "string") return json.length < 8 ? [] : [...readText(json, at)];
  if (typeof json !== "object" || json === null || depth > MAX_DEPTH) return [];
  if (Array.isArray(json)) return json.flatMap((item) => errorsInJson(item, at, readText, depth + 1));
  const own = errorOf(json, at);
  const { cause } = json;
  const inner = own ? { cause: cause ?? null } : json;
  const within = Object.values(inner).flatMap((value) => errorsInJson(value, at, readText, depth + 1));
  if (own) return [...own, ...within];
  const head = headOf(json);
  if (!head) return within;
  // An error of grpc-js: the trailer is in its metadata.
  const [packed, others] = [
    within.filter(({ form }) => form === "header"),
    within.filter(({ form }) => form !== "header"),
  ];
  return packed.length === 0
    ? [{ form: "text", at, ...head }, ...others]
    : [...packed.map((error) => ({ ...head, ...error })), ...others];
}

function errorOf(json: JsonObject, at: number): FoundError[] | undefined {
  return headerOf(json, at) ?? bodyOf(json, at) ?? bufferOf(json, at);
}

/** Reads a `Buffer` of Node that holds a status. */
function bufferOf(json: JsonObject, at: number): FoundError[] | undefined {
  const [bytes] = bytesOfJson(json);
  return bytes && isStatus(bytes.bytes) ? [{ form: "status", at, ...trailerOf(bytes) }] : undefined;
}

/** Reads an object with the trailers of a call, or one trailer as Postman writes it: `{"key": …, "value": …}`. */
function headerOf(json: JsonObject, at: number): FoundError[] | undefined {
  const entries =
    typeof json["key"] === "string" ? [[json["key"], json["value"] ?? null] as const] : Object.entries(json);
  const names = new Map(entries.map(([name, value]) => [name.toLowerCase(), value]));
  const value = names.get(TRAILER);
  if (value === undefined || value === null) return undefined;
  const status = firstText(names.get("grpc-status"));
  const message = firstText(names.get("grpc-message"));
  const head = {
    ...(status !== undefined && codeWritten(status) !== undefined && { code: Number(codeWritten(status)) }),
    ...(message !== undefined && { message: percentDecoded(message) }),
  };
  const values = Array.isArray(value) && !value.every((item) => typeof item === "number") ? value : [value];
  return values.flatMap((one) => {
    const readings: DecodedText[] = bytesOfJson(one);
    const text = typeof one === "string" ? one : "";
    return trailersOf(readings, text).map((trailer): FoundError => ({ form: "header", at, ...head, ...trailer }));
  });
}

function firstText(json: JsonValue | undefined): string | undefined {
  const [first] = Array.isArray(json) ? json : [json];
  return typeof first === "string" || typeof first === "number" ? String(first) : undefined;
}

/** Decodes a `grpc-message`. A broken escape leaves it as it is. */
export function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Reads an object that is an error by itself. */
function bodyOf(json: JsonObject, at: number): FoundError[] | undefined {
  const { code, message, error, errorCode, details, errorDetails, reason, status } = json;
  if (isJsonObject(error) && typeof error["code"] === "string") return bodyOf(error, at);
  if (isConnect(code) && (message === undefined || typeof message === "string")) {
    return [{ form: "connect", at, ...connectOf(json) }];
  }
  if (isProblem(json)) return [httpOf(json, at, status)];
  const hasCode = typeof code === "number" || (typeof code === "string" && codeWritten(code) !== undefined);
  const hasDetails = Array.isArray(details) || Array.isArray(errorDetails) || typeof reason === "string";
  if (hasCode && hasDetails && typeof message === "string") return [statusOf(json, at)];
  if (isJsonObject(error) && typeof error["code"] === "number") return [httpOf(json, at, error["code"])];
  return typeof errorCode === "string" && typeof error === "string" ? [httpOf(json, at, undefined)] : undefined;
}

/** Checks whether an object is a problem of RFC 9457. Other objects may have a `type` or a `detail`, too. */
function isProblem({ title, detail, reason, status }: JsonObject): boolean {
  return (
    [title, detail].some((text) => typeof text === "string") && (typeof reason === "string" || isErrorStatus(status))
  );
}

function isErrorStatus(status: unknown): status is number {
  return typeof status === "number" && status >= 400 && status < 600;
}

function httpOf(body: JsonObject, at: number, status: unknown): FoundError {
  return { form: "http", at, response: { status: isErrorStatus(status) ? status : 500, headers: {}, body } };
}

function isConnect(code: unknown): code is string {
  return typeof code === "string" && /^[a-z_]+$/.test(code) && codeWritten(code) !== undefined;
}

/** @see https://connectrpc.com/docs/protocol/#error-end-stream */
function connectOf({ code, message = "", details }: JsonObject): Omit<FoundError, "form" | "at"> {
  const list = Array.isArray(details) ? details : [];
  return withBody(
    codeWritten(String(code)) ?? 0,
    String(message),
    list.map((detail) => {
      if (!isJsonObject(detail)) return detail;
      const { type, value } = detail;
      return typeof type === "string" && typeof value === "string"
        ? { "@type": typeUrlOfAny(type), "@bytes": value }
        : detail;
    }),
  );
}

function typeUrlOfAny(type: string): string {
  return type.includes("/") ? type : `type.googleapis.com/${type}`;
}

/** A `google.rpc.Status` in JSON, or an error as `toJSON` of this package returns it. */
function statusOf(json: JsonObject, at: number): FoundError {
  const { code, message, details, errorDetails, reason, domain } = json;
  const list = Array.isArray(errorDetails) ? errorDetails : Array.isArray(details) ? details : [];
  const known = list.map(withBytes);
  const hasInfo = known.some(
    (detail) => isJsonObject(detail) && typeNameOf(String(detail["@type"])) === ErrorInfo.typeName,
  );
  const info = typeof reason === "string" && !hasInfo ? [infoOf(reason, domain)] : [];
  return { form: "json", at, ...withBody(codeWritten(String(code)) ?? 0, String(message), [...info, ...known]) };
}

function infoOf(reason: string, domain: JsonValue | undefined): JsonObject {
  return { "@type": typeUrlOf(ErrorInfo.typeName), reason, domain: typeof domain === "string" ? domain : "" };
}

/** Returns an error whose details are JSON, such as those that grpcurl prints. */
export function withBody(
  code: number,
  message: string,
  details: readonly JsonValue[],
): Omit<FoundError, "form" | "at"> {
  return {
    code,
    message,
    response: { status: 500, headers: {}, body: { code, message, details: details.map(withBytes) } },
  };
}

/** Returns a detail in JSON in the notation of this package: grpcurl and `toJSON` write unknown types differently. */
function withBytes(detail: JsonValue): JsonValue {
  if (!isJsonObject(detail) || typeof detail["@type"] !== "string") return detail;
  const { "@type": type, "@value": value, value: logged, retryDelay, ...others } = detail;
  if (typeof value === "string") return { "@type": type, "@bytes": value };
  if (typeNameOf(type) === RetryInfo.typeName && isJsonObject(retryDelay)) {
    const { seconds = 0, nanos = 0 } = retryDelay;
    return { "@type": type, retryDelay: `${String(seconds)}.${String(nanos).padStart(9, "0")}s` };
  }
  const isBytes = typeof logged === "string" && Object.keys(others).length === 0 && !type.includes("google.protobuf.");
  return isBytes ? { "@type": type, "@bytes": logged } : detail;
}

/** The code and the text of an error of grpc-js, whose `details` is a text. */
function headOf({ code, details, message }: JsonObject): Pick<FoundError, "code" | "message"> | undefined {
  if (!isCode(code)) return undefined;
  if (typeof details === "string") return { code, message: details };
  const prefix = `${code} ${codeName(code)}: `;
  return typeof message === "string" && message.startsWith(prefix)
    ? { code, message: message.slice(prefix.length) }
    : undefined;
}
