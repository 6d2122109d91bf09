import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, isAbsolute, join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { transformSync } from "esbuild";
import type { OutputOptions, Plugin, RolldownOptions } from "rolldown";
import { minifySync } from "rolldown/utils";
import { packageEntries } from "./package-entries.js";
import { pureStatements } from "./pure-statements.js";

// The JavaScript of the package: a few files, because each that Node loads takes longer than what stands in it.
// Their declarations are written by tsc, one for each source.

/** The part of another package that only generated code and the commands import. */
const WIRE = "@bufbuild/protobuf/wire";

/** The package reads and writes the messages of its own generated code itself, instead of loading 25 files more. */
const ownWireIn = (file: string): Plugin => ({
  name: "own-wire",
  resolveId: {
    filter: { id: new RegExp(`^${WIRE}$`) },
    handler: (_, importer) =>
      importer?.startsWith(join(import.meta.dirname, "gen")) ? join(import.meta.dirname, file) : null,
  },
});

export const ownWire = ownWireIn("src/wire/generated-code.ts");
const ownWireOfBrowsers = ownWireIn("src/wire/generated-code.browser.ts");

const external = (id: string): boolean => !id.startsWith(".") && !isAbsolute(id) && id !== WIRE;

/** The commands bundle every tool that they use, so that it is no dependency of a server. */
const externalOfCommands = (id: string): boolean =>
  external(id) && (isBuiltin(id) || /^(@bufbuild\/protobuf|grpc-rich-errors)(\/|$)/.test(id));

/** The license of what is bundled stays with it. */
const licenses: Plugin = {
  name: "licenses",
  transform: {
    filter: { id: /node_modules/ },
    handler: (code) => code.replace(/^(\/\/.*\n)+/, (license) => `/*!\n${license.replaceAll(/^\/\//gm, " *")} */\n`),
  },
};

