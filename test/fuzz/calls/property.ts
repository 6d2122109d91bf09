import { setImmediate as turn, setTimeout as wait } from "node:timers/promises";
import {
  credentials,
  Metadata,
  ResponderBuilder,
  Server,
  ServerInterceptingCall,
  type ServerInterceptor,
  type sendUnaryData,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import fc from "fast-check";
import {
  type FailedCall,
  type RichImplementation,
  richErrorClientOptions,
  richErrorServerInterceptor,
  richHandlers,
} from "grpc-rich-errors";
import { ShapesClient, ShapesService } from "../../gen/shapes/v1/shapes.js";
import { catalog } from "../../support/errors.js";
import { listen, SHAPES } from "../../support/shapes.js";
import { COMMANDS, type Command } from "./commands.js";
import { type ClientCall, type HandlerCall, LiveCall } from "./live-call.js";
import { CallModel, type InterceptorKind, OK, type Setup } from "./model.js";

const INTERCEPTORS: Readonly<Record<InterceptorKind, ServerInterceptor | undefined>> = {
  none: undefined,
  "passes on": (_, call) => new ServerInterceptingCall(call),
  "clones the trailers": (_, call) =>
    new ServerInterceptingCall(
      call,
      new ResponderBuilder()
        .withSendStatus((status, next) => {
          const metadata = status.metadata?.clone() ?? new Metadata();
          metadata.set("x-added", "1");
          next({ ...status, metadata });
        })
        .build(),
    ),
  "sends metadata": (_, call) =>
    new ServerInterceptingCall(
      call,
      new ResponderBuilder()
        .withSendMetadata((metadata, next) => {
          metadata.set("x-added", "1");
          next(metadata);
        })
        .build(),
    ),
};

export const SETUPS: fc.Arbitrary<Setup> = fc
  .record({
    shape: fc.constantFrom(...SHAPES),
    rich: fc.boolean(),
    interceptor: fc.constantFrom(...(Object.keys(INTERCEPTORS) as InterceptorKind[])),
    start: fc.constantFrom("returns nothing", "returns a promise", "returns a generator"),
    deadline: fc.option(fc.constantFrom(1, 5, 20), { nil: undefined, freq: 12 }),
  })
  .map((setup): Setup => {
    const sendsMany = setup.shape === "serverStream" || setup.shape === "bidi";
    const fits = setup.rich && (sendsMany || setup.start !== "returns a generator");
    return { ...setup, start: fits ? setup.start : "returns nothing" };
  });

/** A call that takes longer than this to end is lost. */
const LOST = 5000;

/** Servers of all setups, each with a client, and the calls that run on them. */
export class Calls {
  readonly #running = new Map<string, { readonly live: LiveCall; readonly setup: Setup }>();
  readonly #servers = new Map<string, { readonly server: Server; readonly client: ShapesClient }>();
  readonly #uncaught: unknown[] = [];
  readonly #note = (thrown: unknown) => void this.#uncaught.push(thrown);
  #last = 0;

  static async open(): Promise<Calls> {
    const calls = new Calls();
    for (const rich of [true, false]) {
      for (const kind of Object.keys(INTERCEPTORS) as InterceptorKind[]) await calls.#serve(rich, kind);
    }
    process.on("uncaughtException", calls.#note).on("unhandledRejection", calls.#note);
    return calls;
  }

  close(): void {
    process.off("uncaughtException", this.#note).off("unhandledRejection", this.#note);
    for (const { server, client } of this.#servers.values()) {
      client.close();
      server.forceShutdown();
    }
  }

  async #serve(rich: boolean, kind: InterceptorKind): Promise<void> {
    const onError = (call: FailedCall) => this.#running.get(idOf(call.metadata))?.live.reports.push(call);
    const boundary = richErrorServerInterceptor({ catalogs: [catalog], onError });
    const between = INTERCEPTORS[kind];
    const server = new Server({ interceptors: between ? [boundary, between] : [boundary] });
    const handler = (call: HandlerCall & { metadata: Metadata }, callback: sendUnaryData<never>) => {
      const running = this.#running.get(idOf(call.metadata));
      if (!running) return void callback(null, { index: 0 } as never);
      return running.live.handle(call, callback as sendUnaryData<unknown> as never, running.setup.start);
    };
    const two = (call: unknown, callback: unknown) => handler(call as never, callback as never);
    const handlers = Object.fromEntries(SHAPES.map((shape) => [shape, two])) as unknown;
    const service = rich
      ? richHandlers(ShapesService, handlers as RichImplementation<typeof ShapesService>)
      : (handlers as UntypedServiceImplementation);
    server.addService(ShapesService, service);
    const address = `127.0.0.1:${await listen(server)}`;
    const client = new ShapesClient(
      address,
      credentials.createInsecure(),
      richErrorClientOptions({ catalogs: [catalog] }),
    );
    this.#servers.set(keyOf(rich, kind), { server, client });
  }

  /** Makes a call, runs the commands on it, and checks how it ended. */
  async run(setup: Setup, commands: Iterable<Command>): Promise<void> {
    const { client } = this.#servers.get(keyOf(setup.rich, setup.interceptor)) ?? fail("there is no such server");
    const live = new LiveCall(++this.#last);
    this.#running.set(String(live.id), { live, setup });
    const model = new CallModel(setup);
    startCall(client, live, setup);
    await Promise.race([live.started, live.over]);
    if (live.call) {
      await fc.asyncModelRun(() => ({ model, real: live }), commands);
      finish(model, live);
    }
    if (!(await ends(live.over))) fail("the client waits for its status");
    await turn();
    await this.#check(model, live, client);
    this.#running.delete(String(live.id));
  }

  async #check(model: CallModel, live: LiveCall, client: ShapesClient): Promise<void> {
    const [ended = fail("the call did not end"), ...more] = live.ends;
    if (more.length > 0) fail(`the call ended ${live.ends.length} times`);
    if (live.call && !model.isRight(ended)) {
      const right = model.endings.map(({ name }) => name).join(" or ");
      fail(
        `the call ended with ${ended.code} ${ended.error?.reason ?? ""} ${ended.details.slice(0, 80)}, not with ${right}`,
      );
    }
    if (model.mustArrive && ended.code !== 14) {
      const written = Array.from(
        { length: model.sendsMany || ended.code === 0 ? model.written : 0 },
        (_, index) => index,
      );
      if (live.messages.join() !== written.join()) fail(`messages ${live.messages.join()} came, not ${written.join()}`);
    }
    if (live.secrets.length > 0) fail(`a secret reached the client: ${live.secrets.join()}`);
    if (live.call && !(await live.isLetGo())) fail("the server holds on to the call");
    const inTime = live.reports.filter(({ late }) => !late);
    if (inTime.length > 1) fail(`onError was called ${inTime.length} times for one status`);
    await nextCall(client);
    if (this.#uncaught.length > 0) fail("something was not caught", this.#uncaught.splice(0)[0]);
  }
}

function fail(message: string, cause?: unknown): never {
  throw new Error(message, { cause });
}

function idOf(metadata: Metadata): string {
  return String(metadata.get("x-run")[0]);
}

function keyOf(rich: boolean, kind: InterceptorKind): string {
  return `${rich} ${kind}`;
}

function startCall(client: ShapesClient, live: LiveCall, { shape, deadline }: Setup): void {
  const metadata = new Metadata();
  metadata.set("x-run", String(live.id));
  const options = deadline === undefined ? {} : { deadline: Date.now() + deadline };
  const request = { scenario: "", before: 0 };
  const done = (error: unknown, response?: { index: number }) => {
    if (response) live.messages.push(response.index);
    live.note(error);
  };
  if (shape === "unary" || shape === "clientStream") {
    const call =
      shape === "unary" ? client.unary(request, metadata, options, done) : client.clientStream(metadata, options, done);
    live.attach(call as unknown as ClientCall);
    return;
  }
  const stream = shape === "bidi" ? client.bidi(metadata, options) : client.serverStream(request, metadata, options);
  live.attach(stream as unknown as ClientCall);
  stream.on("data", ({ index }: { index: number }) => live.messages.push(index));
  stream.on("error", (error) => live.note(error));
  stream.on("status", ({ code }) => {
    if (code === 0) live.note(undefined);
  });
}

/** Ends a call that its handler did not end, and reads the remaining messages. */
function finish(model: CallModel, live: LiveCall): void {
  if (model.sendsMany) live.client.resume();
  if (model.takesMany && !model.halfClosed) live.client.end();
  if (model.settled) return;
  if (model.setup.start === "returns a generator") {
    model.maybe(OK);
    live.step({ returns: true });
  } else if (model.sendsMany) {
    if (model.ended) return;
    model.settle(OK);
    live.call.end();
  } else {
    model.written = 1;
    model.settle(OK);
    live.callback(null, { index: 0 });
  }
}

async function ends(over: Promise<void>): Promise<boolean> {
  const controller = new AbortController();
  const lost = wait(LOST, false, { signal: controller.signal }).catch(() => false);
  const result = await Promise.race([over.then(() => true), lost]);
  controller.abort();
  return result;
}

/** Checks that the connection accepts another call. */
function nextCall(client: ShapesClient): Promise<void> {
  return new Promise((resolve, reject) => {
    client.unary({ scenario: "", before: 0 }, new Metadata(), { deadline: Date.now() + LOST }, (error) =>
      error ? reject(new Error("the next call failed", { cause: error })) : resolve(),
    );
  });
}

/** Any sequence of commands ends its call correctly. */
export function everyCallEndsRight(
  calls: Calls,
  maxCommands: number,
): fc.IAsyncPropertyWithHooks<[Setup, Iterable<Command>]> {
  return fc.asyncProperty(SETUPS, fc.commands([...COMMANDS], { maxCommands }), (setup, commands) =>
    calls.run(setup, commands),
  );
}
