import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ServerProcess } from "./server-process.js";

/** Time enough for a write on a machine under load. A scene that needs less says so. */
const FLAGS = ["--write-timeout", "60000"];
/** Small limits, so that a scene needs no large records. */
const LEADER_FLAGS = ["--max-record", "4096", "--max-transaction", "8192"];

/** The servers of the tour and the folders that they keep their streams in. */
export class Stage {
  readonly #root = mkdtempSync(join(tmpdir(), "eventstore-tour-"));
  readonly #servers: ServerProcess[] = [];
  #folders = 0;
  #leader: Promise<ServerProcess> | undefined;

  constructor() {
    // The last resort, for an end that nobody foresaw.
    process.once("exit", () => this.#clear());
  }

  /** The server that most scenes use, one after the other. */
  async leader(): Promise<ServerProcess> {
    this.#leader ??= this.start(LEADER_FLAGS);
    const leader = await this.#leader;
    await leader.until("serving");
    leader.reports.length = 0;
    leader.statuses.length = 0;
    return leader;
  }

  /** Starts a server with flags of its own. It listens, but may not serve yet. */
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

  /** Ends all servers and removes what they stored. */
  async dispose(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.stop()));
    this.#clear();
  }

  #clear(): void {
    for (const server of this.#servers) server.kill();
    rmSync(this.#root, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
  }
}
