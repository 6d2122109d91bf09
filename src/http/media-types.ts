/**
 * Checks whether a header `Accept` prefers `application/problem+json` to `application/json`. A type with wildcards
 * prefers neither.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#field.accept
 */
export function prefersProblem(accept: string): boolean {
  const problem = qualityOf("application/problem+json", accept);
  return problem > 0 && problem >= qualityOf("application/json", accept);
}

/** Returns the weight of a media type in a header `Accept`, from 0 to 1. It is 0 for a type that is not listed. */
function qualityOf(type: string, accept: string): number {
  for (const range of accept.toLowerCase().split(",")) {
    const [name = "", ...parameters] = range.split(";").map((part) => part.trim());
    if (name !== type) continue;
    const weight = parameters.find((parameter) => parameter.startsWith("q="));
    const quality = weight === undefined ? 1 : Number(weight.slice(2));
    return quality >= 0 && quality <= 1 ? quality : 0;
  }
  return 0;
}
