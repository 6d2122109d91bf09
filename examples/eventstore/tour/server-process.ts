import { type ChildProcess, fork } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { fileURLToPath } from "node:url";
import type { StatusObject } from "@grpc/grpc-js";
import type { Address } from "../options.js";
import type { FailureReport, ServerMessage } from "../report.js";
import { Connection } from "./connection.js";

const SERVER = fileURLToPath(new URL("../server.js", import.meta.url));

/** How long to wait for a message of a server, in milliseconds. */
const PATIENCE = 60_000;

/** An event store in its own process. */
export class ServerProcess {
  /** The failures of the server's handlers, oldest first. */
  readonly reports: FailureReport[] = [];
  /** The statuses of failed calls as they came from the wire, oldest first. */
  readonly statuses: StatusObject[] = [];

  readonly #child: ChildProcess;
  readonly #messages = new EventEmitter();
  readonly #messageTypes = new Set<ServerMessage["type"]>();
  readonly #connections: Connection[] = [];
  #address: Address | undefined;

  constructor(folder: string, flags: readonly string[]) {
    this.#child = fork(SERVER, ["--data-dir", folder, "--port", "0", ...flags], {
      env: { ...process.env, EVENTSTORE_USERS: "root:secret:admin,ada:engine" },
      // Details contain 64-bit integers, which JSON cannot represent.
      serialization: "advanced",
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    this.#child.on("message", (message) => this.#take(message as ServerMessage));
    this.#child.on("exit", () => this.#messages.emit("exit"));
  }

  get address(): Address {
    if (!this.#address) throw new Error("the server does not listen yet");
    return this.#address;
  }

  /** Opens a connection to the server. {@link stop} closes it. */
  connect(): Connection {
    const connection = new Connection(this.address, this.statuses);
    this.#connections.push(connection);
    return connection;
  }

  /** Waits for a message of the server. */
  async until(type: "listening" | "serving" | "draining"): Promise<void> {
    await this.#until(`the server to be ${type}`, type, () => this.#messageTypes.has(type));
  }

  /** The first failure of a handler. Its report may come after the error itself, because it takes another path. */
  async failure(): Promise<FailureReport | undefined> {
    await this.#until("the server to report a failure", "failed", () => this.reports.length > 0);
    return this.reports[0];
  }

  /** Asks the server to finish its running calls and exit, as an operator would. */
  terminate(): void {
    this.#child.kill("SIGTERM");
  }

  /** Waits until the server has exited. Returns its exit code. */
  async exited(): Promise<number | null> {
    await this.#until("the server to end", "exit", () => !this.#isRunning);
    return this.#child.exitCode;
  }

  /** Stops the server at once. */
  async stop(): Promise<void> {
    for (const connection of this.#connections) connection.close();
    this.kill();
    await this.exited();
  }

  /** Kills the server without waiting for its exit. */
  kill(): void {
    if (this.#isRunning) this.#child.kill("SIGKILL");
  }

  get #isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  async #until(what: string, event: string, holds: () => boolean): Promise<void> {
    const signal = AbortSignal.timeout(PATIENCE);
    while (!holds()) {
      if (event !== "exit" && !this.#isRunning) throw new Error(`the server ended while the tour waited for ${what}`);
      const next = once(this.#messages, event, { signal });
      const end = once(this.#messages, "exit", { signal });
      await Promise.race([next, end]).catch(() => {
        throw new Error(`timed out waiting for ${what}`);
      });
    }
  }

  #take(message: ServerMessage): void {
    if (message.type === "listening") this.#address = { host: "127.0.0.1", port: message.port };
    if (message.type === "failed") this.reports.push(message.report);
    this.#messageTypes.add(message.type);
    this.#messages.emit(message.type);
  }
}
