/**
 * What the process ends with.
 *
 * - 0: what was asked for was printed.
 * - 1: the protos do not compile, or declare errors wrongly.
 * - 2: the command was used wrongly, or what it is to read cannot be read.
 */
export type ExitCode = 0 | 1 | 2;

/** Why a command ends without its output; the message is for humans. */
export class Failure extends Error {
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }

  /** The command was used wrongly, or what it is to read cannot be read. */
  static usage(message: string, options?: ErrorOptions): Failure {
    return new Failure(2, `rich-errors: ${message}`, options);
  }
}
