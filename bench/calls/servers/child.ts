/** Sends the port to the parent process. Responds to each of its messages with the CPU time so far. */
export function announce(port: number): void {
  process.on("message", () => process.send?.(cpuTime()));
  process.on("disconnect", () => process.exit());
  process.send?.(port);
}

/** The CPU time of this process so far, in microseconds. */
export function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
