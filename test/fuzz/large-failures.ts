import { Metadata } from "@grpc/grpc-js";
import fc, { type Arbitrary } from "fast-check";
import { RichError, type RichErrorServerOptions, StandardDetails, unpack } from "grpc-rich-errors";
import { ErrorInfo, packDetail } from "grpc-rich-errors/details";
import { LEAST_BUDGET, MOST_BUDGET } from "../../src/budget/fit.js";
import * as shapes from "../gen/shapes/v1/shapes.rich.js";
import { writeStatus } from "../support/oracle.js";

/** The failure of a server's handler, and the trailers that others add to it. */
export interface LargeFailure {
  readonly thrown: unknown;
  readonly trailer: Metadata | undefined;
  readonly added: Metadata | undefined;
  readonly requestId: string;
  readonly options: RichErrorServerOptions;
}

/** Texts whose size in a header block differs from their length. */
const PATTERNS = ["a", "%", " ", "ä", "\u20ac", "😀", "\ud800", "\udc00x", "\u0000", "\n", "~", "\u{10ffff}", ",", "+"];

/** Lengths that are mostly small, often near a limit, and sometimes larger than a connection accepts. */
const length = fc.oneof(
  { weight: 200, arbitrary: fc.nat(60) },
  { weight: 40, arbitrary: fc.integer({ min: 60, max: 300 }) },
  { weight: 30, arbitrary: fc.integer({ min: 900, max: 3_000 }) },
  { weight: 1, arbitrary: fc.nat(90_000) },
);

const text = fc
  .tuple(fc.constantFrom(...PATTERNS), length, fc.string({ maxLength: 8 }))
  .map(([pattern, count, rest]) => rest + pattern.repeat(Math.ceil(count / pattern.length)));

const count = fc.oneof(
  { weight: 200, arbitrary: fc.nat(4) },
  { weight: 10, arbitrary: fc.nat(130) },
  { weight: 1, arbitrary: fc.nat(1_500) },
);

const standardDetails = fc
  .record({
    fields: count,
    preconditions: count,
    quotas: count,
    links: fc.nat(2),
    texts: fc.array(text, { maxLength: 6 }),
  })
  .map(
    ({ fields, preconditions, quotas, links, texts: [debug, localized, requestId, resource, description, locale] }) => {
      const details = new StandardDetails();
      const words = description ?? "must not be empty";
      for (let at = 0; at < fields; at++) details.addFieldViolation(`items[${at}]`, at < 3 ? words : "no");
      for (let at = 0; at < preconditions; at++) details.addPreconditionViolation("T", `${at}`, at < 3 ? words : "no");
      for (let at = 0; at < quotas; at++) details.addQuotaViolation(`q${at}`, at < 3 ? words : "no");
      for (let at = 0; at < links; at++) details.addHelpLink(words, "https://example.com");
      if (debug !== undefined) details.setDebugInfo(debug, [debug]);
      if (localized !== undefined) details.setLocalizedMessage(locale ?? "de", localized);
      if (requestId !== undefined) details.setRequestInfo(requestId);
      if (resource !== undefined) details.setResourceInfo({ resourceName: resource });
      return details;
    },
  );

/** Details of unknown types, each with its own type name. */
const foreignDetails = fc.tuple(count, text, length).map(([many, name, size]) =>
  Array.from({ length: many }, (_, at) => ({
    typeUrl: at === 0 ? `x/${name}` : `type.example.com/a.b.Type${at}`,
    value: new Uint8Array(at < 2 ? size : at % 7),
  })),
);

const metadata = fc.tuple(count, length, fc.boolean()).map(([many, size, binary]) => {
  const made = new Metadata();
  for (let at = 0; at < many; at++) {
    if (binary && at % 2 === 0) made.add(`x-${at}-bin`, Buffer.alloc(at < 2 ? size : 3, 0xfb));
    else made.add(at % 3 === 0 ? "x-same" : `x-${at}`, "v".repeat(at < 2 ? size : 1));
  }
  return made;
});

const info = fc
  .tuple(count, text)
  .map(([many, value]) =>
    Object.fromEntries(Array.from({ length: many }, (_, at) => [`key${at}`, at < 2 ? value : "v"])),
  );

const optional = <T>(of: Arbitrary<T>) => fc.option(of, { nil: undefined, freq: 2 });

/** Leaves out the members without a value: an option is given or not. */
function given<T extends object>(members: { readonly [Name in keyof T]: T[Name] | undefined }): T {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T;
}

const options = fc
  .record({
    message: optional(text),
    info: optional(info),
    retryDelay: optional(fc.nat(2 ** 31)),
    metadata: optional(metadata),
    errorDetails: optional(fc.oneof<[typeof standardDetails, typeof foreignDetails]>(standardDetails, foreignDetails)),
  })
  .map((members) => given(members));

const declared = fc
  .tuple(text, options)
  .map(([shape, members]) => new shapes.TooManySidesError({ shape, sides: 5n, limit: undefined }, members));

const undeclared = fc
  .tuple(fc.integer({ min: 1, max: 16 }), text, optional(text), optional(text), options)
  .map(([code, message, reason, domain, members]) => {
    return new RichError(code, message, { ...members, ...given({ reason, domain }) });
  });

/** A response of another server: an error that this server declares, with any additions. */
const forwarded = fc.tuple(text, foreignDetails, standardDetails, info).map(([message, foreign, standard, facts]) => {
  const identity = { reason: "TOO_MANY_SIDES", domain: "shapes.example.com", metadata: facts };
  const details = [packDetail(ErrorInfo, identity), ...foreign, ...standard];
  const bytes = writeStatus({ code: 3, message: message.toWellFormed(), details: details.map(wellFormed) });
  // In a type name, invalid UTF-8 triples its length when it is read.
  return unpack(Buffer.from(Buffer.from(bytes).toString("latin1").replaceAll("~", "\xff"), "latin1"));
});

function wellFormed({ typeUrl, value }: { readonly typeUrl: string; readonly value: Uint8Array }) {
  return { typeUrl: typeUrl.toWellFormed(), value };
}

const thrown: Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: declared },
  { weight: 4, arbitrary: undeclared },
  { weight: 2, arbitrary: forwarded },
  { weight: 1, arbitrary: text.map((message) => new Error(message)) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.integer({ min: 1, max: 16 }), text).map(([code, details]) => ({ code, details })),
  },
);

const budget = fc.oneof(
  fc.constantFrom(LEAST_BUDGET, 2048, 4096, 8192, MOST_BUDGET),
  fc.integer({ min: LEAST_BUDGET, max: 6_000 }),
  fc.integer({ min: LEAST_BUDGET, max: MOST_BUDGET }),
);

const serverOptions: Arbitrary<RichErrorServerOptions> = fc
  .tuple(budget, fc.boolean(), fc.boolean(), fc.boolean(), fc.boolean(), text)
  .map(([maxHeaderBytes, requestInfo, debug, help, retryPushback, template]) => ({
    catalogs: [shapes.catalog],
    maxHeaderBytes,
    requestInfo,
    debug: () => debug,
    help,
    retryPushback,
    messages: { de: { TOO_MANY_SIDES: template.replaceAll(/[{}]/g, "") } },
  }));

/** A failure of any size, on a server with any options. */
export const largeFailure: Arbitrary<LargeFailure> = fc.record({
  thrown,
  trailer: optional(metadata),
  added: optional(metadata),
  requestId: fc.constantFrom("r-1", "r".repeat(128), "3fa85f64-5717-4562-b3fc-2c963f66afa6"),
  options: serverOptions,
});
