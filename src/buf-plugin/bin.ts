#!/usr/bin/env node
import { buffer } from "node:stream/consumers";
import { CHECK_SERVICE } from "./check-service.js";
import { runPlugin } from "./rpc.js";

const HELP = `buf-plugin-rich-errors checks the errors that protos declare, in buf lint, in buf breaking and in editors.

buf runs it. Name it in your buf.yaml:

  version: v2
  plugins:
    - plugin: buf-plugin-rich-errors
  lint:
    use:
      - STANDARD
      - RICH_ERRORS_STANDARD

To check protos without a buf.yaml, run rich-errors lint.
`;

const readStdin = async () => (process.stdin.isTTY ? new Uint8Array() : buffer(process.stdin));
const { stdout = "", stderr = "", exitCode } = await runPlugin(process.argv.slice(2), CHECK_SERVICE, HELP, readStdin);
process.stdout.write(stdout);
process.stderr.write(stderr);
process.exitCode = exitCode;
