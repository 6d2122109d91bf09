#!/usr/bin/env node
import { main } from "./main.js";

// A reader such as `head` may close the pipe early. That is not an error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit();
    if (stream === process.stdout) process.stderr.write(`rich-errors: cannot write the output: ${error.message}\n`);
    process.exit(2);
  });
}
process.exitCode = await main(process.argv.slice(2), process);
