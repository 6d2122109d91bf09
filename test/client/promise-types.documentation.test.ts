import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
// The JavaScript API of TypeScript, which editors use.
import ts from "../../docs/api/node_modules/typescript/lib/typescript.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PROGRAM = `${ROOT}test/hover.ts`;

/** The documentation that an editor shows for a member, at the end of a program. */
function documentationIn(program: string): string {
  const { config } = ts.readConfigFile(`${ROOT}tsconfig.json`, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: [], include: [] }, ts.sys, ROOT);
  const read = (path: string) => (path === PROGRAM ? program : ts.sys.readFile(path));
  const service = ts.createLanguageService({
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
  const info = service.getQuickInfoAtPosition(PROGRAM, program.length - 1);
  return ts.displayPartsToString(info?.documentation);
}

describe("a method of a promise client", () => {
  it.each([
    ["PromiseClient<ShapesClient>", "unary", "One request, one response."],
    [
      "ContractedClient<ParcelsClient, typeof ParcelsContract>",
      "putXlParcel",
      "Accepts a parcel. The name of the method has consecutive capitals.",
    ],
  ])(
    "of the type %s keeps the documentation of its proto: %s",
    (type, method, expected) => {
      const program = `
      import type { ContractedClient, PromiseClient } from "grpc-rich-errors";
      import type { ParcelsClient } from "./gen/parcels/v1/parcels.js";
      import type { ParcelsContract } from "./gen/parcels/v1/parcels.rich.js";
      import type { ShapesClient } from "./gen/shapes/v1/shapes.js";
      declare const calls: ${type};
      calls.${method}`;
      expect(documentationIn(program)).toBe(expected);
    },
    90_000,
  );
});
