import { parseArgs } from "node:util";
import {
  create,
  type DescMessage,
  fromBinary,
  fromJson,
  type JsonObject,
  type JsonValue,
  type MessageInitShape,
  type MessageShape,
  type Registry,
  toBinary,
  toJson,
} from "@bufbuild/protobuf";
import { type Any, anyPack, anyUnpack } from "@bufbuild/protobuf/wkt";
import { Code, RequestSchema, ResponseSchema, SpecSchema } from "../../gen/pluginrpc/v1/pluginrpc_pb.js";
import { oneOf, printable } from "../declaration/problems.js";
import { thrownText } from "../platform/values.js";

/**
 * A procedure of a plugin, which a process answers once: arguments name it, stdin is the request and stdout the response.
 *
 * @see https://github.com/pluginrpc/pluginrpc#protocol
 */
export interface Procedure<Input extends DescMessage = DescMessage, Output extends DescMessage = DescMessage> {
  /** The path of the method: `"/buf.plugin.check.v1.CheckService/Check"`. */
  readonly path: string;
  /** The argument that names the procedure, beside its path. */
  readonly argument: string;
  readonly input: Input;
  readonly output: Output;
  /** Returns the types that a request in JSON declares itself. By default, none. */
  registryOf?(request: MessageShape<Input>): Registry;
  /** @throws CallError */
  handle(request: MessageShape<Input>): MessageInitShape<Output>;
}

/** Types a procedure by its messages. */
export function procedure<Input extends DescMessage, Output extends DescMessage>(
  procedure: Procedure<Input, Output>,
): Procedure {
  // A procedure only gets requests of its own type.
  return procedure as unknown as Procedure;
}

/** A failure of a call that the caller sees: buf prints its message. */
export class CallError extends Error {
  readonly code: Code;

  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** What a process of a plugin writes and exits with. */
export interface Ending {
  readonly stdout?: Uint8Array | string;
  readonly stderr?: string;
  readonly exitCode: 0 | 1;
}

type Format = "binary" | "json";

/**
 * Runs a plugin. Never throws.
 *
 * @param help the text of `--help`
 * @param readStdin reads the request
 */
export async function runPlugin(
  args: readonly string[],
  procedures: readonly Procedure[],
  help: string,
  readStdin: () => Promise<Uint8Array>,
): Promise<Ending> {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    return failed(thrownText(error));
  }
  const { values, positionals } = parsed;
  const { format } = values;
  if (values.help) return { stdout: help, exitCode: 0 };
  if (values.protocol) return { stdout: "1\n", exitCode: 0 };
  if (format !== "binary" && format !== "json")
    return failed(`--format is ${JSON.stringify(format)}; write binary or json`);
  if (values.spec) return { stdout: spec(procedures, format), exitCode: 0 };
  const [name, ...rest] = positionals;
  const called = procedures.find(({ path, argument }) => rest.length === 0 && (name === path || name === argument));
  if (called) return { stdout: responseOf(called, await readStdin(), format), exitCode: 0 };
  const names = oneOf(procedures.map(({ argument }) => argument));
  return failed(name === undefined ? help : `unknown command ${JSON.stringify(positionals.join(" "))}; write ${names}`);
}

function failed(message: string): Ending {
  return { stderr: `${message.trimEnd().split("\n").map(printable).join("\n")}\n`, exitCode: 1 };
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      help: { type: "boolean", short: "h" },
      protocol: { type: "boolean" },
      spec: { type: "boolean" },
      format: { type: "string", default: "binary" },
    },
  });
}

function spec(procedures: readonly Procedure[], format: Format): Uint8Array | string {
  const message = create(SpecSchema, {
    procedures: procedures.map(({ path, argument }) => ({ path, args: [argument] })),
  });
  return format === "json" ? JSON.stringify(toJson(SpecSchema, message)) : toBinary(SpecSchema, message);
}

/** Returns the response of a procedure. */
function responseOf(called: Procedure, bytes: Uint8Array, format: Format): Uint8Array | string {
  try {
    const request = format === "json" ? requestOfJson(called, bytes) : requestOfBinary(called, bytes);
    const response = create(called.output, called.handle(request));
    return format === "json" ? jsonOf(called.output, response) : binaryOf(anyPack(called.output, response));
  } catch (error) {
    const { code, message } = error instanceof CallError ? error : bug(error);
    const response = create(ResponseSchema, { error: { code, message } });
    return format === "json" ? JSON.stringify(toJson(ResponseSchema, response)) : toBinary(ResponseSchema, response);
  }
}

function bug(error: unknown): CallError {
  const text = error instanceof Error ? (error.stack ?? error.message) : thrownText(error);
  return new CallError(Code.INTERNAL, `bug in buf-plugin-rich-errors, please report it: ${text}`, { cause: error });
}

function binaryOf(value: Any): Uint8Array {
  return toBinary(ResponseSchema, create(ResponseSchema, { value }));
}

function jsonOf(output: DescMessage, response: MessageShape<DescMessage>): string {
  const json = toJson(output, response);
  return JSON.stringify({ value: { "@type": `type.googleapis.com/${output.typeName}`, ...asObject(json) } });
}

function requestOfBinary({ input }: Procedure, bytes: Uint8Array): MessageShape<DescMessage> {
  const { value } = reading(() => fromBinary(RequestSchema, bytes));
  if (!value) return create(input);
  const request = reading(() => anyUnpack(value, input));
  if (request) return request;
  throw new CallError(Code.INVALID_ARGUMENT, `the request is a ${value.typeUrl}; send a ${input.typeName}`);
}

function requestOfJson({ input, registryOf }: Procedure, bytes: Uint8Array): MessageShape<DescMessage> {
  return reading(() => {
    const text = new TextDecoder().decode(bytes);
    const { "@type": _, ...value } = asObject(text.trim() === "" ? {} : asObject(JSON.parse(text))["value"]);
    const request = fromJson(input, value, { ignoreUnknownFields: true });
    if (!registryOf) return request;
    return fromJson(input, value, { ignoreUnknownFields: true, registry: registryOf(request) });
  });
}

function reading<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new CallError(Code.INVALID_ARGUMENT, `the request cannot be read: ${thrownText(error)}`, { cause: error });
  }
}

function asObject(value: JsonValue | undefined): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}
