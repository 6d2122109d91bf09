import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import http2 from "node:http2";
import { connect as connectSocket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type ClientReadableStream, Metadata, type ServiceError } from "@grpc/grpc-js";
import { codeName, isCode, RichError } from "grpc-rich-errors";
import { type Cell, DISCONNECTED, NOTHING, type Row, SECRET } from "./row.js";
import { ROWS } from "./rows.js";
import { connect, type FailuresClient, FailuresService, STORED } from "./service.js";

/** Plain grpc-js, or with this package. */
export type Side = "before" | "after";

const SERVER = fileURLToPath(new URL("./server-process.js", import.meta.url));

/** Longer than any response takes on a busy machine. */
const PATIENCE = 60_000;
/** A gRPC message that contains "x". */
const MESSAGE = Buffer.from([0, 0, 0, 0, 1, 0x78]);
/** How long a client waits if no response is expected. */
const SHORT = 300;

/**
 * Makes the calls of all rows on one side. A row that crashes its server has its own server.
 *
 * @param script the compiled server
 */
export async function measure(side: Side, script = SERVER): Promise<Cell[]> {
  const shared = start(side, script);
  const cells = await Promise.all(
    ROWS.map(async (row, index) => {
      if (row[side].lives) return cellOf(row, index, side, await shared);
      const server = await start(side, script);
      try {
        return await cellOf(row, index, side, server);
      } finally {
        server.process.kill();
      }
    }),
  );
  (await shared).process.kill();
  return cells;
}

interface RunningServer {
  readonly process: ChildProcess;
  readonly port: number;
}

async function start(side: Side, script: string): Promise<RunningServer> {
  // The table says that a server dies, so its stack trace is not needed.
  const server = fork(script, [side], { stdio: ["ignore", "inherit", "ignore", "ipc"] });
  const [port] = await once(server, "message");
  return { process: server, port };
}

async function cellOf(row: Row, index: number, side: Side, server: RunningServer): Promise<Cell> {
  const client = connect(server.port, side === "after");
  try {
    const expected = row[side];
    const isShort = expected.client === NOTHING || row.client === "has a short deadline";
    const got =
      row.client === "disconnects during its upload"
        ? await disconnect(server.port, index)
        : await call(client, row, index, isShort ? SHORT : PATIENCE);
    // The handler learns later than the client that the upload broke off.
    if (row.client === "disconnects during its upload" && !expected.storesHalf) await sleep(SHORT);
    let next = await callNext(client, index, expected.next ? PATIENCE : SHORT);
    for (let waited = 0; expected.storesHalf && next !== STORED && waited < PATIENCE; waited += 10) {
      await sleep(10);
      next = await callNext(client, index, PATIENCE);
    }
    const isOver = () => server.process.exitCode !== null;
    for (let waited = 0; !expected.lives && !isOver() && waited < PATIENCE; waited += 10) await sleep(10);
    return { ...got, storesHalf: next === STORED, next: next !== undefined, lives: !isOver() };
  } finally {
    client.close();
  }
}

interface CancellableCall {
  cancel(): void;
  once(event: "metadata", listener: () => void): unknown;
}

/** Makes the call of a row. */
function call(
  client: FailuresClient,
  row: Row,
  index: number,
  patience: number,
): Promise<Pick<Cell, "client" | "leaks">> {
  const { shape, request = "x" } = row;
  const metadata = new Metadata();
  metadata.set("x-row", String(index));
  const options = { deadline: Date.now() + patience };
  let messages = 0;
  return new Promise((resolve) => {
    const end = (error: ServiceError | null) => {
      resolve({ client: wordsFor(error, messages, row), leaks: error !== null && textOf(error).includes(SECRET) });
    };
    const begun = begin();
    if (row.client === "cancels") setImmediate(() => begun.cancel());
    // The initial metadata shows that the handler runs.
    if (row.client === "cancels during the call") begun.once("metadata", () => begun.cancel());

    function begin(): CancellableCall {
      if (shape === "unary") {
        const method = row.client === "calls a method that does not exist" ? client.missing : client.unary;
        return method.call(client, request, metadata, options, end);
      }
      if (shape === "clientStream") {
        const stream = client.clientStream(metadata, options, end);
        stream.end(request);
        return stream;
      }
      if (shape === "serverStream") return follow(client.serverStream(request, metadata, options));
      const stream = client.bidi(metadata, options);
      stream.end(request);
      return follow(stream);
    }

    function follow(stream: ClientReadableStream<string>): CancellableCall {
      stream.on("data", () => messages++);
      stream.on("error", (error) => end(error as ServiceError)).on("end", () => end(null));
      return stream;
    }
  });
}

/** Starts an upload, and drops the connection once the handler runs. A Node client would end the upload first. */
async function disconnect(port: number, index: number): Promise<Pick<Cell, "client" | "leaks">> {
  const socket = connectSocket(port, "127.0.0.1");
  const session = http2.connect(`http://127.0.0.1:${port}`, { createConnection: () => socket }).on("error", () => {});
  const stream = session.request({
    ":method": "POST",
    ":path": FailuresService.clientStream.path,
    "content-type": "application/grpc",
    te: "trailers",
    "x-row": String(index),
  });
  stream.on("error", () => {}).write(MESSAGE);
  await once(stream, "response");
  socket.destroy();
  return { client: DISCONNECTED, leaks: false };
}

/** Makes the next call on the same connection. Resolves to its response, or to `undefined` if it fails. */
async function callNext(client: FailuresClient, index: number, patience: number): Promise<string | undefined> {
  const metadata = new Metadata();
  metadata.set("x-stored", String(index));
  return new Promise((resolve) => {
    client.unary("x", metadata, { deadline: Date.now() + patience }, (_, text) => resolve(text));
  });
}

/** Everything that a client can read of an error. */
function textOf({ details, message, metadata }: ServiceError): string {
  const values = Object.values(metadata?.toHttp2Headers() ?? {}).flat();
  return [
    details,
    message,
    ...values.map((value) => Buffer.from(String(value), "base64").toString("latin1")),
    ...values,
  ].join();
}

function wordsFor(error: ServiceError | null, messages: number, row: Row): string {
  const before = messages > 0 ? `${messages} message${messages > 1 ? "s" : ""}, ` : "";
  if (!error) return `${before}success`;
  if (error.code === 4 && row.client === undefined) return `${before}${NOTHING}`;
  const name = isCode(error.code) ? codeName(error.code) : "?";
  // The client's own text says how long it waited.
  const message = error.code === 4 ? "" : `: ${error.details}`;
  const className = error instanceof RichError && error.definition ? ` (${error.name})` : "";
  return `${before}${error.code} ${name}${message}${className}${extrasOf(error)}`;
}

/** The properties of an error besides its code, message and class. */
function extrasOf(error: ServiceError): string {
  const extras: string[] = [];
  for (const token of error.metadata?.get("x-token") ?? []) extras.push(`x-token: ${String(token)}`);
  if (error instanceof RichError) {
    if (error.standardDetails.requestInfo) extras.push("a request id");
    if (error.shed.length > 0) extras.push(`without ${error.shed.join(", ")}`);
  }
  return extras.map((extra) => `, ${extra}`).join("");
}
