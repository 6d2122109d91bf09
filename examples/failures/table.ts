import { measure } from "./measure.js";
import { type Cell, ROWS } from "./rows.js";

// Prints what clients get when handlers fail: on plain grpc-js, and with this package.

const [before, after] = await Promise.all([measure("before"), measure("after")]);

console.log("| a handler | shape | on plain grpc-js | with this package |\n|---|---|---|---|");
for (const [index, { what, shape }] of ROWS.entries()) {
  console.log(`| ${what} | ${shape} | ${words(before[index])} | ${words(after[index])} |`);
}

function words(cell: Cell | undefined): string {
  if (!cell) return "";
  const { client, next, lives } = cell;
  const beside = lives ? (next ? "" : "; **the connection hangs**") : "; **the process ends**";
  // A client that nobody answers is as bad as a server that ends.
  return `${client.startsWith("nothing") ? `**${client}**` : client}${beside}`;
}
