import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { create, createFileRegistry } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { catchingCode, throwingCode } from "../../src/reference/usage.js";
import { compile } from "../plugin/compile.js";
import { generatedModules, typeErrors } from "../support/generated-modules.js";
import { EVERY_KIND } from "./kinds.js";

const FILE = "shop/v1/kinds.proto";
const { protoFile } = await compile(EVERY_KIND);
const types = createFileRegistry(create(FileDescriptorSetSchema, { file: protoFile }));
const detail = types.getMessage("shop.v1.EveryKindErrorDetails");

describe("the TypeScript of an error", () => {
  it("compiles against the generated code, for fields of every kind", { timeout: 120_000 }, async () => {
    const folder = await generatedModules(EVERY_KIND);
    const everyKind = { file: FILE, className: "EveryKindError", recovery: "RETRY" } as const;
    const bare = { file: FILE, className: "BareError" };
    const snippets = {
      throwing: throwingCode(everyKind, detail),
      "throwing-bare": throwingCode(bare, undefined),
      catching: catchingCode(everyKind, detail, "shop.v1.Orders/PlaceOrder"),
      "catching-bare": catchingCode(bare, undefined, undefined),
    };
    for (const [name, code] of Object.entries(snippets)) {
      // The modules are in this folder itself, and the client is the reader's.
      const local = code.replaceAll('"./gen/', '"./').replace(/^import \{ promises \}.*$/m, CLIENT);
      await writeFile(join(folder, `${name}.ts`), local);
    }
    expect(await typeErrors(folder, "export {};")).toBe("");
  });

  it("names the class, the module and the fields", () => {
    expect(throwingCode({ file: FILE, className: "BareError" }, undefined)).toBe(
      'import { BareError } from "./gen/shop/v1/kinds.rich.js";\n\nthrow new BareError();\n',
    );
    const code = throwingCode({ file: FILE, className: "EveryKindError" }, detail);
    expect(code).toContain('import { Color, EveryKindErrorDetails_Shade } from "./gen/shop/v1/kinds.js";');
    expect(code).toContain('  shelfName: "my-shelf",\n  longCount: 42n,\n');
    expect(code).toContain('  place: { $case: "room", value: "my-room" },\n');
    expect(
      catchingCode({ file: FILE, className: "EveryKindError", recovery: "RETRY" }, detail, "a.B/PlaceOrder"),
    ).toMatch(/await promises\(client\)\.placeOrder\(request\);[\s\S]*\/\/ Send the same request again/);
  });
});

const CLIENT = `
declare const client: unknown;
declare const request: unknown;
declare function promises(client: unknown): Record<"placeOrder" | "yourMethod", (request: unknown) => Promise<unknown>>;`;
