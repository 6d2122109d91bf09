import { styleText } from "node:util";

/** What a command reads from and writes to: a process, or as much of one as it needs. */
export interface Terminal {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly stdout: Output;
  readonly stderr: NodeJS.WritableStream;
  readonly env: NodeJS.ProcessEnv;
  /** The folder that paths are relative to. */
  cwd(): string;
}

/** A stream that may be a terminal's. */
export type Output = NodeJS.WritableStream & Partial<Pick<NodeJS.WriteStream, "isTTY" | "columns" | "hasColors">>;

/** Puts a style on a text, or leaves it as it is. */
export type Paint = (style: Parameters<typeof styleText>[0], text: string) => string;

/**
 * How many columns there are: those of the terminal, else as many as `COLUMNS`
 * says, else 80. At least 60.
 */
export function widthFor({ stdout, env }: Terminal): number {
  const columns = stdout.columns ?? Number(env["COLUMNS"]);
  return columns > 0 ? Math.max(60, Math.floor(columns)) : 80;
}

/** Paints on a terminal only, and not if its user wants no colours (see https://no-color.org). */
export function painterFor({ stdout, env }: Terminal): Paint {
  if (!stdout.isTTY || !stdout.hasColors?.(env)) return (_style, text) => text;
  return (style, text) => styleText(style, text, { validateStream: false });
}
