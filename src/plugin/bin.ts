#!/usr/bin/env node
import { buffer } from "node:stream/consumers";
import { respond } from "./plugin.js";

if (process.stdin.isTTY) {
  process.stderr.write("protoc-gen-rich-errors is a plugin; run it through buf generate or protoc\n");
  process.exitCode = 1;
} else {
  process.stdout.write(respond(await buffer(process.stdin)));
}
