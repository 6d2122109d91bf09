import { Metadata } from "@grpc/grpc-js";
import {
  type AnyCall,
  type Callback,
  DISCONNECTED,
  DROPPED,
  dies,
  each,
  error,
  lives,
  type Row,
  SHAPES,
  TYPED,
} from "./row.js";
import { storeUpload } from "./uploads.js";

const CANCELLED = "1 CANCELLED: Cancelled on client";

/** Rejects in a listener for an event. */
const rejectsAt = (event: string) => (call: AnyCall, _callback: Callback) => {
  call.on(event, async () => {
    throw error();
  });
};

/** Reads an upload to its end, then stores it. */
const store = async (call: AnyCall, callback: Callback) => {
  call.sendMetadata(new Metadata());
  for await (const _ of call);
  storeUpload(call);
  callback(null, "stored");
};

/** Listeners that reject, and uploads that break off. */
export const LISTENER_ROWS: readonly Row[] = [
  ...each(["clientStream", "bidi"], {
    what: 'rejects in an async listener for "data"',
    handler: rejectsAt("data"),
    before: dies(DROPPED),
    after: TYPED,
  }),
  ...each(["clientStream", "bidi"], {
    what: 'rejects in an async listener for "end"',
    handler: (call, callback) => {
      rejectsAt("end")(call, callback);
      call.on("data", () => {});
    },
    before: dies(DROPPED),
    after: TYPED,
  }),
  ...each(SHAPES, {
    what: 'rejects in an async listener for "cancelled"',
    handler: (call, _callback) => {
      rejectsAt("cancelled")(call, _callback);
      call.sendMetadata(new Metadata());
    },
    client: "cancels during the call",
    before: { client: CANCELLED, leaks: false, storesHalf: false, lives: false },
    after: lives(CANCELLED),
  }),
  {
    what: "reads an upload with for await, and the client disconnects",
    shape: "clientStream",
    handler: store,
    client: "disconnects during its upload",
    before: { ...lives(DISCONNECTED), storesHalf: true },
    after: lives(DISCONNECTED),
  },
  {
    what: "reads an upload with listeners, and the client disconnects",
    shape: "clientStream",
    handler: (call, callback) => {
      call.sendMetadata(new Metadata());
      call.on("data", () => {});
      call.on("end", () => {
        storeUpload(call);
        callback(null, "stored");
      });
    },
    client: "disconnects during its upload",
    before: { ...lives(DISCONNECTED), storesHalf: true },
    after: lives(DISCONNECTED),
  },
];
