/** Sends the port to the parent process. Responds to each of its messages with the CPU time so far. */
export function announce(port: number): void {
  process.on("message", () => process.send?.(process.cpuUsage()));
  process.on("disconnect", () => process.exit());
  process.send?.(port);
}
