import { inspect } from "node:util";
import { Code as ConnectCode, ConnectError } from "@connectrpc/connect";
import { errorToJson } from "@connectrpc/connect/protocol-connect";
import { Metadata } from "@grpc/grpc-js";
import { pack } from "grpc-rich-errors";
import { toHttp } from "grpc-rich-errors/http";
import pino from "pino";
import { OptimisticConcurrencyViolationError } from "../../gen/eventlog/v1/errors.rich.js";

// One error in every form in which people come across it, each written by the library or the program that writes it.

export const error = new OptimisticConcurrencyViolationError({
  aggregate: "cart-7",
  expectedVersion: 3n,
  actualVersion: 5n,
});
export const bytes = pack(error);
const packed = Buffer.from(bytes);
export const base64 = packed.toString("base64");
const { message } = error;

/** What grpc-js hands to a client, as far as its logs show it. */
export function serviceError(): Error {
  const metadata = new Metadata();
  metadata.set("grpc-status-details-bin", packed);
  return Object.assign(new Error(`${error.code} ABORTED: ${message}`), {
    code: error.code,
    details: message,
    metadata,
  });
}

/** The lines that pino writes. */
export function logged(write: (log: pino.Logger) => void): string {
  let text = "";
  write(pino({ base: null }, { write: (line: string) => (text += line) }));
  return text;
}

function escaped(quote: "python" | "octal"): string {
  const code = (byte: number) =>
    quote === "python" ? `\\x${byte.toString(16).padStart(2, "0")}` : `\\${byte.toString(8).padStart(3, "0")}`;
  const text = (byte: number) =>
    byte > 31 && byte < 127 && byte !== 39 && byte !== 92 ? String.fromCharCode(byte) : code(byte);
  return [...packed].map(text).join("");
}

const grpcurlDetails = toHttp(error).body.error.details.map((detail, index) => {
  const lines = JSON.stringify(detail, null, 2).split("\n");
  return `  ${index + 1})\t${lines.join("\n    \t")}\n`;
});
const grpcurl = `ERROR:\n  Code: Aborted\n  Message: ${message}\n  Details:\n${grpcurlDetails.join("")}`;
const verbose = `
Resolved method descriptor:
rpc Append ( .eventlog.v1.AppendRequest ) returns ( .eventlog.v1.AppendResponse );

Response trailers received:
content-type: application/grpc+proto
date: Sat, 28 Nov 2026 03:00:00 GMT
grpc-status-details-bin: ${base64.replace(/=+$/, "")}
Sent 1 request and received 0 responses
`;
const connect = errorToJson(
  new ConnectError(
    message,
    ConnectCode.Aborted,
    undefined,
    error.errorDetails.map(({ typeUrl, value }) => ({ type: typeUrl.split("/").at(-1) ?? "", value })) as never,
  ),
  undefined,
);

const HTTP = ["status", "compact", "problem"] as const;

/** The forms by their names. */
export const FORMS: Readonly<Record<string, string | Uint8Array>> = {
  "the bytes": packed,
  base64,
  "base64 without padding": base64.replace(/=+$/, ""),
  base64url: packed.toString("base64url"),
  "base64 in lines of 76": base64.replace(/.{76}/g, "$&\n"),
  "percent-encoded base64": encodeURIComponent(base64),
  "base64 in quotes": `"${base64}"\n`,
  hex: packed.toString("hex"),
  "hex of a debugger": `0x${packed
    .toString("hex")
    .toUpperCase()
    .replace(/..(?!$)/g, "$& ")}`,
  "bytes of Python": `b'${escaped("python")}'`,
  "bytes of C": escaped("octal"),
  "bytes of Node": inspect(packed).includes("more bytes")
    ? `<Buffer ${packed.toString("hex").replace(/..(?!$)/g, "$& ")}>`
    : "",
  "numbers in JSON": JSON.stringify([...packed]),
  "Buffer in JSON": JSON.stringify(packed),
  "a header": `grpc-status-details-bin: ${base64}`,
  "a header in a line of a log": `2026-11-28T03:00:00Z WARN call failed grpc-status=10 grpc-status-details-bin=${base64} attempt=2`,
  "a header in capitals": `GRPC-STATUS: 10\r\nGRPC-MESSAGE: ${encodeURIComponent(message)}\r\nGRPC-STATUS-DETAILS-BIN: ${base64}\r\n`,
  "a base64 text in a line of a log": `2026-11-28T03:00:00Z WARN call failed, details ${base64}, attempt 2`,
  grpcurl: grpcurl,
  "grpcurl -v": verbose + grpcurl,
  "grpcurl -format-error": JSON.stringify(
    { code: error.code, message, details: toHttp(error).body.error.details },
    null,
    2,
  ),
  "a table of Postman": `content-type\tapplication/grpc\ngrpc-status-details-bin\t${base64}\n`,
  "JSON of Postman": JSON.stringify([{ key: "grpc-status-details-bin", value: base64 }]),
  "trailers in JSON": JSON.stringify({ "grpc-status": "10", "Grpc-Status-Details-Bin": [base64] }),
  "metadata of Python": `(_Metadatum(key='grpc-status-details-bin', value=b'${escaped("python")}'),)`,
  "a Connect error": JSON.stringify(connect),
  "the end of a Connect stream": JSON.stringify({ error: connect, metadata: {} }),
  "the error of grpc-js in pino": logged((log) => log.error(serviceError())),
  "the error of winston": JSON.stringify({ level: "error", ...serviceError(), message: serviceError().message }),
  "toJSON in pino": logged((log) => log.error({ failure: error.toJSON() }, "cannot append")),
  "a log in a log": JSON.stringify({ log: logged((log) => log.error(serviceError())), stream: "stdout" }),
  "JSON after a prefix": `2026-11-28 03:00:00 [pod-7] ${JSON.stringify(error)}`,
  ...Object.fromEntries(HTTP.map((format) => [`HTTP ${format}`, JSON.stringify(toHttp(error, { format }).body)])),
  ...Object.fromEntries(HTTP.map((format) => [`a response of curl -i, ${format}`, response(format)])),
};

function response(format: (typeof HTTP)[number]): string {
  const { status, headers, body } = toHttp(error, { format });
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}`);
  return [`HTTP/1.1 ${status} Error`, ...lines, "", JSON.stringify(body)].join("\r\n");
}
