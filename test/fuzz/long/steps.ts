/** The readers of the package as it was built, which it does not export. */
const READERS: readonly (readonly [module: string, reader: string, method: string])[] = [
  ["wire.js", "WireReader", "tag"],
  ["message-reader.js", "MessageReader", "uint32"],
];

let steps = 0;

/** Has every field that a reader of protobuf looks at counted: an input may cost no more than its bytes. */
export async function countSteps(): Promise<void> {
  for (const [module, reader, method] of READERS) {
    const url = new URL(`../../../../dist/esm/src/${module}`, import.meta.url);
    const loaded = (await import(url.href)) as Record<
      string,
      { prototype: Record<string, (...args: unknown[]) => unknown> }
    >;
    const prototype = loaded[reader]?.prototype;
    const own = prototype?.[method];
    if (!prototype || !own) throw new Error(`there is no ${reader}.${method}`);
    prototype[method] = function (this: unknown, ...args: unknown[]) {
      steps++;
      return Reflect.apply(own, this, args);
    };
  }
}

/** How many fields were looked at since it was asked last. */
export function takeSteps(): number {
  const taken = steps;
  steps = 0;
  return taken;
}
