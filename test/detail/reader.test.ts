import { fromStatus } from "grpc-rich-errors";
import { packDetail } from "grpc-rich-errors/details";
import { expect, it } from "vitest";
import { DetailReader } from "../../src/detail/reader.js";
import type { Issue } from "../../src/issue.js";
import { brokenCodec, declare, definition, textCodec } from "../support/declared.js";

const fact = (text: string) => packDetail(textCodec("test.v1.Fact"), { text });

it("reports a detail that cannot be read once", () => {
  const issues: Issue[] = [];
  const reader = new DetailReader({ errorDetails: [fact("one"), fact("two")] }, issues);
  const broken = brokenCodec("test.v1.Fact");
  expect([reader.find(broken), reader.findAll(broken)]).toEqual([undefined, []]);
  expect(issues.map(({ kind }) => kind)).toEqual(["malformed-detail", "malformed-detail"]);
});

it("returns an empty message for a missing own detail", () => {
  const reader = new DetailReader({ errorDetails: [] }, []);
  expect(reader.own(definition({ detail: textCodec("test.v1.Fact") as never }))).toEqual({ text: "" });
  expect(reader.own(definition({ detail: brokenCodec("test.v1.Fact") as never }))).toBeUndefined();
  expect(reader.own(definition())).toBeUndefined();
});

it("reads details by type from an error that no catalog knows", () => {
  const Declared = declare({ detail: textCodec("test.v1.Fact") });
  const error = fromStatus({ code: 13, message: "", details: new Declared({ text: "one" }).errorDetails });
  expect([error.detail, error.findDetail(textCodec("test.v1.Fact"))]).toEqual([undefined, { text: "one" }]);
});
