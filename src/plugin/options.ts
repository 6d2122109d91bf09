import { oneOf, printable } from "../declaration/problems.js";

/** The options of the plugin: `opt` in buf.gen.yaml, or `--rich-errors_opt` of protoc. */
export interface Options {
  /** The suffix of the paths by which generated code imports ts-proto's modules. By default, `.js`. */
  readonly importSuffix: string;
  /**
   * The module from which generated code imports the runtime: a package, or a path relative to the output's root. By
   * default, `grpc-rich-errors/codegenv1`.
   */
  readonly runtimeImport: string;
  /** The modules with the errors of files outside of this output, by the paths of the files. */
  readonly modules: ReadonlyMap<string, string>;
}

const OPTIONS = ["import_suffix", "runtime_import", "Mfile.proto=module"];

/**
 * Parses the parameter of a request: `"import_suffix=.js,runtime_import=../src/codegenv1.js"`.
 *
 * @returns the options, or the mistakes, one line each
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
          `the option import_suffix=${value} is not a suffix; write import_suffix=.js, or import_suffix= for none`,
        );
      }
    } else if (name === "runtime_import") {
      runtimeImport = value;
      if (isNoModule(value)) {
        mistakes.push(
          `the option runtime_import=${value} is not a module; write a package or a path that begins with "."`,
        );
      }
    } else if (name?.startsWith("M")) {
      const file = name.slice(1);
      modules.set(file, value);
      if (!file.endsWith(".proto") || isNoModule(value)) {
        mistakes.push(
          `the option ${part} does not map a file to a module; write for example Mshop/v1/errors.proto=@shop/errors`,
        );
      }
    } else {
      mistakes.push(`the option ${part} is unknown; write ${oneOf(OPTIONS)}`);
    }
  }
  return mistakes.length > 0 ? mistakes.map(printable) : { importSuffix, runtimeImport, modules };
}

function isNoModule(text: string): boolean {
  return text === "" || /["'\s\\]/.test(text);
}
