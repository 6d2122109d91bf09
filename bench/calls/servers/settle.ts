// Runs in the process of each server before anything else is loaded.
//
// V8 compiles `process.nextTick` for good when it is hot. If it has collected
// all garbage before, which depends on nothing but how much code was loaded, it
// knows less of the function, and makes it four times slower for as long as the
// process lives: ten microseconds of each call, in one contender or another.

const nothing = (): void => {};
for (let turn = 0; turn < 200; turn++) {
  for (let tick = 0; tick < 500; tick++) {
    process.nextTick(nothing);
    process.nextTick(nothing, tick);
    process.nextTick(nothing, tick, turn);
  }
  await new Promise(setImmediate);
}
