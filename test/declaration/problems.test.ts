import { expect, it } from "vitest";
import { Problems } from "../../src/declaration/problems.js";

it("problems are printed in the order of files and places, each once", () => {
  const problems = new Problems();
  problems.report({ file: "b.proto", line: 1, column: 1 }, "last");
  problems.report({ file: "a.proto", line: 10, column: 2 }, "fourth");
  problems.report({ file: "a.proto", line: 9, column: 7 }, "third");
  problems.report({ file: "a.proto", line: 9, column: 5 }, "second, b");
  problems.report({ file: "a.proto", line: 9, column: 5 }, "second, a");
  problems.report({ file: "a.proto" }, "first, without a place");
  problems.report({ file: "a.proto", line: 9, column: 7 }, "third");
  expect(problems.toString().split("\n")).toEqual([
    "a.proto: first, without a place",
    "a.proto:9:5: second, a",
    "a.proto:9:5: second, b",
    "a.proto:9:7: third",
    "a.proto:10:2: fourth",
    "b.proto:1:1: last",
  ]);
  expect(problems.size).toBe(7);
});
