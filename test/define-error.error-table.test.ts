import { describe, expect, it } from "vitest";
import { ErrorTable } from "../src/define-error.js";
import { TestError } from "./support/table.js";

describe("a table of errors", () => {
  it("has a line for each error", () => {
    const table = new ErrorTable(TestError, { domain: "d", prefix: "" }, "A = 1 {}\nB = 2 {}\n");
    expect([table.line(0), table.line(1), table.line(2), table.line(3)]).toEqual(["A = 1 {}", "B = 2 {}", "", ""]);
  });
});
