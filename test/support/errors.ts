import type { RichErrorOptions } from "grpc-rich-errors";
import { TooManySidesError } from "../gen/shapes/v1/shapes.rich.js";

export {
  BadShapeError,
  CornersBusyError,
  catalog,
  ShapeError,
  TooManySidesError,
} from "../gen/shapes/v1/shapes.rich.js";

/** What most tests have a handler fail with: a number in it is beyond what a double holds. */
export const SIDES = { shape: "chiliagon", sides: 9_007_199_254_740_993n, limit: { most: 12n } };

/** What {@link tooManySides} says. */
export const SIDES_MESSAGE = "chiliagon has 9007199254740993 sides, 12 {at most}";

/** A declared error with a detail. */
export function tooManySides(options?: RichErrorOptions): TooManySidesError {
  return new TooManySidesError(SIDES, options);
}
