#!/usr/bin/env node
import { buffer } from "node:stream/consumers";
import { answer } from "./plugin.js";

if (process.stdin.isTTY) {
  process.stderr.write("protoc-gen-rich-errors is a plugin: buf generate and protoc run it\n");
  process.exitCode = 1;
} else {
  process.stdout.write(answer(await buffer(process.stdin)));
}
