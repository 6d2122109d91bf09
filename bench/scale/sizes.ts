const LENGTHS = [10, 300, 700, 100_000];

/** Returns the name of a stream, from ten bytes to far more than an error can carry. The number of the call selects one. */
export function streamOfSize(number: number): string {
  return "s".repeat(LENGTHS[number % LENGTHS.length] ?? 0);
}

/** Checks whether an error with that name arrives with its detail. */
export function fits(number: number): boolean {
  return number % LENGTHS.length < LENGTHS.length - 1;
}
