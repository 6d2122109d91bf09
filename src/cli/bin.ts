#!/usr/bin/env node
import { constants } from "node:os";
import { main } from "./main.js";

// Whoever reads has read enough, as "head" does.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit();
  });
}
// By itself, a signal would leave temporary folders behind. Shells know the exit codes.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => process.exit(128 + constants.signals[signal]));
}
process.exitCode = await main(process.argv.slice(2), process);
