import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ServerProcess } from "./server-process.js";

/** Enough time for a write on a busy machine. A scene that needs less sets its own limit. */
const FLAGS = ["--write-timeout", "60000"];
/** Small limits, so that no scene needs large records. */
const LEADER_FLAGS = ["--max-record", "4096", "--max-transaction", "8192"];

/** The servers of the tour and the folders with their streams. */
export class Stage {
  readonly #root = mkdtempSync(join(tmpdir(), "eventstore-tour-"));
  readonly #servers: ServerProcess[] = [];
  #folders = 0;
  #leader: Promise<ServerProcess> | undefined;

  constructor() {
    // A last resort, for an unexpected exit.
    process.once("exit", () => this.#clear());
  }

  /** The server that most scenes share, one after the other. */
  async leader(): Promise<ServerProcess> {
    this.#leader ??= this.start(LEADER_FLAGS);
    const leader = await this.#leader;
    await leader.until("serving");
    leader.reports.length = 0;
    leader.statuses.length = 0;
    return leader;
  }

  /** Starts a server with its own flags. It listens, but may not serve yet. */
  async start(flags: readonly string[], folder = this.newFolder()): Promise<ServerProcess> {
    const server = new ServerProcess(folder, [...FLAGS, ...flags]);
    this.#servers.push(server);
    await server.until("listening");
    return server;
  }

  newFolder(): string {
    this.#folders += 1;
    const folder = join(this.#root, String(this.#folders));
    mkdirSync(folder);
    return folder;
  }

  /** Stops all servers and removes their folders. */
  async dispose(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.stop()));
    this.#clear();
  }

  #clear(): void {
    for (const server of this.#servers) server.kill();
    rmSync(this.#root, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
  }
}
