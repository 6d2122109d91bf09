import { type ChildProcess, fork } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { fileURLToPath } from "node:url";
import type { FailureReport, ServerMessage } from "../../eventstore/report.js";
import type { Reports } from "./failure.js";

const SERVER = fileURLToPath(new URL("../server.js", import.meta.url));

/** How long to wait for a message of the server, in milliseconds. */
const PATIENCE = 60_000;

/** The server of three systems, in its own process. */
export class ServerProcess {
  readonly #child: ChildProcess;
  readonly #messages = new EventEmitter();
  readonly #reports: FailureReport[] = [];
  #port: number | undefined;

  constructor() {
    this.#child = fork(SERVER, {
      // Details contain 64-bit integers, which JSON cannot represent.
      serialization: "advanced",
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    this.#child.on("message", (message) => this.#take(message as ServerMessage));
    this.#child.once("exit", () => this.#messages.emit("message"));
  }

  /** The address of the server. */
  async address(): Promise<string> {
    return `127.0.0.1:${await this.#until("the server to listen", () => this.#port)}`;
  }

  /** The server's reports of failed calls of a service. */
  reports(service: string): Reports {
    let seen = 0;
    const failed = () => this.#reports.filter(({ method }) => method.startsWith(`/${service}/`));
    return {
      clear: () => {
        seen = failed().length;
      },
      first: () => this.#until(`the server to report a failure of ${service}`, () => failed()[seen]),
    };
  }

  stop(): void {
    this.#child.kill("SIGKILL");
  }

  async #until<T>(what: string, look: () => T | undefined): Promise<T> {
    const signal = AbortSignal.timeout(PATIENCE);
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      const isRunning = this.#child.exitCode === null && this.#child.signalCode === null;
      if (!isRunning || signal.aborted)
        throw new Error(
          isRunning ? `timed out waiting for ${what}` : `the server ended while the tour waited for ${what}`,
        );
      await once(this.#messages, "message", { signal }).catch(() => {});
    }
  }

  #take(message: ServerMessage): void {
    if (message.type === "listening") this.#port = message.port;
    if (message.type === "failed") this.#reports.push(message.report);
    this.#messages.emit("message");
  }
}
