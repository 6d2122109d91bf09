import { describe, expect, it } from "vitest";
import { YamlFile, type YamlPath } from "../../../src/cli/setup/yaml-file.js";

function append(text: string, path: YamlPath, ...items: unknown[]): string {
  return new YamlFile("buf.yaml", text).append(path, items).text;
}

describe("YamlFile", () => {
  it.each<[string, string, YamlPath, unknown, string]>([
    ["a block list", "lint:\n  ignore:\n    - a\n", ["lint", "ignore"], "b", "lint:\n  ignore:\n    - a\n    - b\n"],
    ["a list that is not indented", "a:\n- x # first\nb: 1\n", ["a"], "y", "a:\n- x # first\n- y\nb: 1\n"],
    ["a flow list", "a: [x, 'y'] # why\n", ["a"], "z", "a: [x, 'y', z] # why\n"],
    ["an empty flow list", "a: []\n", ["a"], "z", "a: [z]\n"],
    ["a flow list over lines", "a: [\n  x,\n  y,\n]\n", ["a"], "z", "a: [\n  x,\n  y, z\n]\n"],
    ["a key without a value", "a:\nb: 1\n", ["a"], "x", "a:\n  - x\nb: 1\n"],
    ["no such key", "b: 1 # one\n", ["a", "c"], "x", "b: 1 # one\na:\n  c:\n    - x\n"],
    [
      "no such key in a map",
      "a:\n  b: 1\n\n# end\nd: 2\n",
      ["a", "c"],
      "x",
      "a:\n  b: 1\n  c:\n    - x\n\n# end\nd: 2\n",
    ],
    ["a flow map", "m: [{path: p}]\n", ["m", 0, "excludes"], "x", "m: [{path: p, excludes: [x]}]\n"],
    [
      "an item of a list",
      "m:\n  - path: p\n  - path: q\n",
      ["m", 0, "e"],
      "x",
      "m:\n  - path: p\n    e:\n      - x\n  - path: q\n",
    ],
    ["an empty file", "", ["a"], "x", "a:\n  - x\n"],
    ["a file of comments", "# todo\n", ["a"], "x", "# todo\na:\n  - x\n"],
    ["a comment without a line break", "# todo", ["a"], "x", "# todo\na:\n  - x\n"],
    ["a byte order mark", "\ufeffa: 1\n", ["b"], "x", "\ufeffa: 1\nb:\n  - x\n"],
    ["a file without a last line break", "a:\n  - x", ["a"], "y", "a:\n  - x\n  - y"],
    ["line breaks of Windows", "a:\r\n  - x\r\nb: 1\r\n", ["a"], "y", "a:\r\n  - x\r\n  - y\r\nb: 1\r\n"],
    [
      "a map as the item",
      "p:\n  - l: a\n    opt: [x,  y]\n",
      ["p"],
      { l: "b", out: "gen" },
      "p:\n  - l: a\n    opt: [x,  y]\n  - l: b\n    out: gen\n",
    ],
    ["a block scalar at the end", "p:\n  - |\n    text\nq: 1\n", ["p"], "x", "p:\n  - |\n    text\n  - x\nq: 1\n"],
    ["a comment after the list", "a:\n  - x\n  # - y\n", ["a"], "z", "a:\n  - x\n  - z\n  # - y\n"],
    ["text that YAML would read otherwise", "a: [b]\n", ["a"], "import_suffix=", "a: [b, import_suffix=]\n"],
  ])("appends to %s", (_, text, path, item, expected) => {
    expect(append(text, path, item)).toBe(expected);
  });

  it("appends several items", () => {
    expect(append("a:\n  - x\n", ["a"], "y", "z")).toBe("a:\n  - x\n  - y\n  - z\n");
    expect(append("a: [x]\n", ["a"], "y", "z")).toBe("a: [x, y, z]\n");
  });

  it.each<[string, YamlPath]>([
    ["a: text\n", ["a"]],
    ["a: text\n", ["a", "b"]],
    ["x: &x [1]\na: *x\n", ["a"]],
    ["- a\n", ["b"]],
  ])("refuses a value that is no list, with what to add: %j at %j", (text, path) => {
    expect(() => append(text, path, "new")).toThrow(
      `rich-errors: buf.yaml: ${path.join(".")} is not a plain list; add to it by hand: new`,
    );
  });

  it("names the place of a mistake", () => {
    expect(() => new YamlFile("buf.yaml", "version: v2\nlint: [\n")).toThrow(
      /^rich-errors: buf\.yaml:3:1: .*; correct the YAML$/,
    );
  });

  it("reads through aliases", () => {
    const yaml = new YamlFile("x", "a: &list [x, y]\nb: *list\nc: [&one x, *one]\n");
    expect([yaml.textsAt(["b"]), yaml.textsAt(["c"])]).toEqual([
      ["x", "y"],
      ["x", "x"],
    ]);
  });

  it("reads texts and lists", () => {
    const yaml = new YamlFile("x", "version: v2\none: x\nmany: [a, 1, {b: c}]\nnone:\n");
    expect(yaml.textAt(["version"])).toBe("v2");
    expect([yaml.textsAt(["one"]), yaml.textsAt(["many"]), yaml.textsAt(["none"])]).toEqual([["x"], ["a", "1"], []]);
    expect([yaml.lengthAt(["many"]), yaml.lengthAt(["one"])]).toEqual([3, 0]);
    expect([yaml.has(["one"]), yaml.has(["none"]), yaml.has(["many", 2, "b"]), yaml.has(["x", "y"])]).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });
});
