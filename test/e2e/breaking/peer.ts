import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import {
  type ChannelCredentials,
  type Client,
  type ClientOptions,
  credentials,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServiceDefinition,
} from "@grpc/grpc-js";
import {
  type Catalog,
  isErrorOf,
  type MethodContract,
  pack,
  promises,
  RichError,
  richErrorClientOptions,
  richErrorServerInterceptor,
  richHandlers,
  unpack,
} from "grpc-rich-errors";
import { fromHttp, type HttpFormat, toHttp } from "grpc-rich-errors/http";
import { recovery } from "grpc-rich-errors/recovery";

// The program of one version of the protos: a server that fails as it is asked to, or a client that looks at failures.

const FORMATS: readonly HttpFormat[] = ["status", "problem", "compact"];

/** What one version of the code of a change has. Each function of `thrown` makes an error, by a name for both versions. */
export interface Version {
  readonly server: {
    readonly OrdersService: ServiceDefinition;
    readonly thrown: Readonly<Record<string, () => RichError>>;
  };
  readonly client: {
    readonly OrdersClient: new (
      address: string,
      credentials: ChannelCredentials,
      options: Partial<ClientOptions>,
    ) => Client;
    readonly contract?: { readonly getOrder: MethodContract };
    readonly catalog: Catalog;
    readonly classes: Readonly<Record<string, abstract new (...args: never) => RichError>>;
    readonly read: (error: never) => unknown;
    /** The members of the detail that the program reads in JSON. */
    readonly members: readonly string[];
  };
}

export type Versions = Readonly<Record<string, Version>>;

/** What a server wrote before it ended: trailers and bodies of each error, by change and name. */
export type Stored = Readonly<Record<string, Readonly<Record<string, StoredError>>>>;

interface StoredError {
  /** In base64. */
  readonly trailer: string;
  readonly bodies: Readonly<Record<HttpFormat, HttpAnswer>>;
}

interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Where a client finds the errors of one version. */
export interface Source {
  /** The ports, by change: all calls to one target share a retry budget. */
  readonly grpc: Readonly<Record<string, number>>;
  readonly http: number;
  readonly stored: Stored;
}

/** What a program sees of an error, without texts for people. */
export interface Seen {
  readonly class: string;
  readonly reason: string | undefined;
  readonly domain: string | undefined;
  readonly code: number;
  /** The number that the server sent. */
  readonly sentNumber: string | undefined;
  readonly detail: unknown;
}

/** What a client sees of an error in each way to get it. */
export interface Observation {
  readonly grpc: Seen;
  /** Whether the contract of the method lists the error. Undefined without a contract. */
  readonly isListed: boolean | undefined;
  /** What a call with recovery did after each failure. */
  readonly actions: readonly string[];
  /** As read by `fromHttp`, and the members of the body. */
  readonly http: Readonly<Record<string, HttpSeen>>;
  readonly storedTrailer: Seen;
  readonly storedHttp: Readonly<Record<string, HttpSeen>>;
}

interface HttpSeen extends Seen {
  readonly status: number;
  readonly members: unknown;
}

export type Observations = Readonly<Record<string, Readonly<Record<string, Observation>>>>;

/** Runs the program: `server`, or `client`, which reads the sources from stdin. */
export async function main(versions: Versions): Promise<void> {
  if (process.argv[2] === "server") return serve(versions);
  return look(versions, JSON.parse(await text(process.stdin)));
}

/** Starts a server of all changes. Prints its ports and what it stores as one line of JSON. */
async function serve(versions: Versions): Promise<void> {
  const server = new Server({ interceptors: [richErrorServerInterceptor()] });
  for (const { server: code } of Object.values(versions)) {
    const failing = {
      getOrder({ request }: ServerUnaryCall<{ thrown: string }, unknown>) {
        throw code.thrown[request.thrown]?.() ?? new Error(`nobody throws ${request.thrown}`);
      },
    };
    server.addService(code.OrdersService, richHandlers(code.OrdersService, failing as never));
  }
  const ports = Object.keys(versions).map(async (change) => [change, await listen(server)] as const);
  const grpc = Object.fromEntries(await Promise.all(ports));
  const gateway = createServer(({ url = "" }, response) => {
    const [, change = "", name = "", format = ""] = url.split("/");
    const { status, headers, body } = answer(versions[change]?.server.thrown[name]?.(), format as HttpFormat);
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((resolve) => void gateway.listen(0, "127.0.0.1", resolve));
  const source: Source = { grpc, http: (gateway.address() as AddressInfo).port, stored: store(versions) };
  process.stdout.write(`${JSON.stringify(source)}\n`);
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    );
  });
}

function answer(error: unknown, format: HttpFormat): HttpAnswer {
  const { status, headers, body } = toHttp(error, { format });
  return { status, headers, body: JSON.stringify(body) };
}

function store(versions: Versions): Stored {
  return mapValues(versions, ({ server: { thrown } }) =>
    mapValues(thrown, (make) => ({
      trailer: Buffer.from(pack(make())).toString("base64"),
      bodies: Object.fromEntries(FORMATS.map((format) => [format, answer(make(), format)])) as StoredError["bodies"],
    })),
  );
}

