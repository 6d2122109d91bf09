import { decodeReport } from "../../decode/report.js";
import { type Command, type CommandInput, Failure } from "../input/command.js";
import { PROTOS_OPTION, protosOf, readCatalogs } from "../input/known-errors.js";
import { decodedPage } from "../output/decoded.js";
import { jsonText } from "../output/json.js";
import { painterFor, type Terminal, widthFor } from "../output/terminal.js";

/** `rich-errors decode`: explains the errors in a trailer, a body, a log, or the output of another tool. */
export const decode: Command = {
  name: "decode",
  summary: "Explains an error: a trailer, an HTTP body, a log, or the output of grpcurl or Postman.",
  arguments: [
    {
      name: "trailer",
      optional: true,
      help:
        "The value of grpc-status-details-bin in base64, hex or escaped bytes, or any text with an error in it. " +
        "By default, or with -, stdin is read.",
    },
  ],
  options: {
    protos: PROTOS_OPTION,
    hex: { type: "boolean", help: "Reads the input as a trailer in hex, whatever it looks like." },
    http: { type: "boolean", help: "Reads the input as an HTTP response, or as the body of one." },
    "show-redacted": { type: "boolean", help: "Shows the values of fields that are marked debug_redact." },
    format: {
      type: "string",
      default: "text",
      choices: ["text", "json"],
      help: ["The output format. By default, text.", "text: for people", "json: for programs"].join("\n"),
    },
  },
  notes: [
    "decode finds every error in a log: grpc-status-details-bin in any encoding, errors that pino, winston or grpcurl " +
      "print, Connect errors, HTTP bodies, and the texts of errors without details.",
    "Examples: rich-errors decode CAUSCG5vIG9yZGVy, grpcurl … 2>&1 | rich-errors decode, kubectl logs shop | rich-errors " +
      "decode --protos proto.",
    "The exit code is 1 if nothing is found.",
  ],
  async run(input, terminal) {
    const { options } = input;
    if (options["hex"] === true && options["http"] === true) {
      throw Failure.usage("--hex and --http exclude each other; write one of them");
    }
    const given = await readGiven(input, terminal);
    const { catalogs, types } = await readCatalogs(protosOf(options["protos"]), terminal);
    const kind = options["hex"] === true ? "hex" : options["http"] === true ? "http" : undefined;
    const showRedacted = options["show-redacted"] === true;
    const report = decodeReport(given, { catalogs, types, showRedacted, ...(kind && { kind }) });
    if (options["format"] === "json") {
      const text = jsonText(report);
      return { text, exitCode: report.errors.length > 0 ? 0 : 1 };
    }
    if (report.errors.length === 0) throw new Failure(1, report.isCut ? NOTHING_YET : NOTHING);
    return decodedPage(report, widthFor(terminal), painterFor(terminal));
  },
};

const NOTHING_YET =
  "rich-errors: there is no gRPC error in the first 4 MiB of the input, and its end was not read; pass a part of it, as in " +
  "tail -c 4M shop.log | rich-errors decode";

const NOTHING =
  "rich-errors: there is no gRPC error in the input; paste the value of grpc-status-details-bin, the whole output of " +
  "grpcurl or a log line, or write --hex or --http";

async function readGiven({ arguments: [trailer = "-"], options }: CommandInput, terminal: Terminal) {
  if (trailer !== "-") return trailer;
  if (protosOf(options["protos"]).includes("-")) {
    throw Failure.usage("stdin cannot be both the trailer and an image; write the trailer as an argument");
  }
  if (terminal.stdin.isTTY) {
    throw Failure.usage(
      "stdin is a terminal; write rich-errors decode <trailer>, or pipe a log into rich-errors decode",
    );
  }
  return readStdin(terminal);
}

/** More is never decoded. */
const MAX_BYTES = 2 ** 23;

async function readStdin({ stdin }: Terminal): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stdin) {
    const bytes = Buffer.from(chunk);
    chunks.push(bytes);
    length += bytes.length;
    if (length > MAX_BYTES) break;
  }
  return Buffer.concat(chunks);
}
