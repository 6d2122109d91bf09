#!/usr/bin/env node
import { buffer } from "node:stream/consumers";
import { outputFor } from "./help.js";
import { respond } from "./plugin.js";

const args = process.argv.slice(2);
if (args.length === 0 && !process.stdin.isTTY) {
  process.stdout.write(respond(await buffer(process.stdin)));
} else {
  const { text, exitCode } = outputFor(args);
  (exitCode === 0 ? process.stdout : process.stderr).write(text);
  process.exitCode = exitCode;
}
