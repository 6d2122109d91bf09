/** There is no check in a browser, because nothing is sent from there. */
export function watching(): undefined {
  return undefined;
}
