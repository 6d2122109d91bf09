import { BinaryReader } from "@bufbuild/protobuf/wire";
import { messageReader } from "../../../src/wire/message-reader.js";
import { WireReader } from "../../../src/wire/reader.js";

let steps = 0;

/** Counts every field that a protobuf reader looks at. An input may cost no more than its bytes allow. */
export function countSteps(): void {
  count(WireReader.prototype, "tag");
  count(messageReader(BinaryReader).prototype, "uint32");
}

/** How many fields were read since the last call. */
export function takeSteps(): number {
  const taken = steps;
  steps = 0;
  return taken;
}

function count(prototype: object, method: string): void {
  const own: unknown = Reflect.get(prototype, method);
  if (typeof own !== "function") throw new Error(`there is no ${method}`);
  Reflect.set(prototype, method, function (this: unknown, ...args: unknown[]) {
    steps++;
    return Reflect.apply(own, this, args);
  });
}
