/** In a browser there is no check, because nothing is sent from there. */
export function protobufEsCheck(): undefined {
  return undefined;
}
