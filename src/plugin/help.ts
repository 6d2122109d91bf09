import { createRequire } from "node:module";
import { printable } from "../declaration/problems.js";
import { OPTION_HELP } from "./options.js";
import { wrap } from "./print.js";

const NAME = "protoc-gen-rich-errors";

interface Output {
  readonly text: string;
  readonly exitCode: 0 | 1;
}

/** Returns what the plugin prints for arguments, or for none in a terminal. A compiler runs it without arguments. */
export function outputFor(args: readonly string[]): Output {
  switch (args[0]) {
    case "--help":
    case "-h":
      return { text: help(), exitCode: 0 };
    case "--version":
      return { text: `${version()}\n`, exitCode: 0 };
    case undefined:
      return failed("is a plugin; run it through buf generate or protoc, or write --help");
    default:
      return failed(`does not know the argument ${args[0]}; write options in buf.gen.yaml, or --help or --version`);
  }
}

function failed(mistake: string): Output {
  return { text: `${printable(`${NAME} ${mistake}`)}\n`, exitCode: 1 };
}

const USE = `plugins:
  - local: protoc-gen-ts_proto
    out: gen
    opt: &options [outputServices=grpc-js, forceLong=bigint, importSuffix=.js]
  - local: ${NAME}
    out: gen
    opt: *options
`;

function help(): string {
  const options = OPTION_HELP.map(({ example, effect }) => {
    const lines = wrap(effect, WIDTH - INDENT);
    return [`  ${example}`, ...lines.map((line) => " ".repeat(INDENT) + line)];
  });
  return [
    ...wrap(`${NAME} is a plugin of buf and protoc. It writes a class for each error that a proto declares.`, WIDTH),
    "",
    "In buf.gen.yaml:",
    "",
    ...USE.split("\n"),
    ...wrap(
      `Give both plugins the same options. ${NAME} accepts all options of ts-proto, and all of protoc-gen-es with ` +
        "runtime=es. These change its code:",
      WIDTH,
    ),
    "",
    ...options.flat(),
    "",
    "Arguments:",
    "",
    "  --help     Prints this help.",
    "  --version  Prints the version.",
    "",
  ].join("\n");
}

const WIDTH = 80;
const INDENT = 6;

function version(): string {
  const manifest: { readonly version: string } = createRequire(import.meta.url)("grpc-rich-errors/package.json");
  return manifest.version;
}
