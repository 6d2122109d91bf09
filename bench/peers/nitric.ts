import type { ServiceError } from "@grpc/grpc-js";
import { parse } from "@nitric/grpc-error-status";
import { details } from "./google-protobuf.js";
import type { Peer } from "./peer.js";

type Parsed = NonNullable<ReturnType<typeof parse>>;
type Deserializer = Parameters<Parsed["parseDetails"]>[0];

// Tries to parse each detail as the requested type, so that a result may be a detail of another type.
const find = (received: unknown, name: string) =>
  parse(received as ServiceError)?.parseDetails(details[name] as unknown as Deserializer);

/** Only reads. */
export const nitric: Peer = {
  name: "@nitric/grpc-error-status",
  reason: (received) => (find(received, "ErrorInfo")?.[0] as { reason?: string } | undefined)?.reason,
  detail: (received) => find(received, "BadRequest"),
  all: (received) => {
    const parsed = parse(received as ServiceError);
    return Object.values(details).map((of) => parsed?.parseDetails(of as unknown as Deserializer));
  },
};
