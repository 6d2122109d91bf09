import type { RichErrorOptions } from "grpc-rich-errors";
import { TooManySidesError } from "../gen/shapes/v1/shapes.rich.js";

export {
  BadShapeError,
  CornersBusyError,
  catalog,
  ShapeError,
  TooManySidesError,
} from "../gen/shapes/v1/shapes.rich.js";

/** The usual detail of a failing handler. One number exceeds the range of a double. Frozen, because test files share it. */
export const SIDES = Object.freeze({
  shape: "chiliagon",
  sides: 9_007_199_254_740_993n,
  limit: Object.freeze({ most: 12n }),
});

/** The message of {@link tooManySides}. */
export const SIDES_MESSAGE = "chiliagon has 9007199254740993 sides, 12 {at most}";

/** A declared error with a detail. */
export function tooManySides(options?: RichErrorOptions): TooManySidesError {
  return new TooManySidesError(SIDES, options);
}
