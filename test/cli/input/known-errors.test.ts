import { describe, expect, it } from "vitest";
import { readCatalogs, readDocumentation } from "../../../src/cli/input/known-errors.js";
import { fakeTerminal } from "../fake-terminal.js";

// `npm run build` compiles the protos of the package for these.

describe("the errors that are known without --protos", () => {
  it("are those of the package's own catalogs, whose entries export their classes", async () => {
    const [own] = await readDocumentation([], fakeTerminal());
    const errors = own?.listing.enums.flatMap(({ errors }) => errors) ?? [];
    expect(errors.length).toBeGreaterThan(180);
    for (const { file, className } of errors) {
      expect(await import(own?.moduleOf(file) ?? "")).toHaveProperty(className);
    }
  });

  it("are the same for decode", async () => {
    const { catalogs } = await readCatalogs([], fakeTerminal());
    const [own] = await readDocumentation([], fakeTerminal());
    const names = own?.listing.enums.flatMap(({ errors }) => errors.map(({ className }) => className));
    expect(catalogs.flatMap((catalog) => [...catalog].map(({ definition }) => definition.className)).sort()).toEqual(
      names?.sort(),
    );
  });
});
