import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
// The JavaScript API of TypeScript, which editors use.
import ts from "../../docs/api/node_modules/typescript/lib/typescript.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PROGRAM = `${ROOT}test/hover.ts`;

const CALLS = `
  import type { ContractedClient, PromiseClient } from "grpc-rich-errors";
  import type { ParcelsClient } from "./gen/parcels/v1/parcels.js";
  import type { ParcelsContract } from "./gen/parcels/v1/parcels.rich.js";
  import type { ShapesClient } from "./gen/shapes/v1/shapes.js";
  declare const shapes: PromiseClient<ShapesClient>;
  declare const parcels: ContractedClient<ParcelsClient, typeof ParcelsContract>;
  shapes.unary;
  parcels.putXlParcel;
`;

/** The language service of an editor that has a program open. */
function openEditor(program: string): ts.LanguageService {
  const { config } = ts.readConfigFile(`${ROOT}tsconfig.json`, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: [], include: [] }, ts.sys, ROOT);
  const read = (path: string) => (path === PROGRAM ? program : ts.sys.readFile(path));
  return ts.createLanguageService({
    readFile: read,
    readDirectory: ts.sys.readDirectory,
    directoryExists: ts.sys.directoryExists,
    getDirectories: ts.sys.getDirectories,
    fileExists: (path) => path === PROGRAM || ts.sys.fileExists(path),
    getCompilationSettings: () => options,
    getScriptFileNames: () => [PROGRAM],
    getScriptVersion: () => "1",
    getScriptSnapshot: (path) => {
      const text = read(path);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => ROOT,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
  });
}

describe("a method of a promise client", () => {
  const editor = openEditor(CALLS);

  it.each([
    ["a PromiseClient", "shapes.unary", "One request, one response."],
    ["a ContractedClient", "parcels.putXlParcel", "Accepts a parcel. The name of the method has consecutive capitals."],
  ])("of %s keeps the documentation of its proto: %s", (_, member, expected) => {
    const info = editor.getQuickInfoAtPosition(PROGRAM, CALLS.indexOf(`${member};`) + member.length - 1);
    expect(ts.displayPartsToString(info?.documentation)).toBe(expected);
  });
});
