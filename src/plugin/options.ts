import { oneOf, printable } from "../declaration/problems.js";

/** What the user sets on the plugin, as `opt` in buf.gen.yaml or `--rich-errors_opt`. */
export interface Options {
  /** What import paths of ts-proto's files end with. By default, `.js`. */
  readonly importSuffix: string;
  /** The module that generated code imports the runtime from: a package's, or a path from the output's root. */
  readonly runtimeImport: string;
  /** The modules that errors of files outside of this output are imported from, by the paths of these files. */
  readonly modules: ReadonlyMap<string, string>;
}

const KNOWN = ["import_suffix", "runtime_import", "Mfile.proto=module"];

/**
 * Reads the parameter of a request: `"import_suffix=.js,runtime_import=../src/codegenv1.js"`.
 *
 * @returns the options, or what is wrong, one line each
 */
export function parseOptions(parameter: string): Options | string[] {
  const mistakes: string[] = [];
  let importSuffix = ".js";
  let runtimeImport = "grpc-rich-errors/codegenv1";
  const modules = new Map<string, string>();
  for (const part of parameter.split(",").map((part) => part.trim())) {
    const [name, ...rest] = part.split("=");
    const value = rest.join("=");
    if (part === "") continue;
    if (name === "import_suffix") {
      importSuffix = value;
      if (value !== "" && !/^\.\w+$/.test(value)) {
        mistakes.push(
          `the option import_suffix=${value} is no suffix; write import_suffix=.js, or import_suffix= for none`,
        );
      }
    } else if (name === "runtime_import") {
      runtimeImport = value;
      if (isNoModule(value)) {
        mistakes.push(
          `the option runtime_import=${value} is no module; write a package's or a path that begins with "."`,
        );
      }
    } else if (name?.startsWith("M")) {
      const file = name.slice(1);
      modules.set(file, value);
      if (!file.endsWith(".proto") || isNoModule(value)) {
        mistakes.push(
          `the option ${part} maps no file to a module; write one such as Mshop/v1/errors.proto=@shop/errors`,
        );
      }
    } else {
      mistakes.push(`the option ${part} is not known; the options are ${oneOf(KNOWN)}`);
    }
  }
  return mistakes.length > 0 ? mistakes.map(printable) : { importSuffix, runtimeImport, modules };
}

function isNoModule(text: string): boolean {
  return text === "" || /["'\s\\]/.test(text);
}
