import { describe, expect, it } from "vitest";
import { run } from "../../cli/fake-terminal.js";
import { HEAD, imageOf } from "../../cli/images.js";

const RULE = "RICH_ERRORS_HTTP_STATUS_CODE";

interface Comments {
  readonly file?: string;
  readonly message?: string;
  readonly enum?: string;
  readonly value?: string;
  readonly option?: string;
  readonly other?: string;
}

/** The rules that find something in an enum inside a message, with comments above the elements around the mistake. */
async function rulesIn(comments: Comments): Promise<string[]> {
  const proto = `${HEAD}
    // Orders of the shop.
    ${comments.message ?? ""}
    message Orders {
      ${comments.enum ?? ""}
      enum Error {
        // No error.
        ERROR_UNSPECIFIED = 0;
        ${comments.other ?? "// Another error."}
        ERROR_ORDER_LOST = 1 [(richerrors.v1.error) = {status_code: NOT_FOUND}];
        // The order does not exist.
        ${comments.value ?? "//"}
        ERROR_ORDER_GONE = 2 [(richerrors.v1.error) = {
          status_code: NOT_FOUND
          ${comments.option ?? ""}
          http_status: 503
        }];
      }
    }`;
  const protos = { "shop.proto": `${comments.file ?? ""}\n${proto}` };
  const { out } = await run(["lint", "-", "--format", "json"], { stdin: await imageOf(protos, "buf") });
  return out.split("\n").flatMap((line) => (line === "" ? [] : JSON.parse(line).rule));
}

describe("a comment that ignores a rule", () => {
  it.each<[string, Comments]>([
    ["the value", { value: `// buf:lint:ignore ${RULE}` }],
    ["the enum", { enum: `// buf:lint:ignore ${RULE}` }],
    ["the message around the enum", { message: `// buf:lint:ignore ${RULE}` }],
    ["the value, with a reason behind it", { value: `// buf:lint:ignore ${RULE} because clients know the status` }],
  ])("counts above %s", async (_, comments) => {
    expect(await rulesIn(comments)).toEqual([]);
  });

  it.each<[string, Comments]>([
    ["another value", { other: `// Another error.\n// buf:lint:ignore ${RULE}` }],
    ["the first line of the file", { file: `// buf:lint:ignore ${RULE}` }],
    ["the value, about another rule", { value: "// buf:lint:ignore RICH_ERRORS_REASON_FORM" }],
    ["the value, as the second of two rules", { value: `// buf:lint:ignore RICH_ERRORS_REASON_FORM, ${RULE}` }],
    ["the value, behind other words", { value: `// See buf:lint:ignore ${RULE}` }],
    ["a field of the option", { option: `// buf:lint:ignore ${RULE}` }],
  ])("does not count above %s", async (_, comments) => {
    expect(await rulesIn(comments)).toEqual([RULE]);
  });

  it("is no documentation", async () => {
    expect(await rulesIn({ other: "// buf:lint:ignore RICH_ERRORS_REASON_FORM" })).toEqual([
      "RICH_ERRORS_COMMENT_ERROR",
      RULE,
    ]);
  });
});
