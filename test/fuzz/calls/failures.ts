import { Metadata } from "@grpc/grpc-js";
import { Code, codeName, packError, RichError } from "grpc-rich-errors";
import { CornersBusyError, SIDES_MESSAGE, tooManySides } from "../../support/errors.js";

/** Part of every text that no client may see. */
export const SECRET = "hunter2";

/** The end of a call, as its client saw it. */
export interface Ended {
  readonly code: number;
  readonly details: string;
  /** `undefined` if the call succeeded. */
  readonly error: RichError | undefined;
}

/** A correct end of a call. */
export interface Ending {
  readonly name: string;
  readonly matches: (ended: Ended) => boolean;
}

/** A value that a handler fails with. */
export interface Failure {
  readonly name: string;
  /** Ends correctly even without `richHandlers`. */
  readonly isPlain: boolean;
  readonly make: (id: number) => unknown;
  /** How a call that fails with it must end. */
  readonly ending: (id: number, rich: boolean) => Ending;
}

const MASKED: Ending = {
  name: "masked",
  matches: ({ code, details }) => code === Code.INTERNAL && details === "internal error",
};

export function status(code: number, details: string): Ending {
  return { name: `${code} ${details}`, matches: (ended) => ended.code === code && ended.details === details };
}

/** A declared error, which keeps its identity if the handler is wrapped with `richHandlers`. */
function declared(code: number, reason: string, details: string) {
  return (_: number, rich: boolean): Ending => ({
    name: reason,
    matches: (ended) => ended.code === code && ended.details === details && (!rich || ended.error?.reason === reason),
  });
}

const masked = () => MASKED;

/** An error as a grpc-js client makes it for its caller. */
function serviceError(code: Code, details: string, metadata = new Metadata()): Error {
  const error = new Error(`${code} ${codeName(code)}: ${details}`);
  error.stack = `${error.stack}\nfor call at\n    at upstream`;
  return Object.assign(error, { code, details, metadata });
}

export const FAILURES: readonly Failure[] = [
  {
    name: "a declared error with a detail",
    isPlain: true,
    make: () => tooManySides({ cause: new Error(SECRET) }),
    ending: declared(Code.INVALID_ARGUMENT, "TOO_MANY_SIDES", SIDES_MESSAGE),
  },
  {
    name: "a declared error without one",
    isPlain: true,
    make: (id) => new CornersBusyError({ message: `busy ${id}` }),
    ending: (id, rich) => declared(Code.UNAVAILABLE, "CORNERS_BUSY", `busy ${id}`)(id, rich),
  },
  {
    name: "an undeclared error",
    isPlain: true,
    make: (id) => new RichError(Code.ABORTED, `aborted ${id}`, { reason: "TORN", domain: "d.example" }),
    ending: (id, rich) => declared(Code.ABORTED, "TORN", `aborted ${id}`)(id, rich),
  },
  {
    name: "a plain status",
    isPlain: true,
    make: (id) => ({ code: Code.NOT_FOUND, details: `no ${id}` }),
    ending: (id) => status(Code.NOT_FOUND, `no ${id}`),
  },
  {
    name: "an error of the handler's own",
    isPlain: true,
    make: () => new Error(`the password is ${SECRET}`),
    ending: masked,
  },
  { name: "a text", isPlain: false, make: () => SECRET, ending: masked },
  { name: "nothing", isPlain: false, make: () => new Error(), ending: masked },
  {
    name: "another server's error",
    isPlain: false,
    make: () => serviceError(Code.PERMISSION_DENIED, SECRET),
    ending: masked,
  },
  {
    name: "another server's declared error",
    isPlain: false,
    make: () => {
      const { code, details, metadata } = packError(tooManySides());
      metadata.set("x-token", SECRET);
      return serviceError(code, details, metadata);
    },
    ending: declared(Code.INVALID_ARGUMENT, "TOO_MANY_SIDES", SIDES_MESSAGE),
  },
  {
    name: "a received error",
    isPlain: false,
    make: () => RichError.from(serviceError(Code.DATA_LOSS, SECRET)),
    ending: masked,
  },
  { name: "a status of no code", isPlain: false, make: () => ({ code: 99, details: SECRET }), ending: masked },
  { name: "a revoked proxy", isPlain: false, make: revoked, ending: masked },
  {
    name: "an error with a message that throws",
    isPlain: false,
    make: () =>
      Object.defineProperty(new Error(), "message", {
        get() {
          throw new Error(SECRET);
        },
      }),
    ending: masked,
  },
  {
    name: "an error with a long message",
    isPlain: true,
    make: (id) => new RichError(Code.OUT_OF_RANGE, `${id} ${"€".repeat(3000)}`),
    ending: (id) => ({
      name: "a long message",
      matches: ({ code, details }) => code === Code.OUT_OF_RANGE && details.startsWith(`${id} €`),
    }),
  },
  {
    name: "an error with half of a character",
    isPlain: true,
    make: (id) => new RichError(Code.OUT_OF_RANGE, `\ud800 ${id}`),
    ending: (id) => status(Code.OUT_OF_RANGE, `\ufffd ${id}`),
  },
];

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable(new Error(SECRET), {});
  revoke();
  return proxy;
}
