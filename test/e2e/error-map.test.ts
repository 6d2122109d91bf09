import { readFile } from "node:fs/promises";
import { Code, RichError } from "grpc-rich-errors";
import { systemErrors, zodErrors } from "grpc-rich-errors/mappings";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { AnyErrorMapping } from "../../src/masking/error-map.js";
import { CornersBusyError } from "../support/errors.js";
import { type Handlers, SHAPES, type ShapesOptions, startShapes } from "../support/shapes.js";
import { callOn } from "../support/surfaces.js";
import { expectNothingUncaught } from "../support/watch.js";

// Errors of other libraries, thrown by handlers of every shape, and the errors that their clients get.

expectNothingUncaught();

class LockTimeout extends Error {}

const BROKEN = new Error("the map is broken");

function withMap(...map: readonly AnyErrorMapping[]): ShapesOptions {
  return { map };
}

function failing(fail: () => unknown): Handlers {
  const handler = async () => {
    throw await fail();
  };
  return { unary: handler, clientStream: handler, serverStream: handler, bidi: handler };
}

describe.each(SHAPES)("in a %s call", (shape) => {
  it("an error of a mapped class becomes the error that the map returns", async () => {
    const thrown = new LockTimeout("row 7 of hunter2");
    const busy = () => new CornersBusyError({ retryDelay: 200, cause: thrown });
    const shapes = await startShapes(
      failing(() => thrown),
      withMap([LockTimeout, busy]),
    );
    const { error } = await callOn(shapes, shape);
    expect(error).toBeRichError(CornersBusyError);
    expect(error).toMatchObject({ retryDelay: 200, issues: [] });
    expect(JSON.stringify(error)).not.toContain("hunter2");
    expect(shapes.failed).toMatchObject([{ error: thrown, masked: false, problems: [], sent: { cause: thrown } }]);
  });

  it("an error that no entry matches is masked", async () => {
    const shapes = await startShapes(
      failing(() => new TypeError("hunter2")),
      withMap([LockTimeout, () => tooLate()]),
    );
    expect((await callOn(shapes, shape)).error).toMatchObject({ code: Code.INTERNAL, message: "internal error" });
    expect(shapes.failed).toMatchObject([{ masked: true, problems: [] }]);
  });

  it("an error is masked and reported if its map function fails", async () => {
    const fail = () => {
      throw BROKEN;
    };
    const shapes = await startShapes(
      failing(() => new LockTimeout()),
      withMap([LockTimeout, fail]),
    );
    expect((await callOn(shapes, shape)).error).toMatchObject({ code: Code.INTERNAL, message: "internal error" });
    expect(shapes.failed).toMatchObject([{ masked: true, problems: [{ cause: BROKEN }] }]);
  });
});

function tooLate(): RichError {
  return new RichError(Code.ABORTED, "too late");
}

describe("errors of Node and libraries", () => {
  it("a missing file becomes NOT_FOUND without its path", async () => {
    const shapes = await startShapes(
      { unary: async () => ({ index: (await readFile("/etc/hunter2")).length }) },
      withMap(...systemErrors),
    );
    const { error } = await callOn(shapes, "unary");
    expect(error).toMatchObject({ code: Code.NOT_FOUND, message: "the requested resource does not exist" });
    expect(JSON.stringify(error)).not.toContain("hunter2");
    expect(shapes.failed).toMatchObject([{ error: { code: "ENOENT", path: "/etc/hunter2" }, masked: false }]);
  });

  it("a request that zod rejects becomes INVALID_ARGUMENT with its fields", async () => {
    const schema = z.object({ before: z.number().min(1) });
    const shapes = await startShapes(
      { unary: ({ request }) => ({ index: schema.parse(request).before }) },
      withMap(...zodErrors),
    );
    const { error } = await callOn(shapes, "unary");
    expect(error).toMatchObject({ code: Code.INVALID_ARGUMENT });
    expect((error as RichError).standardDetails.badRequest?.fieldViolations).toMatchObject([
      { field: "before", reason: "TOO_SMALL" },
    ]);
  });
});
