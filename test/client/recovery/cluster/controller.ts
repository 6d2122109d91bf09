import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Entry, readLedger } from "./ledger.js";
import type { Command, Report } from "./messages.js";

/** A server process, as the controller knows it. */
interface Node {
  readonly ledger: string;
  port: number;
  process: ChildProcess | undefined;
  /** The epoch that the node has the entries of, and how many it has. */
  epoch: number;
  count: number;
}

/** What can happen to the servers. */
export const EVENTS = [
  "the leadership moves",
  "the leader is killed with writes that only a follower has",
  "the leader is killed with writes that no follower has",
  "a follower is killed",
] as const;

export type ClusterEvent = (typeof EVENTS)[number];

/** How long a leader that is cut off from its followers goes on before it is killed, in milliseconds. */
const CUT_OFF = 400;

/**
 * Runs three servers: carries the leader's entries to the followers, elects leaders, kills servers and starts them again.
 *
 * - A write is durable, and acknowledged, when one follower has it. At most one server is down at a time, so a leader that
 *   is elected has all durable writes: it is the one with the most entries of the latest epoch.
 * - Messages between a node and the controller arrive in order.
 */
export class Controller {
  readonly #nodes: Node[];
  #leader: Node | undefined;
  #epoch = 0;
  /** The leader's entries. */
  #entries: Entry[] = [];
  #durable = 0;
  /** Whether entries reach followers, and whether the leader learns of it. */
  #carries = true;
  #confirms = true;

  constructor(folder: string) {
    this.#nodes = [0, 1, 2].map((index) => ({
      ledger: join(folder, `ledger-${index}`),
      port: 0,
      process: undefined,
      epoch: 0,
      count: 0,
    }));
  }

  get addresses(): readonly string[] {
    return this.#nodes.map(addressOf);
  }

  async start(): Promise<void> {
    await Promise.all(this.#nodes.map((node) => this.#start(node)));
    await this.#elect();
  }

  /** Lets something happen. Returns when all servers run and have the same entries. */
  async run(event: ClusterEvent, random: () => number): Promise<void> {
    const leader = this.#leader;
    const followers = this.#nodes.filter((node) => node !== leader);
    const follower = followers[Math.floor(random() * followers.length)];
    if (!leader || !follower) throw new Error("there is no leader");
    if (event === "the leadership moves") {
      this.#leader = undefined;
      this.#send(leader, { type: "resign" });
      await this.#report(leader, "resigned");
      await this.#elect(follower);
      return;
    }
    let killed = leader;
    if (event === "a follower is killed") killed = follower;
    else if (event === "the leader is killed with writes that only a follower has") await this.#withhold();
    else await this.#cutOff();
    await this.#kill(killed);
    await sleep(random() * 200);
    if (killed === leader) await this.#elect();
    await sleep(random() * 200);
    await this.#start(killed);
    await this.#follow(killed);
  }

  /** Ends all servers. Returns their ledgers. */
  async stop(): Promise<Entry[][]> {
    await this.#settle();
    await Promise.all(this.#nodes.map((node) => this.#kill(node)));
    return this.#nodes.map(({ ledger }) => readLedger(ledger));
  }

  /** Waits until followers have writes of which the leader does not know it. */
  async #withhold(): Promise<void> {
    this.#confirms = false;
    const { length } = this.#entries;
    await until(() => this.#nodes.some((node) => node !== this.#leader && node.count > length));
  }

  /** Waits while the leader stores writes that nobody else gets. */
  async #cutOff(): Promise<void> {
    this.#carries = false;
    await sleep(CUT_OFF);
  }

  async #start(node: Node): Promise<void> {
    const child = fork(new URL("./node.js", import.meta.url), [node.ledger, String(node.port)], { stdio: "inherit" });
    node.process = child;
    child.on("message", (report: Report) => this.#receive(node, report));
    await this.#report(node, "ready");
  }

  async #kill(node: Node): Promise<void> {
    const { process: child } = node;
    if (node === this.#leader) this.#leader = undefined;
    node.process = undefined;
    if (!child) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  }

  /** Elects a leader: a given one that has all durable entries, or the one with the most entries. */
  async #elect(preferred?: Node): Promise<void> {
    const running = this.#nodes.filter((node) => node.process);
    const [first] = [...running].sort((a, b) => b.epoch - a.epoch || b.count - a.count);
    const hasAll = preferred && preferred.epoch === this.#epoch && preferred.count >= this.#durable;
    const leader = hasAll ? preferred : first;
    if (!leader) throw new Error("no server runs");
    this.#epoch++;
    this.#carries = true;
    this.#confirms = true;
    this.#send(leader, { type: "lead", epoch: this.#epoch });
    await this.#report(leader, "leading");
    if (this.#entries.length < this.#durable) throw new Error("the new leader lacks acknowledged writes");
    await Promise.all(running.filter((node) => node !== leader).map((node) => this.#follow(node)));
  }

  async #follow(node: Node): Promise<void> {
    if (!this.#leader) return;
    const leader = addressOf(this.#leader);
    node.epoch = this.#epoch;
    this.#send(node, { type: "follow", epoch: this.#epoch, leader, entries: this.#entries });
    await this.#report(node, "stored");
  }

  #receive(node: Node, report: Report): void {
    if ("epoch" in report && report.epoch !== this.#epoch) return;
    if (report.type === "ready") {
      node.port = report.port;
    } else if (report.type === "leading") {
      this.#leader = node;
      this.#entries = [...report.entries];
      node.epoch = this.#epoch;
      node.count = report.entries.length;
    } else if (report.type === "append" && node === this.#leader) {
      node.count = this.#entries.push(report.entry);
      if (!this.#carries) return;
      for (const follower of this.#nodes) {
        if (follower === node || !follower.process || follower.epoch !== this.#epoch) continue;
        this.#send(follower, { type: "store", epoch: this.#epoch, entry: report.entry });
      }
    } else if (report.type === "stored") {
      node.count = report.count;
      if (!this.#confirms || !this.#leader || report.count < this.#durable) return;
      this.#durable = Math.max(this.#durable, report.count);
      this.#send(this.#leader, { type: "durable", epoch: this.#epoch, count: report.count });
    }
  }

  /** Waits until all servers have all entries. */
  async #settle(): Promise<void> {
    await until(() => this.#nodes.every((node) => node === this.#leader || node.count === this.#entries.length));
  }

  #send({ process: child }: Node, command: Command): void {
    if (child?.connected) child.send(command);
  }

  /** Waits for a report of the current epoch. */
  #report({ process: child }: Node, type: Report["type"]): Promise<void> {
    return new Promise((resolve) => {
      const receive = (report: Report) => {
        if (report.type !== type || ("epoch" in report && report.epoch !== this.#epoch)) return;
        child?.off("message", receive);
        resolve();
      };
      child?.on("message", receive);
    });
  }
}

function addressOf({ port }: Node): string {
  return `127.0.0.1:${port}`;
}

/** Waits for a condition, at most 2 s, because the load may end before it comes true. */
async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 1000 && !condition(); tries++) await sleep(2);
}
