import { GoogleError } from "google-gax";
import type { Peer } from "./peer.js";

const parse = (given: unknown) => GoogleError.parseGRPCStatusDetails(given as GoogleError);

/** Only reads, and everything at once. */
export const gax: Peer = {
  name: "google-gax",
  reason: (given) => parse(given).reason,
  detail: (given) => parse(given).statusDetails,
  all: (given) => parse(given).statusDetails,
};
