/** Tells the parent process where the server listens, and from then on, whenever it asks, what processor time was needed. */
export function announce(port: number): void {
  process.on("message", () => process.send?.(process.cpuUsage()));
  process.on("disconnect", () => process.exit());
  process.send?.(port);
}
