import { writeFile } from "node:fs/promises";
import type { Folder } from "./folder.js";

export const FORMATS = ["esm", "cjs"] as const;

/** How a project has its modules: ES modules or CommonJS. */
export type Format = (typeof FORMATS)[number];

/** The value of a column: whether a step succeeded, and a note for the reader. */
export interface Cell {
  readonly mark: "yes" | "no" | "–";
  readonly note?: string;
}

/** The values of `moduleResolution`, with the formats in which a project compiles with each. */
export const RESOLUTIONS = {
  node16: [
    { format: "esm", module: "node16" },
    { format: "cjs", module: "node16" },
  ],
  bundler: [{ format: "esm", module: "es2022" }],
  node10: [{ format: "cjs", module: "commonjs" }],
} as const satisfies Record<string, readonly { format: Format; module: string }[]>;

export type Resolution = keyof typeof RESOLUTIONS;

/** A version of TypeScript. */
export interface Compiler {
  /** The path of `tsc`. */
  readonly program: string;
  readonly version: string;
}

interface Compilation {
  readonly compiler: Compiler;
  readonly resolution: Resolution;
  readonly types: readonly string[];
  /** By default, both. */
  readonly formats?: readonly Format[];
  /** More options of the compiler. */
  readonly more?: object;
}

/**
 * Compiles the folders `esm` and `cjs` of a project strictly, with `skipLibCheck: false`. A mistake in the types of this
 * package or in the project is a failure; a mistake in the types of another package becomes a note.
 */
export async function compile(
  folder: Folder,
  { compiler, resolution, types, formats = FORMATS, more }: Compilation,
): Promise<Cell> {
  const { program, version } = compiler;
  if (resolution === "node10" && !version.startsWith("5.") && !version.startsWith("6.")) return { mark: "–" };
  const own: string[] = [];
  const others = new Set<string>();
  for (const { format, module } of RESOLUTIONS[resolution]) {
    if (!formats.includes(format)) continue;
    const compilerOptions = {
      target: "es2022",
      lib: ["es2022"],
      module,
      moduleResolution: resolution,
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      skipLibCheck: false,
      esModuleInterop: true,
      types,
      rootDir: "src",
      outDir: "out",
      noEmit: resolution !== "node16",
      ...more,
      // TypeScript 6 still has node10, but warns of its end.
      ...(resolution === "node10" && version.startsWith("6.") && { ignoreDeprecations: "6.0" }),
    };
    const config = `tsconfig.${resolution}.json`;
    await writeFile(folder.file(format, config), JSON.stringify({ compilerOptions, include: ["src"] }));
    const { ok, output } = await folder.run("node", [program, "-p", config], { cwd: format });
    if (ok) continue;
    const mistakes = output.split("\n").filter((line) => /error TS\d+/.test(line));
    for (const mistake of mistakes) {
      const name = /^(?:\.\.\/)*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(mistake)?.[1];
      if (name === undefined || name === "grpc-rich-errors") own.push(mistake);
      else others.add(name);
    }
    if (mistakes.length === 0) own.push(output);
  }
  if (own.length > 0) return { mark: "no", note: `TypeScript ${version}, ${resolution}: ${own.join("; ")}` };
  if (others.size === 0) return { mark: "yes" };
  const names = [...others].map((name) => `\`${name}\``).join(", ");
  return { mark: "yes", note: `TypeScript ${version} reports mistakes in the types of ${names}; set \`skipLibCheck\`` };
}

/** Gives a project one folder for each format of modules, which npm's `type` decides. */
export async function writeFormat(folder: Folder, format: Format): Promise<void> {
  const type = format === "esm" ? "module" : "commonjs";
  await writeFile(folder.file(format, "package.json"), JSON.stringify({ type }));
}
