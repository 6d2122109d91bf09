import { describe, expect, it } from "vitest";
import { parseComment } from "../../src/declaration/comment.js";

const documentationOf = (comment: string) => parseComment(comment, "Order gone.").documentation;

describe("the documentation of an error", () => {
  it("has the first paragraph as its summary, on one line", () => {
    expect(documentationOf(" There is no\n order of this number.\n\n More about it.\n")).toEqual({
      summary: "There is no order of this number.",
    });
  });

  it("has the reason in words as its summary if there is no comment", () => {
    expect(documentationOf("")).toEqual({ summary: "Order gone." });
    expect(documentationOf("\n  \n")).toEqual({ summary: "Order gone." });
  });

  it("has the causes and the client action in properties of their own", () => {
    const comment = [
      " Gone.",
      "",
      " Common causes:",
      " - Somebody deleted",
      "   it.",
      " * It was never there.",
      "",
      " Client action: Look",
      " for another.",
      "",
    ].join("\n");
    expect(documentationOf(comment)).toEqual({
      summary: "Gone.",
      causes: ["Somebody deleted it.", "It was never there."],
      clientAction: "Look for another.",
    });
  });

  it("finds headings in any case, alone on a line and above an empty line", () => {
    const comment = " Gone.\n\n CLIENT ACTION:\n Look.\n\n common causes:\n\n - Time.\n\n Rest.\n";
    expect(documentationOf(comment)).toEqual({ summary: "Gone.", causes: ["Time."], clientAction: "Look." });
  });

  it("reads text without bullets as one cause", () => {
    expect(documentationOf(" Gone.\n\n Common causes: the disk\n is full.\n").causes).toEqual(["the disk is full."]);
  });

  it("finds the summary below the sections", () => {
    expect(documentationOf(" Common causes:\n - Time.\n\n Gone.\n")).toEqual({ summary: "Gone.", causes: ["Time."] });
  });

  it("has no empty sections", () => {
    expect(documentationOf(" Gone.\n\n Client action:\n\n Common causes:\n")).toEqual({ summary: "Gone." });
  });

  it("contains no directives for tools", () => {
    const comment = parseComment(" Gone.\n buf:lint:ignore ENUM_VALUE_PREFIX\n", "");
    expect(comment).toEqual({ lines: ["Gone."], documentation: { summary: "Gone." }, remarks: "" });
  });

  it("keeps the indentation within the comment", () => {
    expect(parseComment("\n  Gone:\n\n      code\n  end\u2028  x\u0007\n", "").lines).toEqual([
      "Gone:",
      "",
      "    code",
      "end",
      "x",
    ]);
  });
});
