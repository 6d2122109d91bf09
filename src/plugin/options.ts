/** What the user sets on the plugin, as `opt` in buf.gen.yaml or `--rich-errors_opt`. */
export interface Options {
  /** What import paths of ts-proto's files end with. By default, `.js`. */
  readonly importSuffix: string;
  /** The module that generated code imports the runtime from: a package's, or a path from the output's root. */
  readonly runtimeImport: string;
}

const KNOWN = ["import_suffix", "runtime_import"];

/**
 * Reads the parameter of a request: `"import_suffix=.js,runtime_import=../src/codegenv1.js"`.
 *
 * @returns the options, or what is wrong, one line each
 */
export function parseOptions(parameter: string): Options | string[] {
  const mistakes: string[] = [];
  let importSuffix = ".js";
  let runtimeImport = "grpc-rich-errors/codegenv1";
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
      if (value === "" || /["'\s\\]/.test(value)) {
        mistakes.push(
          `the option runtime_import=${value} is no module; write a package's or a path that begins with "."`,
        );
      }
    } else {
      mistakes.push(`the option ${part} is not known; the options are ${KNOWN.join(" and ")}`);
    }
  }
  return mistakes.length > 0 ? mistakes : { importSuffix, runtimeImport };
}
