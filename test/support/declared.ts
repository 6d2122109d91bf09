import { Code, type Definition, RichError, type RichErrorOptions } from "grpc-rich-errors";
import type { DetailCodec } from "grpc-rich-errors/details";

/** A definition for which a test gives only the fields that matter to it. */
export function definition<T = undefined>(given: Partial<Definition<T>> = {}): Definition<T> {
  return {
    enumName: "test.v1.TestError",
    name: "TEST_ERROR_BROKEN",
    number: 1,
    className: "BrokenError",
    reason: "BROKEN",
    domain: "test.example.com",
    code: Code.INTERNAL,
    message: "it broke",
    fault: "SERVER",
    origin: "SERVER",
    httpStatus: 500,
    displayName: "Broken",
    documentation: { summary: "It broke." },
    ...given,
  };
}

/** A class like the generator's, for a definition of which a test gives only the fields that matter to it. */
export function declare<T = undefined>(given: Partial<Definition<T>> = {}) {
  return class extends RichError<T, string> {
    static override readonly definition: Definition<T> = definition(given);

    constructor(detail: T, options?: RichErrorOptions) {
      super(definition(given), detail, options);
    }
  };
}

/** A codec of UTF-8 text, for details of which only the text matters. */
export function textCodec(typeName: string): DetailCodec<{ text: string }> {
  return {
    typeName,
    encode: ({ text }) => Buffer.from(text),
    decode: (bytes) => ({ text: new TextDecoder().decode(bytes) }),
  };
}

/** A codec that neither writes nor reads. */
export function brokenCodec(typeName: string): DetailCodec<unknown> {
  const refuse = () => {
    throw new RangeError("no such message");
  };
  return { typeName, encode: refuse, decode: refuse };
}
