import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { DescFile } from "@bufbuild/protobuf";
import {
  file_google_protobuf_struct,
  file_google_protobuf_type,
  file_google_protobuf_wrappers,
} from "@bufbuild/protobuf/wkt";
import { expect, it } from "vitest";
import { moduleOf } from "./protoc-gen-js.js";

// Google's package holds classes that protoc-gen-js wrote.

it.each<[string, DescFile]>([
  ["struct", file_google_protobuf_struct],
  ["type", file_google_protobuf_type],
  ["wrappers", file_google_protobuf_wrappers],
])("the classes for %s.proto are those that protoc-gen-js wrote", (name, file) => {
  const path = createRequire(import.meta.url).resolve(`google-protobuf/google/protobuf/${name}_pb.js`);
  const published = statementsIn(readFileSync(path, "utf8"));
  const own = statementsIn(moduleOf(file));
  expect(own.length).toBeGreaterThan(50);
  // Other statements are exports of enums, and the values of enums.
  expect(own.filter((statement) => !published.includes(statement))).toEqual([]);
  const missing = published.filter((statement) => statement.includes(" = function(") && !own.includes(statement));
  // Google adds these to a few well-known types.
  expect(missing.filter((statement) => !/(to|from)JavaScript = /.test(statement))).toEqual([]);
});

/** The statements of a module without comments and white space, of which protoc-gen-js writes some at random. */
function statementsIn(code: string): string[] {
  return code
    .replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "")
    .split(/^(?=(?:proto|goog|var)\b)/m)
    .map((statement) =>
      statement
        .replaceAll(/\s+/g, " ")
        .replaceAll(/ (?=\()|(?<=\() /g, "")
        .trim(),
    );
}
