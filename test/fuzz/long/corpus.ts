import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { type Catalog, pack, type RichError, StandardDetails } from "grpc-rich-errors";
import { catalog as aerospike } from "grpc-rich-errors/catalogs/aerospike";
import { catalog as eventlog } from "grpc-rich-errors/catalogs/eventlog";
import { catalog as hapnd } from "grpc-rich-errors/catalogs/hapnd";
import { catalog as kurrent } from "grpc-rich-errors/catalogs/kurrent";
import { catalog as kurrentdb } from "grpc-rich-errors/catalogs/kurrentdb";
import type { ErrorDetail } from "grpc-rich-errors/details";
import { type HttpFormat, toHttp } from "grpc-rich-errors/http";
import { detailsOf } from "../../support/details.js";

export const CATALOGS: readonly Catalog[] = [aerospike, eventlog, hapnd, kurrent, kurrentdb];

const extras = (): Iterable<ErrorDetail> =>
  new StandardDetails()
    .addFieldViolation("a", "b", { localizedMessage: { locale: "fr", message: "m" } })
    .addPreconditionViolation("t", "s", "d")
    .addQuotaViolation("s", "d", { quotaDimensions: { region: "eu" }, quotaValue: 9n })
    .addHelpLink("d", "u")
    .setRetryDelay(1500)
    .setDebugInfo("d", ["a", "b"])
    .setRequestInfo("r")
    .setResourceInfo({ owner: "o" })
    .setLocalizedMessage("fr", "m");

type Make = new (...args: unknown[]) => RichError;

/** Each error of the catalogs, twice: with a random detail only, and with all standard details. */
export function declaredErrors(seed: number): RichError[] {
  return CATALOGS.flatMap((catalog) => [...catalog]).flatMap((errorClass) => {
    const { definition } = errorClass;
    const make = errorClass as unknown as Make;
    const details = fc.sample(detailsOf(definition), { seed, numRuns: 2 });
    return details.map((detail, index) => {
      const options = index === 0 ? {} : { errorDetails: extras(), info: { a: "1", __proto__x: "2" } };
      return definition.detail ? new make(detail, options) : new make(options);
    });
  });
}

/** Seed trailers: of declared errors, and as peers sent them. */
export function trailers(errors: readonly RichError[]): [Buffer, ...Buffer[]] {
  const [first = new Uint8Array(), ...more] = errors.map((error) => pack(error));
  return [Buffer.from(first), ...more.map((bytes) => Buffer.from(bytes)), ...peersTrailers()];
}

const FORMATS: readonly HttpFormat[] = ["status", "problem", "compact"];

/** Seed HTTP bodies, in all formats. */
export function bodies(errors: readonly RichError[]): [Buffer, ...Buffer[]] {
  const texts = errors.flatMap((error) => FORMATS.map((format) => JSON.stringify(toHttp(error, { format }).body)));
  return [Buffer.from("{}"), ...texts.map((text) => Buffer.from(text))];
}

function peersTrailers(): Buffer[] {
  const folder = new URL("../../../../test/conformance/vectors/", import.meta.url);
  const texts = readdirSync(folder).map((file) => readFileSync(new URL(file, folder), "utf8"));
  const found = texts.flatMap((text) => [...text.matchAll(/"detailsHex":\s*\[\s*"([0-9a-f]+)"/g)]);
  return [...new Set(found.map(([, hex = ""]) => hex))].map((hex) => Buffer.from(hex, "hex")).filter(isSmall);
}

/** In a large input, changes would rarely hit anything. */
function isSmall({ length }: Buffer): boolean {
  return length < 4000;
}
