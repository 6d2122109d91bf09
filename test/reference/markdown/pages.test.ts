import { join } from "node:path";
import fc from "fast-check";
import type { Nodes, Root } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { toString as textOf } from "mdast-util-to-string";
import { gfm } from "micromark-extension-gfm";
import { visit } from "unist-util-visit";
import { beforeAll, describe, expect, it } from "vitest";
import type { Listing } from "../../../src/reference/listing.js";
import { markdownPages } from "../../../src/reference/markdown/pages.js";
import { EVENT_LOG_TABLE } from "../../catalogs/eventlog-table.js";
import { run } from "../../cli/fake-terminal.js";
import { listingFor, protoWith } from "../../cli/images.js";
import { runs } from "../../fuzz/runs.js";
import { ROOT } from "../../plugin/compile.js";

describe("a reference in Markdown", () => {
  let listing: Listing;
  let pages: Map<string, Root>;
  beforeAll(async () => {
    listing = JSON.parse((await run(["catalog", join(ROOT, "proto"), "--format", "json"])).out);
    pages = new Map(markdownPages(listing, "files").map(({ fileName, text }) => [fileName, parse(text)]));
  });

  function pageOf(fileName: string): Root {
    return pages.get(fileName) ?? { type: "root", children: [] };
  }

  it("has one page for each domain", () => {
    const names = "aerospike eventlog hapnd server indexes registry streams";
    expect([...pages.keys()]).toEqual(names.split(" ").map((name) => `${name}.md`));
  });

  it("has the errors of the event log in the order and the groups of its owner's page", () => {
    const groups = overviewOf(pageOf("eventlog.md"));
    const categories = new Set(EVENT_LOG_TABLE.map(([, , , category]) => category));
    expect(groups.map(({ title }) => title.replace(/ \(\d+ to \d+\)$/, ""))).toEqual([...categories]);
    expect(groups.flatMap(({ rows }) => rows.map(({ Number: number, Error: name }) => [Number(number), name]))).toEqual(
      EVENT_LOG_TABLE.map(([number, name]) => [number, name]),
    );
  });

  it("has the columns of Aerospike's page: value, define, notes, edition and version", () => {
    const [basic, security] = overviewOf(pageOf("aerospike.md")).filter(({ title }) => /^(Basic|Security)/.test(title));
    expect(basic?.rows.find((row) => row["Number"] === "23")).toMatchObject({
      Error: "AS_ERR_ELEMENT_NOT_FOUND",
      Since: "3.7.0.1",
    });
    expect(security?.rows.find((row) => row["Number"] === "66")).toMatchObject({
      Error: "AS_SEC_ERR_EXPIRED_SESSION",
      Edition: "EE",
      Since: "4.1.0.1",
    });
  });

  it("has the columns of Hapnd's page: error code, HTTP status and description", () => {
    const [{ rows } = { rows: [] }] = overviewOf(pageOf("hapnd.md"));
    expect(rows).toHaveLength(14);
    expect(rows.map((row) => Object.keys(row))).toEqual(rows.map(() => ["Error", "Code", "HTTP", "Meaning"]));
    expect(rows.map((row) => `${row["Error"]} ${row["HTTP"]}`)).toContain("CONCURRENCY_CONFLICT 409");
  });

  it("has an entry for each error, to which the overview links, in the same order", () => {
    for (const [fileName, page] of pages) {
      const anchors = anchorsIn(page);
      const errors = listing.enums.filter(({ domain }) => `${domain}.md` === fileName).flatMap(({ errors }) => errors);
      expect(new Set(anchors)).toEqual(new Set(errors.map(({ domain, reason }) => `${domain}/${reason}`)));
      expect(anchors).toHaveLength(errors.length);
      const links = linksIn(page).filter((url) => url.startsWith("#"));
      expect(links.map((url) => url.slice(1)).filter((id) => !anchors.includes(id))).toEqual([]);
    }
  });

  it("says in an entry everything that the declaration says", async () => {
    const [page] = markdownPages(
      await listingFor(
        protoWith(
          `has_details: true message: "order {order_id} is gone" recovery: RECOVERY_RETRY retry_delay: {seconds: 2}
           outcome: OUTCOME_NOT_APPLIED since: "1.2" labels: {key: "edition" value: "EE"} help_url: "https://shop.example/gone"`,
          {
            above:
              "// The order is gone.\n//\n// Orders end after *a year*.\n//\n// Common causes:\n// - It is old.\n// - It was `deleted`.\n//\n// Client action: Place a new one.",
            rest: `// What is gone.
              message OrderGoneErrorDetails {
                // The number of
                // the order.
                string order_id = 1;
                repeated Part parts = 2 [deprecated = true];
              }
              message Part { oneof what { string name = 1; } }
              service Orders { rpc Get(Part) returns (Part) { option (richerrors.v1.errors) = {error: "ORDER_ERROR_ORDER_GONE"}; } }`,
          },
        ),
      ),
      "page",
    );
    expect(page?.text).toMatchInlineSnapshot(`
      "# Errors of \`shop.v1\`

      - Declared by \`shop.v1.OrderError\` in \`shop.proto\`
      - On the wire: \`shop.v1\` in \`ErrorInfo.domain\`, the reason in \`ErrorInfo.reason\`

      | Error | Code | HTTP | Meaning | Since | Edition |
      | --- | --- | --- | --- | --- | --- |
      | [\`ORDER_GONE\`](#shop.v1/ORDER_GONE) | NOT_FOUND | 404 | The order is gone. | 1.2 | EE |

      ## Every error

      <a id="shop.v1/ORDER_GONE"></a>

      ### \`ORDER_GONE\`

      The order is gone.

      Orders end after *a year*.

      - Reason: \`ORDER_GONE\`
      - Code: \`NOT_FOUND\` (5), HTTP 404
      - Message: \`order {order_id} is gone\`
      - Recovery: \`RETRY\`. Send the same request again.
      - Retry delay: at least 2 s
      - Outcome: \`NOT_APPLIED\`. The request took no effect.
      - Caused by: the caller; it arises on the server
      - Methods: \`shop.v1.Orders/Get\`
      - Since: 1.2
      - edition: EE
      - Help: [https://shop.example/gone](https://shop.example/gone)
      - Class: \`OrderGoneError\`

      **Common causes**

      - It is old.
      - It was \`deleted\`.

      **Client action:** Place a new one.

      **Detail:** \`shop.v1.OrderGoneErrorDetails\`

      What is gone.

      | Field | Type | Meaning |
      | --- | --- | --- |
      | \`order_id\` | \`string\` | The number of the order. |
      | \`parts\` | repeated \`shop.v1.Part\` | Deprecated. |

      ## Methods

      | Method | Errors |
      | --- | --- |
      | \`shop.v1.Orders/Get\` | [\`ORDER_GONE\`](#shop.v1/ORDER_GONE) |

      ## Messages inside details

      ### \`shop.v1.Part\`

      | Field | Type | Meaning |
      | --- | --- | --- |
      | \`name\` | \`string\`, one of \`what\` |  |
      "
    `);
  });

  it("keeps hostile texts of a proto from changing the page", async () => {
    const clean = await listingFor(protoWith('message: "gone"', { above: "// Gone." }));
    const [before] = markdownPages(withText(clean, "x"), "page");
    const shape = shapeOf(parse(before?.text ?? ""));
    const piece = fc.constantFrom(
      ...[
        "<script>alert(1)</script>",
        "<a id=x>",
        "# title",
        "\n# title",
        "\n===\n",
        "\n---\n",
        "[a](javascript:b)",
        "[a]: b",
      ],
      ...[
        "\n\n[a]: http://b\n\n",
        "![a](http://b)",
        "|",
        "\\|",
        "`",
        "```\n",
        "\n\n    <b>\n",
        "&lt;",
        "&#60;b>",
        "<!--",
        "**",
        "~~",
        "- ",
        "1. ",
        "x",
      ],
    );
    const hostile = fc
      .array(fc.oneof(piece, fc.string()), { maxLength: 6 })
      .map((pieces) => pieces.join(""))
      .filter((text) => text.trim() !== "");
    fc.assert(
      fc.property(hostile, (text) => {
        const [page] = markdownPages(withText(clean, text), "page");
        const tree = parse(page?.text ?? "");
        expect(shapeOf(tree)).toEqual(shape);
        expect(linksIn(tree).filter((url) => !/^(#|https?:|mailto:)/.test(url))).toEqual([]);
      }),
      runs(0.005),
    );
  });

  it.each([
    ["a comment that is too long to parse", "* a\n\n# b\n\n<b> &lt; [a](javascript:b)\n\n".repeat(350)],
    ["nested quotes", `x\n\n${"> ".repeat(4_900)}x`],
    ["nested lists", `${"- ".repeat(4_900)}x`],
    ["nested emphasis", `${"*a **b ".repeat(700)}${"b** a*".repeat(700)}`],
    ["nested brackets", "[".repeat(9_000)],
  ])("shows %s as plain text", async (_, text) => {
    const clean = await listingFor(protoWith('message: "gone"', { above: "// Gone." }));
    const shapes = ["x", text].map((text) =>
      shapeOf(parse(markdownPages(withText(clean, text), "page")[0]?.text ?? "")),
    );
    expect(shapes[1]).toEqual(shapes[0]);
  });
});

function parse(text: string): Root {
  return fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
}

/** The number of nodes that a text of a proto must not add: HTML, headings, images, definitions and rows of tables. */
function shapeOf(page: Root): Record<string, number> {
  const counts: Record<string, number> = { html: 0, heading: 0, image: 0, definition: 0, tableRow: 0, tableCell: 0 };
  visit(page, (node) => {
    const count = counts[node.type];
    if (count !== undefined) counts[node.type] = count + 1;
  });
  return counts;
}

/** A listing in which a text stands wherever the proto may have any text. */
function withText({ enums, ...rest }: Listing, text: string): Listing {
  return {
    ...rest,
    enums: enums.map((listed) => ({
      ...listed,
      documentation: text,
      errors: listed.errors.map((error) => ({
        ...error,
        message: text,
        displayName: text,
        labels: { status: text },
        since: text,
        documentation: { summary: text, causes: [text], remarks: text, clientAction: text },
      })),
    })),
  };
}

/** The tables before the entries: each with its heading, and its rows by the titles of the columns. */
function overviewOf({ children }: Root): { title: string; rows: Record<string, string>[] }[] {
  const end = children.findIndex((node) => node.type === "heading" && textOf(node) === "Every error");
  return children.slice(0, end).flatMap((node, index) => {
    if (node.type !== "table") return [];
    const [header = [], ...rows] = node.children.map(({ children }) => children.map((cell) => textOf(cell)));
    const title = textOf(children[index - 1] ?? node);
    return { title, rows: rows.map((cells) => Object.fromEntries(cells.map((cell, at) => [header[at], cell]))) };
  });
}

function anchorsIn(page: Nodes): string[] {
  const found: string[] = [];
  visit(page, "html", ({ value }) => {
    const [, id] = /^<a id="(.*)">$/.exec(value) ?? [];
    if (id !== undefined) found.push(id);
  });
  return found;
}

function linksIn(page: Nodes): string[] {
  const found: string[] = [];
  visit(page, "link", ({ url }) => {
    found.push(url);
  });
  return found;
}
