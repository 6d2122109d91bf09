import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import {
  type CallOptions,
  type Client,
  type ClientDuplexStream,
  type ClientOptions,
  type ClientReadableStream,
  type ClientUnaryCall,
  type ClientWritableStream,
  credentials,
  type Metadata,
  makeGenericClientConstructor,
  type requestCallback,
  type ServiceDefinition,
} from "@grpc/grpc-js";
import { onTestFinished } from "vitest";

const FOLDER = new URL("../e2e/fixtures/", import.meta.url);

/** A script of `test/e2e/fixtures` in its own process, which imports the last build of the package. */
export interface Fixture {
  readonly process: ChildProcess;
  /** The first message of the script. */
  readonly started: unknown;
}

/** Starts a script, and stops it after the test. */
export async function startFixture(name: string, args: readonly string[] = []): Promise<Fixture> {
  const fixture = await forkFixture(name, args);
  onTestFinished(() => void fixture.process.kill());
  return fixture;
}

/** Starts a script. The caller stops it. */
export async function forkFixture(name: string, args: readonly string[] = []): Promise<Fixture> {
  const process = fork(fileURLToPath(new URL(name, FOLDER)), args, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const [started] = await once(process, "message");
  return { process, started };
}

/** A client of the fixtures' service, whose messages are bytes. */
export interface FixtureClient extends Client {
  unary(message: Buffer, metadata: Metadata, options: CallOptions, callback: requestCallback<Buffer>): ClientUnaryCall;
  clientStream(
    metadata: Metadata,
    options: CallOptions,
    callback: requestCallback<Buffer>,
  ): ClientWritableStream<Buffer>;
  serverStream(message: Buffer, metadata: Metadata, options: CallOptions): ClientReadableStream<Buffer>;
  bidi(metadata: Metadata, options: CallOptions): ClientDuplexStream<Buffer, Buffer>;
}

/** Makes a client with its own connection. */
export async function fixtureClient(port: number, options: ClientOptions): Promise<FixtureClient> {
  const { FixtureService } = (await import(new URL("service.mjs", FOLDER).href)) as {
    FixtureService: ServiceDefinition;
  };
  const FixtureClient = makeGenericClientConstructor(FixtureService, "fixture.Fixture");
  const client = new FixtureClient(`127.0.0.1:${port}`, credentials.createInsecure(), {
    ...options,
    "grpc.use_local_subchannel_pool": 1,
  });
  onTestFinished(() => client.close());
  return client as unknown as FixtureClient;
}
