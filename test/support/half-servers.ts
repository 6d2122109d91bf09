import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import http from "node:http";
import http2 from "node:http2";
import net, { type AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

// Peers that are not gRPC servers, or not for long. Each runs for one test and returns its address.

/** Returns an address that nobody listens on. */
export async function refusing(): Promise<string> {
  const server = net.createServer();
  const address = await listening(server);
  server.close();
  await once(server, "close");
  return address;
}

/** Accepts connections and passes each to a function. */
export function tcp(onConnection: (socket: net.Socket) => void): Promise<string> {
  return kept(
    net.createServer((socket) => {
      socket.on("error", () => {});
      onConnection(socket);
    }),
  );
}

/** Speaks HTTP/1. */
export function http1(listener: http.RequestListener): Promise<string> {
  return kept(http.createServer(listener));
}

/** Speaks HTTP/2 and passes each stream to a function. */
export async function h2(onStream: (stream: http2.ServerHttp2Stream) => void): Promise<string> {
  const server = http2.createServer();
  const sessions = new Set<http2.ServerHttp2Session>();
  server.on("session", (session) => sessions.add(session.on("error", () => {})));
  server.on("stream", (stream) => {
    stream.on("error", () => {});
    onStream(stream);
  });
  onTestFinished(() => {
    for (const session of sessions) session.destroy();
  });
  return kept(server);
}

/** Starts a process that accepts gRPC calls, never responds, and prints a line for each call. */
export async function silentProcess(): Promise<{ address: string; child: ChildProcess }> {
  const child = spawn(process.execPath, ["--input-type=module", "--eval", SILENT], {
    cwd: fileURLToPath(new URL(".", import.meta.url)),
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [port] = await once(child.stdout, "data");
  return { address: `127.0.0.1:${port}`, child };
}

const SILENT = `
  import { Server, ServerCredentials } from "@grpc/grpc-js";
  const pass = (value) => value;
  const method = {
    requestStream: false, responseStream: false, requestSerialize: pass, requestDeserialize: pass,
    responseSerialize: pass, responseDeserialize: pass,
  };
  const server = new Server();
  server.addService({ unary: { ...method, path: "/shapes.v1.Shapes/Unary" } }, { unary: () => process.stdout.write("called") });
  server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (_, port) => process.stdout.write(String(port)));
`;

async function kept(server: net.Server): Promise<string> {
  onTestFinished(() => void server.close());
  return listening(server);
}

async function listening(server: net.Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}