/** The licenses of the tools in a chunk. Their files do not repeat them. */
function toolLicenses({ moduleIds }: { readonly moduleIds: readonly string[] }): string {
  const folders = moduleIds.flatMap((id) => /.*\/node_modules\/(?!@bufbuild\/)(?:@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? []);
  return [...new Set(folders)].map(licenseOf).join("");
}

function licenseOf(folder: string): string {
  const name = folder.split("/node_modules/").at(-1);
  const file = readdirSync(folder).find((file) => /^licen[cs]e/i.test(file));
  if (file === undefined) throw new Error(`${name} has no file with its license`);
  const license = readFileSync(join(folder, file), "utf8").trim().replaceAll("\n", "\n * ");
  return `/*! ${name}\n * ${license}\n */\n`;
}

/** One character beyond, and Node takes an eighth longer to load a file. */
const ascii: Plugin = {
  name: "ascii",
  renderChunk: (code) =>
    code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`),
};

/** In a browser, `x.browser.ts` takes the place of `x.ts`: it leaves out what only a gRPC server or client needs. */
const browserFiles: Plugin = {
  name: "browser-files",
  resolveId: {
    filter: { id: /\.[jt]s$/ },
    handler(id, importer) {
      const path = importer ? join(dirname(importer), id) : join(import.meta.dirname, id);
      const own = path.replace(/\.[jt]s$/, ".browser.ts");
      return existsSync(own) ? own : null;
    },
  },
};

/**
 * Gives local variables short names, because V8 then reads the files in five sixths of the time. Lines stay, and so do
 * names that a stack shows. The minifier would also rename private methods.
 */
const shortNames: Plugin = {
  name: "short-names",
  renderChunk(code, { fileName }) {
    const { code: short, errors } = minifySync(fileName, code.replaceAll(/#(?=[a-z])/gi, PRIVATE), {
      compress: false,
      mangle: { toplevel: false, keepNames: true },
      codegen: { removeWhitespace: false },
    });
    const [error] = errors;
    if (error) throw new Error(`${fileName}: ${error.message}`);
    return short.replaceAll(PRIVATE, "#");
  },
};

/** Stands for the `#` of a private name. */
const PRIVATE = "private_name_";

/** Assigns the exports of a chunk, as those of an entry. Rolldown writes a getter for each, because an export may change. */
const plainExports: Plugin = {
  name: "plain-exports",
  renderChunk: (code) =>
    code.replace(
      /^Object\.defineProperty\(exports, ["']([\w$]+)["'], \{\s*enumerable: true,\s*get: function ?\(\) \{\s*return ([\w$]+);\s*\}\s*\}\);$/gm,
      (_, name: string, variable: string) => {
        if (new RegExp(`^let ${variable.replaceAll("$", "\\$")}\\b`, "m").test(code)) {
          throw new Error(`the export ${name} is a "let"; export a function that returns it`);
        }
        return `exports.${name} = ${variable};`;
      },
    ),
};

const manifestOfCommonJs: Plugin = {
  name: "manifest-of-commonjs",
  generateBundle() {
    this.emitFile({ type: "asset", fileName: "package.json", source: JSON.stringify({ type: "commonjs" }) });
  },
};

/** What entries share: every class and WeakMap that there may be only once. It loads no other module, in browsers too. */
const core = {
  name: "core",
  test: /[\\/]src[\\/](?!declaration|runtime|testing|coverage|logging|message|detail[\\/](foreign|protobufjs|scalar|value)|client[\\/]|server[\\/]|http[\\/]|packing|status[\\/]sendable-metadata)/,
  minShareCount: 2,
};

/** What needs grpc-js, and is left out where only errors are used. Recovery is loaded by its own entry only. */
const calls = { name: "calls", test: /[\\/]src[\\/](client[\\/](?!recovery|protobuf-es)|server[\\/]|packing)/ };

/** What only the codecs of other protobuf libraries need. */
const codecs = { name: "codecs", test: /[\\/]src[\\/]detail[\\/](foreign|protobufjs|scalar|value)/, minShareCount: 2 };

/** The descriptors of the standard details, for protobuf-es. */
const standardDetails = { name: "error_details_pb", test: /[\\/]gen[\\/]google[\\/]/, minShareCount: 2 };

/** What details need as JSON. */
const http = { name: "http", test: /[\\/]src[\\/](http|message)[\\/]/, minShareCount: 2 };

const input = {
  external,
  platform: "node" as "node" | "browser",
  tsconfig: "tsconfig.build.json",
  plugins: [ownWire, licenses, ascii],
} satisfies RolldownOptions;

const output = {
  chunkFileNames: "[name].js",
  comments: { jsdoc: false },
  minifyInternalExports: false,
} satisfies OutputOptions;

const chunks = { codeSplitting: { groups: [core, calls, codecs, standardDetails, http] } } satisfies OutputOptions;

export const library = {
  ...input,
  plugins: [...input.plugins, shortNames, pureStatements],
  input: Object.fromEntries(packageEntries().map(({ path }) => [path, `${path}.ts`])),
  output: [
    { ...output, ...chunks, dir: "dist/esm", format: "esm" },
    {
      ...output,
      ...chunks,
      dir: "dist/cjs",
      format: "cjs",
      exports: "named",
      plugins: [plainExports, manifestOfCommonJs],
    },
  ],
} satisfies RolldownOptions;

export const browserLibrary = {
  ...input,
  platform: "browser",
  plugins: [browserFiles, ownWireOfBrowsers, ...input.plugins, pureStatements],
  input: Object.fromEntries(
    packageEntries()
      .filter(({ hasBrowserBuild }) => hasBrowserBuild)
      .map(({ path }) => [path, `${path}.ts`]),
  ),
  // One file for each source, because bundlers leave out files more surely than statements.
  output: {
    ...output,
    preserveModules: true,
    preserveModulesRoot: import.meta.dirname,
    dir: "dist/browser",
    format: "esm",
  },
} satisfies RolldownOptions;

export const commands = {
  ...input,
  external: externalOfCommands,
  input: Object.fromEntries(["cli", "plugin", "buf-plugin"].map((name) => [`src/${name}/bin`, `src/${name}/bin.ts`])),
  output: { ...output, banner: toolLicenses, chunkFileNames: "src/[name].js", dir: "dist/esm", format: "esm" },
} satisfies RolldownOptions;

const PAGE = "src/reference/explorer/page";

/** Without JavaScript, the list of errors is all that shows. */
const NO_SCRIPT_STYLE = ".top form,.top nav,.panes{display:none}";

/** Puts the script of the explorer page and its styles into its HTML. The command adds the errors. */
const page: Plugin = {
  name: "page",
  generateBundle(_, bundle) {
    const [chunk] = Object.values(bundle);
    if (chunk?.type !== "chunk") throw new Error("the explorer page has no script");
    delete bundle[chunk.fileName];
    const styles = readdirSync(`${PAGE}/styles`).sort();
    const css = styles.map((name) => readFileSync(`${PAGE}/styles/${name}`, "utf8")).join("");
    const style = transformSync(css, { loader: "css", minify: true }).code.trim();
    const html = readFileSync(`${PAGE}/page.html`, "utf8");
    const [, starter = ""] = /<script>([^<]+)<\/script>/.exec(html) ?? [];
    const parts: Readonly<Record<string, string>> = {
      style,
      noScriptStyle: NO_SCRIPT_STYLE,
      script: deflateRawSync(chunk.code, { level: 9 }).toString("base64"),
      policy:
        `default-src 'none'; script-src ${hashOf(starter)} ${hashOf(chunk.code)}; ` +
        `style-src ${hashOf(style)} ${hashOf(NO_SCRIPT_STYLE)}; img-src data:; base-uri 'none'; form-action 'none'`,
    };
    const source = html.replaceAll(/<!-- (\w+) -->/g, (placeholder, name: string) => parts[name] ?? placeholder);
    this.emitFile({ type: "asset", fileName: "explorer.html", source });
  },
};

/** The text of an element as a policy allows it. */
function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

/** The explorer page without errors. */
export const explorer = {
  input: `${PAGE}/main.ts`,
  platform: "browser",
  tsconfig: `${PAGE}/tsconfig.json`,
  plugins: [licenses, page],
  output: { dir: "dist", format: "iife", minify: true },
} satisfies RolldownOptions;

export default [library, browserLibrary, commands, explorer];
