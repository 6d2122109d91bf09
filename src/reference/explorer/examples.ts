import { base64Encode } from "@bufbuild/protobuf/wire";
import { codeName } from "../../code.js";
import { pascalCase } from "../../defaults.js";
import type { HttpFormat } from "../../http/formats.js";
import { toHttp } from "../../http/to-http.js";
import { RichError } from "../../rich-error.js";
import { encodeStatus } from "../../status/trailer.js";

/** An error on the wire, in one format. */
export interface WireExample {
  readonly title: string;
  /** The headers or trailers, one a line. */
  readonly head: string;
  /** What the body or the trailer holds, as JSON. */
  readonly body: string;
}

/** The formats of HTTP, by their titles. */
const HTTP_FORMATS: Readonly<Record<HttpFormat, string>> = {
  status: "google.rpc.Status",
  problem: "Problem details",
  compact: "Compact",
};

/** Returns an error as it looks over HTTP, in every format. */
export function httpExamples(error: RichError): WireExample[] {
  return Object.entries(HTTP_FORMATS).map(([format, title]) => {
    const { status, headers, body } = toHttp(error, { format: format as HttpFormat });
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    return { title, head: [`HTTP/1.1 ${status}`, ...lines].join("\n"), body: JSON.stringify(body, null, 2) };
  });
}

/** Returns an error as its trailers over gRPC, as grpc-js writes them. */
export function grpcExample(error: RichError): WireExample {
  const { code, message } = RichError.sendable(error);
  const { details } = toHttp(error).body.error;
  return {
    title: "gRPC",
    head: [
      `grpc-status: ${code}`,
      `grpc-message: ${encodeURI(message)}`,
      `grpc-status-details-bin: ${trailerOf(error)}`,
    ].join("\n"),
    body: JSON.stringify({ code, message, details }, null, 2),
  };
}

/** Returns the trailer `grpc-status-details-bin` of an error in base64. */
export function trailerOf(error: RichError): string {
  const { code, message } = RichError.sendable(error);
  return base64Encode(encodeStatus(code, message, RichError.packableOf(error).packedDetails));
}

/** Returns inputs for the decoder that hold an error, by their titles. */
export function sampleInputs(error: RichError): Readonly<Record<string, string>> {
  const { code, message } = RichError.sendable(error);
  const [problem] = httpExamples(error).filter(({ head }) => head.includes("problem+json"));
  const { details } = toHttp(error).body.error;
  const trailer = trailerOf(error);
  const log = { level: "error", msg: message, "grpc-status": code, "grpc-status-details-bin": trailer };
  return {
    "a trailer": trailer,
    grpcurl: [
      "ERROR:",
      `  Code: ${pascalCase(codeName(code))}`,
      `  Message: ${message}`,
      "  Details:",
      ...details.map(
        (detail, index) => `  ${index + 1})\t${JSON.stringify(detail, null, 2).replaceAll("\n", "\n    \t")}`,
      ),
    ].join("\n"),
    "an HTTP response": `${problem?.head}\n\n${problem?.body}`,
    "a log line": JSON.stringify(log),
  };
}