/** Looks at every error of some sources. Prints the observations of each as one line of JSON. */
async function look(versions: Versions, sources: readonly Source[]): Promise<void> {
  const all: Observations[] = [];
  for (const source of sources) {
    const changes = Object.entries(versions).map(async ([change, version]) => {
      const names = Object.keys(source.stored[change] ?? {});
      return [
        change,
        Object.fromEntries(await Promise.all(names.map((name) => observe(change, name, version, source)))),
      ];
    });
    all.push(Object.fromEntries(await Promise.all(changes)));
  }
  process.stdout.write(`${JSON.stringify(all)}\n`);
}

async function observe(
  change: string,
  name: string,
  { client }: Version,
  source: Source,
): Promise<[string, Observation]> {
  const catalogs = [client.catalog];
  const see = (error: RichError) => seen(error, client);
  const seeHttp = ({ status, headers, body }: HttpAnswer): HttpSeen => {
    const error = fromHttp(status, headers, body, { catalogs });
    return { ...see(error), status, members: membersOf(JSON.parse(body), new Set([...client.members, ...ENVELOPE])) };
  };
  const stored = source.stored[change]?.[name];
  if (!stored) throw new Error(`${change} has no ${name}`);
  const fetched = FORMATS.map(async (format) => {
    const response = await fetch(`http://127.0.0.1:${source.http}/${change}/${name}/${format}`);
    const answer = {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: await response.text(),
    };
    return [format, seeHttp(answer)] as const;
  });
  const options = richErrorClientOptions({ catalogs });
  const stub = new client.OrdersClient(`127.0.0.1:${source.grpc[change]}`, credentials.createInsecure(), options);
  try {
    const error = await failureOf(stub, name);
    return [
      name,
      {
        grpc: see(error),
        isListed: client.contract && isErrorOf(client.contract.getOrder, error),
        // A program of its own takes such an error for a success without looking.
        actions: error.recovery === "TREAT_AS_SUCCESS" ? ["success"] : await actionsOf(stub, name),
        http: Object.fromEntries(await Promise.all(fetched)),
        storedTrailer: see(unpack(Buffer.from(stored.trailer, "base64"), { catalogs })),
        storedHttp: mapValues(stored.bodies, seeHttp),
      },
    ];
  } finally {
    stub.close();
  }
}

function seen(error: RichError, { classes, read }: Version["client"]): Seen {
  const known = Object.entries(classes).find(([, errorClass]) => error instanceof errorClass)?.[0];
  const detail = known === "gone" ? read(error as never) : undefined;
  const { reason, domain, code } = error;
  const sentNumber = error.info?.metadata["code"];
  // As JSON, in which a bigint is its digits with an n.
  const plain = JSON.stringify(detail, (_, value) => (typeof value === "bigint" ? `${value}n` : value));
  return { class: known ?? "none", reason, domain, code, sentNumber, detail: plain && JSON.parse(plain) };
}

/** The methods that every version has. */
interface Orders {
  getOrder(request: { thrown: string }): Promise<unknown>;
}

async function failureOf(stub: Client, thrown: string): Promise<RichError> {
  try {
    await (promises(stub) as unknown as Orders).getOrder({ thrown });
  } catch (error) {
    if (error instanceof RichError) return error;
    throw error;
  }
  throw new Error("the call succeeded");
}

async function actionsOf(stub: Client, thrown: string): Promise<string[]> {
  const actions: string[] = [];
  const recovering = recovery.declared.with<unknown, unknown, Client>({
    delay: 1,
    backOffDelay: 1,
    refresh: (request) => request,
    authenticate: () => undefined,
    redirect: () => undefined,
    verify: () => ({ landed: "unknown" }),
    onAttempt: ({ action }) => actions.push(action),
  });
  const calls = promises(stub, { recovery: recovering as never }) as unknown as Orders;
  await calls.getOrder({ thrown }).catch(() => {});
  return actions;
}

/** The members of the formats themselves, without texts for people. */
const ENVELOPE = ["error", "status", "code", "details", "reason", "domain", "metadata", "errorCode", "grpcStatus"];

/** Removes all members but some. Details of the error itself, of any type, and its ErrorInfo are found by their types. */
function membersOf(json: unknown, names: ReadonlySet<string>): unknown {
  if (Array.isArray(json)) {
    const typed = json.flatMap((item) => (isDetail(item) ? [[item["@type"], item] as const] : []));
    const kept = typed.filter(([type]) => !/google\.rpc\.(?!ErrorInfo)/.test(type));
    if (typed.length > 0) return Object.fromEntries(kept.map(([type, item]) => [type, membersOf(item, names)]));
    return json.map((item) => membersOf(item, names));
  }
  if (typeof json !== "object" || json === null) return json;
  const members = Object.entries(json)
    .filter(([name, value]) => names.has(name) && !(name === "error" && typeof value === "string"))
    .map(([name, value]) => [name, membersOf(value, names)] as const);
  return Object.fromEntries(members.filter(([, value]) => JSON.stringify(value) !== "{}"));
}

function isDetail(json: unknown): json is { readonly "@type": string } {
  return typeof json === "object" && json !== null && "@type" in json;
}

function mapValues<From, To>(values: Readonly<Record<string, From>>, map: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, map(value)]));
}
