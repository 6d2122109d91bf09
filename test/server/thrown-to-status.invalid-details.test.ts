import { setImmediate } from "node:timers/promises";
import { RichError, StandardDetails } from "grpc-rich-errors";
import { describe, expect, it, onTestFinished } from "vitest";
import { TooManySidesError } from "../support/errors.js";
import { type Handlers, SHAPES, startShapes } from "../support/shapes.js";
import { callOn } from "../support/surfaces.js";

const TYPE = "shapes.v1.TooManySidesErrorDetails";
const PROBLEMS = [
  `${TYPE}: the field sides is 5, not a bigint; 5n is sent`,
  `${TYPE}: the field shpe is unknown; its value "disc" is left out; write "shape"`,
];

/** Handlers that fail like those of a program without types. */
function failing(make: () => RichError): Handlers {
  const fail = (): never => {
    throw make();
  };
  return { unary: fail, clientStream: fail, serverStream: fail, bidi: fail };
}

const wrong = () => new TooManySidesError({ shpe: "disc", sides: 5 } as never);

describe("a thrown error whose detail has values that its fields cannot hold", () => {
  it.each(SHAPES)("arrives with the rest of its detail, and onError gets the problems: %s", async (shape) => {
    const shapes = await startShapes(failing(wrong));
    const { error } = await callOn(shapes, shape);
    expect(error).toBeRichError(TooManySidesError, { shape: "", sides: 5n, limit: undefined });
    await expect.poll(() => shapes.failed.length).toBe(1);
    expect(shapes.failed[0]?.problems.map(({ message }) => message)).toEqual(PROBLEMS);
    expect(shapes.failed[0]?.sent.issues.map(({ message }) => message)).toEqual(PROBLEMS);
    expect(shapes.failed[0]?.masked).toBe(false);
  });

  it("has the problems of standard details, and unknown options, among those of onError", async () => {
    const errorDetails = new StandardDetails().addFieldViolation("f", 5 as never);
    const options: object = { errorDetails, mesage: "x" };
    const shapes = await startShapes(failing(() => new RichError(3, "no", options)));
    const { error } = await callOn(shapes, "unary");
    expect((error as RichError).standardDetails.badRequest?.fieldViolations).toMatchObject([{ description: "5" }]);
    await expect.poll(() => shapes.failed.length).toBe(1);
    expect(shapes.failed[0]?.problems.map(({ message }) => message)).toEqual([
      'google.rpc.BadRequest: the field fieldViolations[0].description is 5, not a string; "5" is sent',
      expect.stringMatching(/^the option "mesage" is unknown; /),
    ]);
  });

  it("has no problems if all values are right", async () => {
    const shapes = await startShapes(
      failing(() => new TooManySidesError({ shape: "disc", sides: 5n, limit: undefined })),
    );
    await callOn(shapes, "unary");
    await expect.poll(() => shapes.failed.length).toBe(1);
    expect(shapes.failed[0]?.problems).toEqual([]);
  });

  it("causes one process warning for its class", async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => void warnings.push(warning);
    process.on("warning", note);
    onTestFinished(() => void process.off("warning", note));
    class NewError extends RichError {}
    for (const shpe of ["disc", "cube"]) {
      const definition = { ...TooManySidesError.definition, className: "NewError" };
      void new NewError(definition, { shpe, sides: 5 } as never).issues;
    }
    await setImmediate();
    expect(warnings).toMatchObject([
      {
        name: "GrpcRichErrorsWarning",
        code: "GRPC_RICH_ERRORS_INVALID_DETAIL",
        message: `NewError has an invalid detail: ${PROBLEMS[0]} (and 1 more, in err.issues)`,
      },
    ]);
  });
});
