import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  type ClientOptions,
  credentials,
  type MethodDefinition,
  Server,
  type ServerInterceptor,
  type ServiceDefinition,
} from "@grpc/grpc-js";
import { richErrorServerInterceptor, richHandlers } from "grpc-rich-errors";
import { type ClientFactory, createChannel, type Server as NiceServer } from "nice-grpc";
import { onTestFinished } from "vitest";
import { runTool } from "../plugin/compile.js";
import { listen } from "../support/shapes.js";
import { ROOT } from "./project.js";
import { MIGRATING, type Pages } from "./snippets.js";

/** The pages about migrating, in the order of their table. */
export const PAGES = [
  "plain-codes.md",
  "hand-packed.md",
  "nice-grpc.md",
  "google-gax.md",
  "kurrent.md",
  "go-kratos.md",
] as const;
export type Page = (typeof PAGES)[number];

/** Whether a page shows a server or a client before the migration or after it. */
export type Side = "before" | "after";
export const SIDES: readonly Side[] = ["before", "after"];

/** The service of all pages. */
interface OrderDefinition extends ServiceDefinition {
  getOrder: MethodDefinition<{ orderId: string }, object> & { requestStream: false; responseStream: false };
}

/** A client's module on a page. */
interface ClientModule {
  explain(err: unknown): string;
  /** The options of a client of grpc-js. */
  readonly options?: ClientOptions;
  /** The factory of clients of nice-grpc. */
  readonly clients?: ClientFactory;
}

/** A handler that calls back an error, or returns a promise that rejects with it. */
type Handler = (call: unknown, callback: (err: object) => void) => unknown;

/** A server of a page, or one that a test makes. */
type AnyServer = Server | NiceServer;

/** The options of kratos in their public package, with their public numbers. */
const KRATOS_OPTIONS = `syntax = "proto3";
package errors;
import "google/protobuf/descriptor.proto";
extend google.protobuf.EnumOptions { int32 default_code = 1108; }
extend google.protobuf.EnumValueOptions { int32 code = 1109; }
`;

const TS_PROTO = "outputServices=grpc-js,forceLong=bigint,oneof=unions-value,esModuleInterop=true,importSuffix=.js";

const GENERATORS = {
  version: "v2",
  inputs: [{ directory: "proto", exclude_paths: ["proto/errors", "proto/kurrent", "proto/richerrors"] }],
  plugins: [
    { local: "protoc-gen-ts_proto", out: "gen", opt: TS_PROTO },
    { local: ["node", join(ROOT, "dist/esm/src/plugin/bin.js")], out: "gen" },
  ],
};

/** A project for each page: the files that it shows, and the code that is generated from its proto. */
export class Projects {
  readonly #pages: Pages;
  readonly #root: string;
  readonly #modules: string[] = [];
  readonly #addresses = new Map<string, Promise<string>>();
  readonly #running: AnyServer[] = [];

  private constructor(pages: Pages, root: string) {
    this.#pages = pages;
    this.#root = root;
  }

  static async create(pages: Pages): Promise<Projects> {
    // They lie beside the tests, so that the package's own name means its source.
    const projects = new Projects(pages, await mkdtemp(join(ROOT, "test/package/.migrating-")));
    const orders = pages.take(`${MIGRATING}README.md`, "service OrderService");
    for (const page of PAGES) await projects.#write(page, orders);
    return projects;
  }

