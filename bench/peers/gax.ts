import { GoogleError } from "google-gax";
import type { Peer } from "./peer.js";

const parse = (received: unknown) => GoogleError.parseGRPCStatusDetails(received as GoogleError);

/** Only reads, and always everything. */
export const gax: Peer = {
  name: "google-gax",
  reason: (received) => parse(received).reason,
  detail: (received) => parse(received).statusDetails,
  all: (received) => parse(received).statusDetails,
};
