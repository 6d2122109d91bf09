import { Metadata, Server, type ServerUnaryCall } from "@grpc/grpc-js";
import { packError, type RichError, richErrorServerInterceptor, richHandlers, StandardDetails } from "grpc-rich-errors";
import { onTestFinished } from "vitest";
import { type ShapeRequest, type ShapeResponse, ShapesService } from "../gen/shapes/v1/shapes.js";
import { catalog, SIDES, TooManySidesError, tooManySides } from "./errors.js";
import { type Handlers, listen } from "./shapes.js";

/** The sizes of the errors, in bytes of their large part. */
export const SIZES: readonly number[] = [1, 4, 8, 64, 1024].map((kilobytes) => kilobytes * 1024);

/**
 * How long to wait for an error, in milliseconds: long enough for a busy machine,
 * and short if the error hangs the connection of plain grpc-js.
 */
export function patienceFor(bytes: number, isBounded: boolean): number {
  return isBounded || bytes < 60_000 ? 60_000 : 250;
}

/** The parts that make an error large. */
const KINDS: readonly ((bytes: number) => RichError)[] = [
  (bytes) => tooManySides({ errorDetails: new StandardDetails().setDebugInfo("d".repeat(bytes)) }),
  (bytes) => tooManySides({ message: "m".repeat(bytes) }),
  (bytes) => new TooManySidesError({ ...SIDES, shape: "s".repeat(bytes) }, { message: "too many sides" }),
  (bytes) => tooManySides({ info: { note: "n".repeat(bytes) } }),
  (bytes) => {
    const details = new StandardDetails();
    for (let sum = 0; sum < bytes; sum += 100) details.addFieldViolation(`items[${sum}]`, "v".repeat(80));
    return tooManySides({ errorDetails: details });
  },
  (bytes) => {
    const metadata = new Metadata();
    for (let sum = 0; sum < bytes; sum += 100) metadata.set(`x-${sum}`, "t".repeat(64));
    return tooManySides({ metadata });
  },
];

const made = new Map<string, RichError>();

/** The error of a request, which has the size and the number of the part that is large. */
function largeError({ scenario, before }: ShapeRequest): RichError {
  const kind = Number(scenario) % KINDS.length;
  const key = `${kind} ${before}`;
  const error = made.get(key) ?? KINDS[kind]?.(before);
  if (!error) throw new RangeError(`there is no kind ${scenario}`);
  made.set(key, error);
  return error;
}

/**
 * Starts a server that fails with large errors, and returns its port.
 *
 * @param maxHeaderBytes the budget; `undefined` for a server of plain grpc-js, which sends each error whole
 */
export async function startLarge(maxHeaderBytes: number | undefined): Promise<number> {
  const isBounded = maxHeaderBytes !== undefined;
  const server = new Server(
    isBounded ? { interceptors: [richErrorServerInterceptor({ catalogs: [catalog], maxHeaderBytes })] } : {},
  );
  const fail = ({ request }: { request: ShapeRequest }) => {
    throw largeError(request);
  };
  const handlers: Handlers = {
    unary: fail,
    serverStream: fail,
    clientStream: async (call) => {
      for await (const request of call) fail({ request });
      return { index: 0 };
    },
    async *bidi(call) {
      for await (const request of call) {
        yield { index: 0 };
        fail({ request });
      }
    },
  };
  const unary = (call: ServerUnaryCall<ShapeRequest, ShapeResponse>, callback: (error: object) => void) =>
    callback(packError(largeError(call.request)));
  server.addService(ShapesService, isBounded ? richHandlers(ShapesService, handlers) : { unary });
  onTestFinished(() => server.forceShutdown());
  return listen(server);
}

/** A table of how many errors arrived with their reason. */
export function sizesTable(title: string, columns: Readonly<Record<string, readonly string[]>>): string {
  const head = `| ${title} | ${Object.keys(columns).join(" | ")} |\n|---|${"---|".repeat(Object.keys(columns).length)}`;
  const rows = SIZES.map(
    (bytes, index) =>
      `| ${bytes / 1024} KB | ${Object.values(columns)
        .map((cells) => cells[index])
        .join(" | ")} |`,
  );
  return [head, ...rows].join("\n");
}
