import { Code, RichError } from "grpc-rich-errors";
import { expect, it } from "vitest";
import { defaultFault } from "../src/defaults.js";

const SERVERS = ["UNKNOWN", "DEADLINE_EXCEEDED", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS"];

it.each(Object.entries(Code))("%s is the fault of the side that the code speaks of", (name, code) => {
  const fault = SERVERS.includes(name) ? "SERVER" : "CALLER";
  expect([defaultFault(code), new RichError(code, "no").fault]).toEqual([fault, fault]);
});
