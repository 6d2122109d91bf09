/** Keeps what the work gives, so that none of it is left out. */
export let kept: unknown;

/** Does a piece of work so many times. */
export function repeat(work: () => unknown): (times: number) => void {
  return (times) => {
    for (let time = 0; time < times; time++) kept = work();
  };
}
