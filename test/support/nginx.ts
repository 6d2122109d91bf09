import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { onTestFinished } from "vitest";

/** The version of the installed nginx. `undefined` if it is not installed. */
export function nginxVersion(): string | undefined {
  const { stderr } = spawnSync("nginx", ["-v"], { encoding: "utf8" });
  return stderr?.match(/nginx\/\S+/)?.[0];
}

/** Starts nginx in front of a server, with its default buffers, in its own folder. Returns its port. */
export async function startNginx(backend: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "grpc-rich-errors-nginx-"));
  const port = await freePort();
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  writeFileSync(
    join(folder, "nginx.conf"),
    `daemon off;
     master_process off;
     pid ${folder}/nginx.pid;
     events {}
     http {
       access_log off;
       ${paths.map((path) => `${path}_temp_path ${folder}/${path};`).join(" ")}
       server {
         listen 127.0.0.1:${port} http2;
         location / { grpc_pass grpc://127.0.0.1:${backend}; }
       }
     }`,
  );
  const log = join(folder, "error.log");
  const nginx = spawn("nginx", ["-p", folder, "-e", log, "-c", join(folder, "nginx.conf")], { stdio: "inherit" });
  onTestFinished(async () => {
    nginx.kill();
    if (nginx.exitCode === null) await once(nginx, "exit");
    rmSync(folder, { recursive: true });
  });
  await listening(nginx, port);
  return port;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (typeof address !== "object" || !address) throw new TypeError("a port was wanted");
  return address.port;
}

async function listening(process: ChildProcess, port: number): Promise<void> {
  while (process.exitCode === null) {
    const socket = connect(port, "127.0.0.1");
    const connected = await new Promise((resolve) => socket.on("connect", () => resolve(true)).on("error", resolve));
    socket.destroy();
    if (connected === true) return;
    await sleep(10);
  }
  throw new Error(`nginx ended with ${process.exitCode}`);
}
