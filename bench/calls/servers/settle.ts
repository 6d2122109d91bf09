// Runs in the process of each server before anything else is loaded.
//
// In some processes `process.nextTick` takes four times as long as in others for
// as long as they live, which adds ten microseconds to a call. Which ones depends
// on when V8 collects garbage while it warms up, and so on how much code was
// loaded, of whichever library. Where it was called often before, it is fast.

const nothing = (): void => {};
for (let turn = 0; turn < 200; turn++) {
  for (let tick = 0; tick < 500; tick++) {
    process.nextTick(nothing);
    process.nextTick(nothing, tick);
    process.nextTick(nothing, tick, turn);
  }
  await new Promise(setImmediate);
}