  async remove(): Promise<void> {
    for (const server of this.#running) server.forceShutdown();
    await rm(this.#root, { recursive: true, force: true });
  }

  /** Writes the files that a page shows, with those of the pages that it refers to, and generates code. */
  async #write(page: Page, orders: string): Promise<void> {
    const files = new Map<string, string>();
    const referred = page === "nice-grpc.md" ? ["plain-codes.md", "hand-packed.md"] : ["plain-codes.md"];
    for (const name of [...referred, page]) {
      for (const { file, code } of this.#pages.on(MIGRATING + name)) {
        if (file === undefined || (name !== page && !file.startsWith("after/"))) continue;
        files.set(file, name === page ? this.#pages.take(MIGRATING + page, code) : code);
      }
    }
    files.set("proto/shop/v1/errors.proto", files.get("after/errors.proto") ?? "");
    files.set("proto/shop/v1/orders.proto", orders);
    files.set("proto/errors/errors.proto", KRATOS_OPTIONS);
    files.set("buf.yaml", JSON.stringify({ version: "v2", modules: [{ path: "proto" }] }));
    files.set("buf.gen.yaml", JSON.stringify(GENERATORS));
    const folder = join(this.#root, page);
    for (const path of ["google/rpc", "kurrent/rpc/rpc.proto", "richerrors"]) {
      await cp(join(ROOT, "proto", path), join(folder, "proto", path), { recursive: true });
    }
    for (const [file, code] of files) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), code);
      if (file.endsWith(".ts")) this.#modules.push(join(page, file));
    }
    await runTool("buf", ["generate"], folder);
  }

  /** Compiles the modules of all pages, and returns what the compiler prints. */
  async typecheck(): Promise<string> {
    const tsconfig = { extends: "../../../tsconfig.json", include: [], files: this.#modules };
    await writeFile(join(this.#root, "tsconfig.json"), JSON.stringify(tsconfig));
    const { stdout } = await runTool("tsc", ["-p", this.#root], ROOT).catch((error: { stdout: string }) => error);
    return stdout;
  }

  /** Imports a module of a page's project. */
  load(page: Page, file: string) {
    return import(join(this.#root, page, file));
  }

  /** Starts a server of grpc-js or of nice-grpc. Returns its address. */
  async start(server: AnyServer): Promise<string> {
    this.#running.push(server);
    const port = "bindAsync" in server ? await listen(server) : await server.listen("127.0.0.1:0");
    return `127.0.0.1:${port}`;
  }

  /** Starts a server of a page, once. Returns its address. */
  addressOf(page: Page, side: Side, make?: () => Promise<AnyServer>): Promise<string> {
    const key = `${side} of ${page}`;
    const server = async () => (make ? make() : (await this.load(page, `${side}/server.ts`)).server);
    const address = this.#addresses.get(key) ?? server().then((made) => this.start(made));
    this.#addresses.set(key, address);
    return address;
  }

  /** Makes a server of grpc-js with one handler, with the package attached or without it. */
  async serverWith(
    page: Page,
    getOrder: Handler,
    wrap: boolean,
    interceptors: readonly ServerInterceptor[] = wrap ? [richErrorServerInterceptor()] : [],
  ): Promise<Server> {
    const { OrderServiceService } = await this.load(page, "gen/shop/v1/orders.ts");
    const server = new Server({ interceptors: [...interceptors] });
    const handlers = wrap ? richHandlers(OrderServiceService, { getOrder }) : ({ getOrder } as never);
    server.addService(OrderServiceService, handlers);
    return server;
  }

  /** Calls a server, and returns the error. */
  async errorOf(
    page: Page,
    address: string,
    { options, clients }: Pick<ClientModule, "options" | "clients"> = {},
  ): Promise<unknown> {
    const { OrderServiceClient, OrderServiceService } = await this.load(page, "gen/shop/v1/orders.ts");
    if (clients) {
      const channel = createChannel(address);
      onTestFinished(() => channel.close());
      const client = clients.create<OrderDefinition>(OrderServiceService, channel);
      return client.getOrder({ orderId: "o-7" }).catch((err: unknown) => err);
    }
    const client = new OrderServiceClient(address, credentials.createInsecure(), options);
    onTestFinished(() => client.close());
    return new Promise((resolve) => client.getOrder({ orderId: "o-7" }, resolve));
  }

  /** Calls a server with a client of a page, and returns what the client makes of the error. */
  async explained(page: Page, address: string, side: Side): Promise<string> {
    const client: ClientModule = await this.load(page, `${side}/client.ts`);
    return client.explain(await this.errorOf(page, address, client));
  }
}
