import { Catalog, pack, RichError, unpack } from "grpc-rich-errors";
import { expect, it } from "vitest";
import { defineError, type ErrorClassOf } from "../../src/error-class.js";
import { type TestError, table } from "../support/table.js";

interface PlainError extends TestError<undefined, "PLAIN"> {}
const errors = table([
  '{"reason":"PLAIN","number":1,"code":13,"message":"plain"}',
  '{"reason":"OTHER","number":2,"code":13,"message":"other"}',
]);
const define = (index = 0): ErrorClassOf<PlainError> => defineError(errors, index);

const packed = pack(new (define())());
/** The classes of an error that is read again and again: at first it is decoded, then it is known by its bytes. */
const classes = (...catalogs: Catalog[]) => [1, 2, 3].map(() => unpack(packed, { catalogs }).constructor);

it("creates an instance of the class from the first of several catalogs, whichever has seen the error before", () => {
  const [one, two] = [define(), define()];
  const [first, second] = [new Catalog([one]), new Catalog([two])];
  expect(classes(second)).toEqual([two, two, two]);
  expect(classes(first, second)).toEqual([one, one, one]);
  expect(classes(second, first)).toEqual([two, two, two]);
});

it("ignores a catalog without the error", () => {
  const known = define();
  expect(classes(new Catalog([define(1)]), new Catalog([known]))).toEqual([known, known, known]);
  expect(classes(new Catalog([define(1)]))).toEqual([RichError, RichError, RichError]);
});

it("identifies an error whose ErrorInfo contains more than its definition", () => {
  const known = define();
  const catalogs = [new Catalog([known])];
  for (const id of ["a", "b", "b"]) {
    const error = unpack(pack(new known({ info: { id } })), { catalogs });
    expect([error.constructor, error.info?.metadata]).toEqual([known, { id }]);
  }
});
