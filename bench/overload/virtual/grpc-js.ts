import { Metadata, type StatusObject, status } from "@grpc/grpc-js";
import { MessageBufferTracker, RetryingCall, RetryThrottler } from "@grpc/grpc-js/build/src/retrying-call.js";
import { busy } from "../busy.js";
import type { Client } from "../load.js";
import { DEADLINE, RETRY_POLICY, THROTTLING } from "../numbers.js";
import type { Service } from "../service.js";

type Parameters = ConstructorParameters<typeof RetryingCall>;
type ChildCall = ReturnType<Parameters[0]["createLoadBalancingCall"]>;

const CONFIG = { methodConfig: { name: [], retryPolicy: RETRY_POLICY } } as unknown as Parameters[1];

const buffers = new MessageBufferTracker(1e9, 1e9);
const throttlers = new Map<string, RetryThrottler>();

function throttlerOf(address: string): RetryThrottler {
  const known = throttlers.get(address) ?? new RetryThrottler(THROTTLING.maxTokens, THROTTLING.tokenRatio);
  throttlers.set(address, known);
  return known;
}

/** The retries of grpc-js, above a channel that leads to the service. */
export function grpcJs(service: Service): Client {
  return clientOf(service, undefined);
}

export function grpcJsWithThrottling(service: Service, address: string): Client {
  return clientOf(service, throttlerOf(address));
}

function clientOf(service: Service, throttler: RetryThrottler | undefined): Client {
  // What a RetryingCall uses of its channel.
  const channel = {
    getOptions: () => ({}),
    createLoadBalancingCall: () => attempt(service),
  } as unknown as Parameters[0];
  let number = 0;
  const call = () =>
    new Promise<void>((resolve, reject) => {
      const credentials = undefined as unknown as Parameters[4];
      const all = new RetryingCall(channel, CONFIG, "", "", credentials, Infinity, number++, buffers, throttler);
      const timer = setTimeout(() => all.cancelWithStatus(status.DEADLINE_EXCEEDED, "late"), DEADLINE);
      all.start(new Metadata(), {
        onReceiveMetadata: () => {},
        onReceiveMessage: () => {},
        onReceiveStatus: (end) => {
          clearTimeout(timer);
          if (end.code === status.OK) resolve();
          else reject(end);
        },
      });
    });
  return { call, close: () => {} };
}

/** One attempt, as grpc-js's own load balancer makes it. */
function attempt(service: Service): ChildCall {
  const child: Pick<ChildCall, "start" | "cancelWithStatus"> = {
    start: async (_, listener) => {
      const isServed = await service.serve();
      if (isServed) listener.onReceiveMetadata(new Metadata());
      const ok: StatusObject = { code: status.OK, details: "", metadata: new Metadata() };
      listener.onReceiveStatus({ ...(isServed ? ok : busy()), progress: "PROCESSED" });
    },
    cancelWithStatus: () => {},
  };
  return child as ChildCall;
}
