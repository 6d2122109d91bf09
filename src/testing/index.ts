export {
  type DetailPattern,
  type MatcherContext,
  type MatcherResult,
  type RichErrorClass,
  toBeRichError,
} from "./matcher.js";
export { unpackTrailer } from "./unpack-trailer.js";
