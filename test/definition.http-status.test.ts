import { readFileSync } from "node:fs";
import { Code } from "grpc-rich-errors";
import { expect, it } from "vitest";
import { defaultHttpStatus } from "../src/defaults.js";

const proto = readFileSync(new URL("../proto/google/rpc/code.proto", import.meta.url), "utf8");

/** The last "HTTP Mapping" in the comment above a value is the value's own. */
const MAPPINGS = new Map(
  [...proto.matchAll(/HTTP Mapping: (\d{3})[^=]*?\n {2}([A-Z_]+) = \d+;/g)].map(([, status, name]) => [
    name,
    Number(status),
  ]),
);

it.each(Object.entries(Code))("%s has the HTTP status that Google's proto says", (name, code) => {
  expect(defaultHttpStatus(code)).toBe(MAPPINGS.get(name));
});
