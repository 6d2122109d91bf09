import type { ServerInterceptor } from "@grpc/grpc-js";
import { BoundaryCall } from "./call.js";
import { enterCall, watchUncaught } from "./call-listener.js";
import { carrying, RunningCalls } from "./drain.js";
import type { RichErrorServerOptions } from "./options.js";
import { checkServerOptions, optionsOfMethods, resolveOptions } from "./options.js";

/**
 * The boundary of a server: makes one correct status of every failure, and lets
 * nothing through that was not meant for the client.
 *
 * ```ts
 * const server = new Server({ interceptors: [richErrorServerInterceptor({ catalogs: [catalog] })] });
 * server.addService(OrdersService, richHandlers(OrdersService, orders));
 * ```
 *
 * Put it first among a server's interceptors: the first is the nearest to the
 * network, and sees what the others make of a status. For handlers that are not
 * wrapped by `richHandlers` it masks errors without a code, and sends no
 * metadata with an error, because it cannot see whose metadata it is. It masks other
 * servers' errors that can be told by code, text and metadata: not those of a
 * nice-grpc client, nor those of a plain grpc-js client after the other server's
 * headers, unless `maskPlainStatuses` masks every status.
 *
 * - Whatever the other interceptors throw or reject with ends the call. With
 *   `containUncaught`, this includes factories and `start`.
 * - If another interceptor copies the metadata of an error, the error stays. If
 *   it changes the code or the text, its status is sent instead.
 * - Metadata that HTTP/2 cannot carry is left out, with a process warning.
 * - Attached twice, the first interceptor counts, and the process is warned.
 *
 * @throws TypeError for an option that is not known, a catalog or contract that is none, an entry of the error map
 *   that is none or is never reached
 * @throws RangeError if `maxHeaderBytes` is not a whole number from 1,024 to 60,000
 */
export function richErrorServerInterceptor<const Thrown extends readonly unknown[] = []>(
  options: RichErrorServerOptions<Thrown> = {},
): ServerInterceptor {
  checkServerOptions(options);
  const policy = resolveOptions(options);
  const policies = optionsOfMethods(options.contracts ?? [], options.strictContracts ?? false, policy);
  const calls = new RunningCalls(policy.catalogs);
  if (policy.containUncaught) watchUncaught();
  return carrying((method, next) => {
    const call = new BoundaryCall(next, method, policy, policies.get(method.path) ?? policy, calls);
    if (policy.containUncaught) enterCall(call);
    return call;
  }, calls);
}
