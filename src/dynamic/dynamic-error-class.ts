import type { ErrorClass } from "../catalog.js";
import type { Definition } from "../definition.js";
import type { RichErrorOptions } from "../error/thrown-content.js";
import { isInstance } from "../identity.js";
import { RichError } from "../rich-error.js";

/**
 * The class of an error that was declared at run time.
 *
 * Constructed as a generated class is: with the detail and options, or with
 * options alone where the error carries no detail.
 */
export interface DynamicErrorClass extends ErrorClass {
  new (detail: unknown, options?: RichErrorOptions): RichError;
  new (options?: RichErrorOptions): RichError;
}

/** Makes the class of an error, as `protoc-gen-rich-errors` would write it. */
export function dynamicErrorClass(definition: Definition, base: typeof RichError): DynamicErrorClass {
  const { className, detail } = definition;
  return {
    // A class takes its name from the property that it is given to.
    [className]: class extends base {
      static override readonly definition: Definition = definition;

      static override [Symbol.hasInstance](value: unknown): value is RichError {
        return isInstance(this, value);
      }

      constructor(...args: readonly unknown[]) {
        const [body, options] = detail ? args : [undefined, args[1] ?? args[0]];
        super(definition, body, options as RichErrorOptions | undefined);
      }
    },
  }[className] as unknown as DynamicErrorClass;
}

/** Makes the class that the errors of an enum extend. */
export function dynamicBaseClass(name: string, enumName: string): typeof RichError {
  return {
    [name]: class extends RichError {
      static readonly enumName: string = enumName;

      static override [Symbol.hasInstance](value: unknown): value is RichError {
        return isInstance(this, value);
      }
    },
  }[name] as typeof RichError;
}
