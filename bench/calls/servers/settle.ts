// Runs in each server process before anything else is loaded.
//
// V8 optimizes `process.nextTick` for the shape of the objects that it creates. If a full garbage collection finds
// none of these objects, V8 forgets the shape, and the function takes four times as long until the process exits:
// up to ten microseconds per call. Whether that happens depends on the amount of code that any library loads, and
// on luck. This loop has the function compiled early, so that it does not happen.

const nothing = (): void => {};
for (let turn = 0; turn < 200; turn++) {
  for (let tick = 0; tick < 500; tick++) {
    process.nextTick(nothing);
    process.nextTick(nothing, tick);
    process.nextTick(nothing, tick, turn);
  }
  await new Promise(setImmediate);
}
