import { expect, test } from "vitest";
import { withFigures } from "../../../bench/report/readme.js";
import type { Results } from "../../../bench/report/results.js";

const results: Results = {
  date: "2026-11-21",
  node: "20.20.2",
  versions: { "grpc-rich-errors": "1.0.0", "@grpc/grpc-js": "1.14.7" },
  cpu: "Some processor",
  cpus: 2,
  parts: [
    {
      name: "work",
      title: "Some work",
      extent: "3 rounds",
      figures: [{ id: "a", title: "A", unit: "µs", rows: [{ name: "by hand", value: 1, ratio: 1 }] }],
    },
  ],
};

test("figures replace what stands between the markers, and nothing else", () => {
  const once = withFigures("Before.\n\n<!-- figures -->\nold\n<!-- /figures -->\n\nBehind.\n", results);
  expect(once).toMatch(/^Before\.\n\n<!-- figures -->\nMeasured on 2026-11-21 with Node 20\.20\.2/);
  expect(once).toContain("### Some work\n\n3 rounds.\n\n| A | µs | ratio |");
  expect(once).toMatch(/\n<!-- \/figures -->\n\nBehind\.\n$/);
  expect(once).not.toContain("old");
  expect(withFigures(once, results)).toBe(once);
});

test("a page without the markers is refused", () => {
  expect(() => withFigures("Before.", results)).toThrow(RangeError);
});
