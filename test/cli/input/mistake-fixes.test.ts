import { describe, expect, it } from "vitest";
import { protoFolder } from "../../support/proto-folder.js";
import { run } from "../fake-terminal.js";

const PROTO = `syntax = "proto3";
package shop.v1;
import "richerrors/v1/annotations.proto";
enum ShopError {
  SHOP_ERROR_UNSPECIFIED = 0;
  SHOP_ERROR_GONE = 1 [(richerrors.v1.error) = {status_code: NOT_FOUND, recovery: RECOVERY_NONE}];
}
`;

/** The output of `rich-errors catalog` for a proto with one replacement. */
async function mistakesOf(written: string, instead: string): Promise<string> {
  const text = PROTO.replace(written, instead);
  expect(text).not.toBe(PROTO);
  const { code, err } = await run(["catalog", "."], { cwd: protoFolder({ "shop.proto": text }) });
  expect(code).toBe(1);
  return err;
}

describe("rich-errors catalog says what to write instead of", () => {
  it.each<[string, string, string, string]>([
    [
      "an import that is missing",
      'import "richerrors/v1/annotations.proto";',
      "",
      'shop.proto:6:25: cannot find `richerrors.v1.error` in this scope; write import "richerrors/v1/annotations.proto";\n',
    ],
    [
      "an option without parentheses",
      "(richerrors.v1.error)",
      "richerrors.v1.error",
      "shop.proto:6:24: cannot find message field `richerrors` in `google.protobuf.EnumValueOptions`; write the name of the option in parentheses: (richerrors.v1.error)\n",
    ],
    [
      "an option that does not exist",
      "(richerrors.v1.error)",
      "(richerrors.error)",
      "shop.proto:6:25: cannot find `richerrors.error` in this scope; write (richerrors.v1.error), (richerrors.v1.error_enum) or (richerrors.v1.errors)\n",
    ],
    [
      "a misspelled field",
      "status_code:",
      "status:",
      "shop.proto:6:49: cannot resolve message field name for `richerrors.v1.ErrorMetadata`; write status_code\n",
    ],
    [
      "a misspelled code",
      "NOT_FOUND",
      "NOTFOUND",
      "shop.proto:6:62: cannot find `NOTFOUND` in this scope; write NOT_FOUND\n",
    ],
    [
      "a value without its prefix",
      "RECOVERY_NONE",
      "NONE",
      "shop.proto:6:83: cannot find `NONE` in this scope; write RECOVERY_NONE\n",
    ],
    [
      "a quoted code",
      "NOT_FOUND",
      '"NOT_FOUND"',
      "shop.proto:6:62: mismatched types; write NOT_FOUND without quotes\n",
    ],
    [
      "a missing zero value",
      "  SHOP_ERROR_UNSPECIFIED = 0;\n",
      "",
      "shop.proto:5:21: first value of open enum must be zero; begin the enum with a value that is no error, such as SHOP_ERROR_UNSPECIFIED = 0\n",
    ],
  ])("%s", async (_, written, instead, printed) => {
    expect(await mistakesOf(written, instead)).toBe(printed);
  });

  it.each<[string, string, string]>([
    ["NOT_FOUND", "SOMETHING_ELSE", "shop.proto:6:62: cannot find `SOMETHING_ELSE` in this scope\n"],
    ["NOT_FOUND", '"gone"', "shop.proto:6:62: mismatched types\n"],
    [
      "enum ShopError",
      "message M { Foo foo = 1; }\nenum ShopError",
      "shop.proto:4:13: cannot find `Foo` in this scope\n",
    ],
  ])("nothing where it does not know it: %s is %s", async (written, instead, printed) => {
    expect(await mistakesOf(written, instead)).toBe(printed);
  });

  it("the names of all fields if none is near", async () => {
    expect(await mistakesOf("status_code:", "x:")).toContain(
      "; write status_code, has_details, detail_type, message, ",
    );
  });
});
