// Runs in the process of each server before anything else is loaded.
//
// V8 makes `process.nextTick` fast by what it has learnt of the objects that this
// function makes. A full collection of garbage while none of them is there has it
// forget that, and from then on the function takes four times as long, for as long
// as the process lives: up to ten microseconds of each call. Whether that happens
// before the function is compiled depends on how much code is loaded, of whichever
// library, and on luck.

const nothing = (): void => {};
for (let turn = 0; turn < 200; turn++) {
  for (let tick = 0; tick < 500; tick++) {
    process.nextTick(nothing);
    process.nextTick(nothing, tick);
    process.nextTick(nothing, tick, turn);
  }
  await new Promise(setImmediate);
}
