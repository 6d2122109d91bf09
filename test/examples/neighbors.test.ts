import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from "@connectrpc/connect-node";
import { Code, type RichError } from "grpc-rich-errors";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { connectCustomer, startConnect } from "../../examples/neighbors/connect.js";
import type { Customer } from "../../examples/neighbors/customer.js";
import { startExpress } from "../../examples/neighbors/express.js";
import { startFastify } from "../../examples/neighbors/fastify.js";
import { BoxOfficeBusyError, SeatTakenError } from "../../examples/neighbors/gen/tickets/v1/errors.rich.js";
import { grpcJsCustomer } from "../../examples/neighbors/grpc-js.js";
import { httpCustomer } from "../../examples/neighbors/http-customer.js";
import { niceGrpcCustomer, startNiceGrpc } from "../../examples/neighbors/nice-grpc.js";

const FOLDER = fileURLToPath(new URL("../../examples/neighbors/", import.meta.url));

const SERVERS = { "nice-grpc": startNiceGrpc, Connect: startConnect };

type Open = (address: string) => Customer | Promise<Customer>;

/** Customers of any gRPC server. */
const CUSTOMERS: Readonly<Record<string, Open>> = {
  "nice-grpc": niceGrpcCustomer,
  "Connect over gRPC": (address) => connectCustomer(createGrpcTransport({ baseUrl: `http://${address}` })),
  "grpc-js": grpcJsCustomer,
  Express: (address) => behind(startExpress, address),
  Fastify: (address) => behind(startFastify, address),
};

/** Customers of a server of Connect, over its other protocols. */
const OF_CONNECT: Readonly<Record<string, Open>> = {
  Connect: (address) => connectCustomer(createConnectTransport({ baseUrl: `http://${address}`, httpVersion: "2" })),
  "gRPC-Web": (address) => connectCustomer(createGrpcWebTransport({ baseUrl: `http://${address}`, httpVersion: "2" })),
};

async function behind(start: typeof startExpress, address: string): Promise<Customer> {
  const gateway = await start(address);
  onTestFinished(gateway.close);
  return httpCustomer(gateway.address);
}

const PAIRS = Object.entries(SERVERS).flatMap(([server, start]) =>
  Object.entries({ ...CUSTOMERS, ...(server === "Connect" ? OF_CONNECT : {}) }).map(
    ([customer, open]) => [server, customer, start, open] as const,
  ),
);

describe.each(PAIRS)("a server of %s and a customer with %s", (_server, name, start, open) => {
  afterEach(() => void vi.restoreAllMocks());

  async function enter(): Promise<Customer> {
    const { address, close } = await start();
    onTestFinished(close);
    const customer = await open(address);
    onTestFinished(() => customer.close());
    return customer;
  }

  it("agree on a declared error, its detail and its retry delay", async () => {
    const customer = await enter();
    expect(await customer.bookSeat("A1")).toBe(1);
    await expect(customer.bookSeat("A1")).rejects.toBeRichError(SeatTakenError, { seat: "A1", freeSeats: 2 });
    const busy = await customer.bookSeat("Z9").catch((error: unknown) => error);
    expect(busy).toBeInstanceOf(BoxOfficeBusyError);
    expect(busy).toMatchObject({ retryDelay: 2000, recovery: "BACK_OFF_AND_RETRY", issues: [] });
  });

  it("agree on the error of a stream, after its messages", async () => {
    const tickets: number[] = [];
    const book = async () => {
      for await (const ticket of (await enter()).bookSeats(["A1", "A2", "A1"])) tickets.push(ticket);
    };
    await expect(book()).rejects.toBeRichError(SeatTakenError, { seat: "A1", freeSeats: 1 });
    expect(tickets).toEqual([1, 2]);
  });

  it("keep a secret", async () => {
    const log = vi.spyOn(console, "error").mockReturnValue();
    const error = (await (await enter()).bookSeat("broken").catch((thrown: unknown) => thrown)) as RichError;
    expect(error).toMatchObject({ code: Code.INTERNAL, message: "internal error" });
    expect(JSON.stringify(error)).not.toContain("hunter2");
    const requestId = error.standardDetails.requestInfo?.requestId;
    const logged = log.mock.calls.filter(([, thrown]) => String(thrown).includes("hunter2"));
    // A gateway gives an id of its own.
    if (name !== "Express" && name !== "Fastify") expect(logged.map(([id]) => id)).toEqual([requestId]);
    else expect(requestId).toMatch(/^[\w-]{36}$/);
  });
});

describe("the program", () => {
  it("prints what its page shows", async () => {
    const main = fileURLToPath(new URL("../../build/examples/neighbors/main.js", import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [main]);
    expect(await readFile(`${FOLDER}README.md`, "utf8")).toContain(`\`\`\`text\n${stdout}\`\`\`\n`);
  }, 30_000);
});
