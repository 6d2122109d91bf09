import { mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { createProject, type Project, ROOT } from "./project.js";
import { Pages } from "./snippets.js";

const PAGE = "docs/troubleshooting.md";
const TS_PROTO = "protoc-gen-ts_proto";
const PROTO = "proto/shop/v1/errors.proto";

let project: Project;
let rows: readonly Row[];
/** The texts of changed files, as they were. */
const originals = new Map<string, string>();

beforeAll(async () => {
  project = await createProject("examples/orders");
  rows = rowsOf((await Pages.read()).text(PAGE));
  await project.run("buf", "generate");
  await project.run("tsc");
}, 300_000);

beforeEach(() => originals.clear());

afterEach(async () => {
  for (const [path, text] of originals) await writeFile(join(project.folder, path), text);
});

afterAll(() => project.remove());

/** A row of a table: a message, in the words of the page. */
interface Row {
  readonly seen: string;
  readonly wrong: string;
}

function rowsOf(text: string): Row[] {
  const lines = text.split("\n").filter((line) => line.startsWith("| `"));
  return lines.map((line) => {
    const [seen = "", wrong = ""] = line.replace(/^\| /, "").split(" | ");
    return { seen, wrong };
  });
}

/** The message in a cell: its first code. */
function messageIn(cell: string): string {
  const [, twice, once] = /^(?:``(.+?) ?``|`([^`]+)`)/.exec(cell) ?? [];
  return twice ?? once ?? "";
}

async function edit(path: string, change: (text: string) => string): Promise<void> {
  const file = join(project.folder, path);
  const text = await readFile(file, "utf8");
  originals.set(path, text);
  const changed = change(text);
  expect(changed).not.toBe(text);
  await writeFile(file, changed);
}

/** Runs a command that fails. Returns what it printed. */
async function failing(...command: readonly [string, ...string[]]): Promise<string> {
  const ended = await project.run(...command).then(
    () => "",
    (error: Error) => error.message,
  );
  expect(ended).not.toBe("");
  return ended;
}

/** The output of `buf generate` after one replacement in the proto of the errors. */
async function generated(written: string | RegExp, instead: string): Promise<string> {
  await edit(PROTO, (text) => text.replace(written, instead));
  return failing("buf", "generate");
}

/** The output of `tsc` after one replacement in the server. */
async function compiled(written: string | RegExp, instead: string): Promise<string> {
  await edit("server.ts", (text) => text.replace(written, instead));
  return failing("tsc", "--noEmit");
}

interface Program {
  readonly server?: string;
  readonly handlers?: string;
  readonly client?: string;
  readonly thrown?: string;
}

/** The source of a program that calls a server, and prints the error that the client catches. */
function program({
  server = "new Server({ interceptors: [richErrorServerInterceptor({ catalogs: [catalog] })] })",
  handlers = "richHandlers(OrderServiceService, handlers)",
  client = "{ catalogs: [catalog] }",
  thrown = 'new OrderRejectedError({ orderId: "o-7", rule: 7n })',
}: Program): string {
  return `import { credentials, Server, ServerCredentials } from "@grpc/grpc-js";
import { promises, richErrorClientOptions, richErrorServerInterceptor, richHandlers } from "grpc-rich-errors";
import { catalog, OrderRejectedError } from "./out/gen/shop/v1/errors.rich.js";
import { OrderServiceClient, OrderServiceService } from "./out/gen/shop/v1/orders.js";

const server = ${server};
const handlers = { placeOrder: async () => { throw ${thrown}; } };
server.addService(OrderServiceService, ${handlers});
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), async (_error, port) => {
  const options = richErrorClientOptions(${client});
  const client = new OrderServiceClient("127.0.0.1:" + port, credentials.createInsecure(), options);
  await promises(client).placeOrder({ orderId: "o-7", quantity: 1, address: "" }).catch((error) => console.log(error, error instanceof OrderRejectedError));
  client.close();
  server.forceShutdown();
});
`;
}

async function ran(parts: Program): Promise<string> {
  await writeFile(join(project.folder, "program.mjs"), program(parts));
  return project.run("node", "program.mjs");
}

const OTHER_ENUM = `
enum ShopError {
  SHOP_ERROR_UNSPECIFIED = 0;
  SHOP_ERROR_ORDER_REJECTED = 1 [(richerrors.v1.error) = {status_code: NOT_FOUND}];
}
`;

/** The mistakes of newcomers, made as they make them, by what the page says is wrong. */
const MISTAKES: Readonly<Record<string, () => Promise<string>>> = {
  "the proto does not import the annotation": () => generated(/^import.*\n/m, ""),
  "the name of the option has no parentheses": () => generated("(richerrors.v1.error)", "richerrors.v1.error"),
  "the annotation has no field of this name": () => generated("status_code:", "code:"),
  "the error has a detail, but its message does not exist": () =>
    generated("message OrderRejectedErrorDetails", "message OrderRejectedDetails"),
  "the message uses an unknown field of the detail": () => generated("{order_id}", "{orderId}"),
  "two errors have the same reason": () => generated(/$/, OTHER_ENUM),
  "the enum has no zero value": () => generated(/.*_UNSPECIFIED = 0;\n/, ""),
  "the status code does not exist": () => generated("INVALID_ARGUMENT", "NOTFOUND"),
  "buf runs without the commands of your packages": async () => {
    // Without ts-proto, buf would name either of the two generators.
    const others = join(project.folder, "others");
    await mkdir(others);
    await symlink(join(project.folder, "node_modules/.bin", TS_PROTO), join(others, TS_PROTO));
    const path = [others, dirname(process.execPath), "/usr/bin", "/bin"].join(":");
    return failing("env", `PATH=${path}`, "node_modules/.bin/buf", "generate");
  },
  "the annotation is in no module of your `buf.yaml`": async () => {
    await edit("buf.yaml", (text) => text.replace(/.*node_modules.*\n/, ""));
    return failing("buf", "generate");
  },
  "the two generators have different output folders": async () => {
    await edit("buf.gen.yaml", (text) => text.replace(/out: gen\n$/, "out: errors\n"));
    await edit("server.ts", (text) => text.replace("./gen/shop/v1/errors.rich.js", "./errors/shop/v1/errors.rich.js"));
    await project.run("buf", "generate");
    const printed = await failing("tsc", "--noEmit");
    await rm(join(project.folder, "errors"), { recursive: true });
    return printed;
  },
  "your own `package.json` does not name `@bufbuild/protobuf`, which generated code imports": async () => {
    // Under pnpm, the project's node_modules does not have the packages of packages.
    const link = join(project.folder, "node_modules/@bufbuild/protobuf");
    await rm(link);
    const printed = await failing("tsc", "--noEmit");
    await symlink(join(ROOT, "node_modules/@bufbuild/protobuf"), link);
    return printed;
  },
  "the service is added without `richHandlers`, so its handlers cannot be asynchronous": () =>
    compiled(/richHandlers\(OrderServiceService, (\{[\s\S]*?\n {2}\})\)/, "$1"),
  "an option is misspelled": () => compiled("catalogs:", "catalog:"),
  "the client has no `catalogs`": () => ran({ client: "" }),
  "the server has no interceptor, so nothing reports a masked failure": () =>
    ran({ server: "new Server()", thrown: 'new Error("secret")' }),
  "an asynchronous handler throws without `richHandlers`": async () => {
    await writeFile(join(project.folder, "program.mjs"), program({ handlers: "handlers" }));
    return failing("node", "program.mjs");
  },
  "a detail has a misspelled field or a wrong value, in JavaScript": async () => {
    const thrown = 'new OrderRejectedError({ ordreId: "o-7", rule: 7n })';
    await writeFile(join(project.folder, "program.mjs"), program({ thrown }));
    return project.run("bash", "-c", "node program.mjs 2>&1");
  },
  "an option is misspelled, in JavaScript": async () => {
    const server = "new Server({ interceptors: [richErrorServerInterceptor({ catalog: [catalog] })] })";
    await writeFile(join(project.folder, "program.mjs"), program({ server }));
    return failing("node", "program.mjs");
  },
};

test.each(Object.entries(MISTAKES))(
  "the page has the message if %s",
  async (wrong, make) => {
    const row = rows.find((row) => row.wrong === wrong);
    expect(row).toBeDefined();
    const message = messageIn(row?.seen ?? "");
    expect(message.length).toBeGreaterThan(20);
    expect(await make()).toContain(message);
  },
  120_000,
);

test("the page has no other messages", () => {
  expect(rows.map(({ wrong }) => wrong).sort()).toEqual(Object.keys(MISTAKES).sort());
});

test("the program of the mistakes has the typed error without a mistake", async () => {
  expect(await ran({})).toMatch(/^OrderRejectedError: order o-7 breaks rule 7\n[\s\S]*\} true\n$/);
}, 300_000);
