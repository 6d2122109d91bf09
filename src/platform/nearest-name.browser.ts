/** Advice in a browser lists all names. */
export function nearestName(): undefined {
  return undefined;
}
