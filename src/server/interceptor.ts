import type { ServerInterceptor } from "@grpc/grpc-js";
import { BoundaryCall } from "./call.js";
import { enterCall, watchUncaught } from "./call-listener.js";
import { checkServerOptions, optionsOfMethods, type RichErrorServerOptions, resolveOptions } from "./options.js";
import { RunningCalls, withRunningCalls } from "./running-calls.js";

/**
 * Creates a server interceptor that ends every failed call with exactly one
 * correct status, and masks failures that are not meant for the client.
 *
 * ```ts
 * const server = new Server({ interceptors: [richErrorServerInterceptor({ catalogs: [catalog] })] });
 * server.addService(OrdersService, richHandlers(OrdersService, orders));
 * ```
 *
 * Put it first among the interceptors of the server, where it sees the status
 * that the others make. Attach it once: a second one has no effect, and the
 * process emits a warning.
 *
 * - It ends a call with whatever another interceptor throws or rejects with.
 *   For exceptions in factories and in `start`, set `containUncaught`.
 * - If another interceptor clones the metadata of an error or adds to it, the error stays
 *   intact. If it changes the code or the text, its status replaces the error.
 * - Metadata that HTTP/2 cannot carry is left out, and the process emits a warning.
 *
 * For handlers without `richHandlers`, the interceptor sees only a status. It recognizes a `RichError` by the metadata
 * that grpc-js read from it. It masks errors without a code. It recognizes another server's error by code, text and
 * metadata, but not that of a nice-grpc client, nor that of a plain grpc-js client after the other server's headers.
 * Set `maskPlainStatuses` to mask these as well.
 *
 * @throws TypeError if an option is unknown or has a value of the wrong type, or an entry of `map` can never match
 * @throws RangeError if `maxHeaderBytes` is not a whole number from 1,024 to 60,000
 */
export function richErrorServerInterceptor<const Thrown extends readonly unknown[] = []>(
  options: RichErrorServerOptions<Thrown> = {},
): ServerInterceptor {
  checkServerOptions(options);
  const resolved = resolveOptions(options);
  const byMethod = optionsOfMethods(options.contracts ?? [], options.strictContracts ?? false, resolved);
  const calls = new RunningCalls(resolved.catalogs);
  if (resolved.containUncaught) watchUncaught();
  return withRunningCalls((method, next) => {
    const call = new BoundaryCall(next, method, resolved, byMethod.get(method.path) ?? resolved, calls);
    if (resolved.containUncaught) enterCall(call);
    return call;
  }, calls);
}
