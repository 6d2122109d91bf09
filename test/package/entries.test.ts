import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packageEntries } from "../../package-entries.js";
import { library } from "../../rolldown.config.js";
import { type BuiltPackage, copyBuiltPackage } from "../support/built.js";
import { ROOT } from "./project.js";

let built: BuiltPackage;
beforeAll(() => {
  built = copyBuiltPackage();
});
afterAll(() => built.remove());

const ENTRIES = {
  main: "grpc-rich-errors",
  codegenv1: "grpc-rich-errors/codegenv1",
  http: "grpc-rich-errors/http",
  mappings: "grpc-rich-errors/mappings",
  testing: "grpc-rich-errors/testing",
  protoLoader: "grpc-rich-errors/proto-loader",
  kurrent: "grpc-rich-errors/catalogs/kurrent",
  hapnd: "grpc-rich-errors/catalogs/hapnd",
};

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, { readonly require: { readonly types: string } }>>;
  readonly typesVersions: { readonly "*": Readonly<Record<string, readonly string[]>> };
}

/** Prints the entries whose errors are, or extend, the class of the main entry. */
const SAME_CLASS = `
  const { RichError } = main;
  const loaded = protoLoader.loadSync("kurrent/rpc/errors.proto", { includeDirs: [${JSON.stringify(join(ROOT, "proto"))}] });
  const classes = {
    codegenv1: codegenv1.ApiError,
    http: http.fromHttp(404, {}, "").constructor,
    mappings: mappings.systemErrors[0][1](Object.assign(new Error("gone"), { code: "ENOENT" })).constructor,
    testing: testing.unpackTrailer(main.pack(new RichError(5, "gone"))).constructor,
    protoLoader: loaded.catalog.byReason("server", "ACCESS_DENIED"),
    kurrent: kurrent.AccessDeniedError,
    hapnd: hapnd.HapndError,
  };
  const same = Object.entries(classes).filter(([, one]) => one === RichError || RichError.isPrototypeOf(one));
  console.log(same.map(([name]) => name).join(" "));`;

/** The output of a program in a folder that has the package. */
function run(program: string, ...args: string[]): string {
  return execFileSync(process.execPath, [...args, "-e", program], { cwd: built.folder, encoding: "utf8" }).trim();
}

describe("the entries of the package", () => {
  it.each([
    ["ESM", "--input-type=module", ([name, from]: string[]) => `import * as ${name} from "${from}";`],
    ["CommonJS", "--input-type=commonjs", ([name, from]: string[]) => `const ${name} = require("${from}");`],
  ])("share one error class, in %s", (_, type, imported) => {
    const imports = Object.entries(ENTRIES).map(imported).join("\n");
    expect(run(`${imports}\n${SAME_CLASS}`, type)).toBe(Object.keys(ENTRIES).slice(1).join(" "));
  });

  it("contain no source file twice", async () => {
    const bundle = await rolldown({ ...library, cwd: ROOT });
    for (const format of library.output) {
      const { output } = await bundle.generate(format);
      const sources = output.flatMap((file) => (file.type === "chunk" ? Object.keys(file.modules) : []));
      const twice = sources.filter((source, index) => sources.indexOf(source) !== index);
      expect([sources.length > 100, twice]).toEqual([true, []]);
    }
    await bundle.close();
  });
});

describe("package.json", () => {
  it("repeats its exports in typesVersions, for compilers that do not read exports", async () => {
    const manifest: Manifest = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
    const subpaths = packageEntries().map(({ name }) => name.replace(manifest.name, "."));
    const types = subpaths.slice(1).map((subpath) => [subpath.slice(2), [manifest.exports[subpath]?.require.types]]);
    const { "catalog.schema.json": schema, ...modules } = manifest.typesVersions["*"];
    expect(modules).toEqual(Object.fromEntries(types));
    expect(schema).toEqual([manifest.exports["./catalog.schema.json"]]);
  });
});

describe("the main entry", () => {
  it("loads three files, and no other that grpc-js has not loaded", () => {
    const program = `
      require("@grpc/grpc-js");
      const known = new Set([...Object.keys(require.cache), ...process.moduleLoadList]);
      require("grpc-rich-errors");
      const loaded = [...Object.keys(require.cache), ...process.moduleLoadList].filter((name) => !known.has(name));
      console.log(loaded.filter((name) => !name.startsWith("NativeModule internal/")).join("\\n"));`;
    const files = ["src/index.js", "core.js", "calls.js"].map((path) => join(built.folder, "dist/cjs", path));
    expect(run(program).split("\n")).toEqual(files);
  });

  it.each(["module", "commonjs"] as const)("keeps the names that a stack shows: %s", (type) => {
    const program = `
      ${type === "module" ? 'import * as main from "grpc-rich-errors";' : 'const main = require("grpc-rich-errors");'}
      const stackOf = (call) => {
        try {
          call();
        } catch ({ stack }) {
          return stack.match(/(?<= at ).*(?= \\(.*dist)/g).join(", ");
        }
      };
      const { Catalog, richErrorServerInterceptor } = main;
      console.log(stackOf(() => richErrorServerInterceptor({ maxHeaderBytes: 1 })));
      console.log(stackOf(() => new Catalog(() => fail()).size));`;
    expect(run(program, `--input-type=${type}`).split("\n")).toEqual([
      "checkServerOptions, richErrorServerInterceptor",
      "get #all, get #each, get size [as size]",
    ]);
  });
});
