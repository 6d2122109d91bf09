/** The negative numbers that stand for a state of a stream. */
export const NO_STREAM = -1n;
export const ANY = -2n;
export const EXISTS = -4n;
export const DELETED = -5n;
export const TOMBSTONED = -6n;
