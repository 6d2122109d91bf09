import type { DeclaredMethod } from "../declaration/model.js";
import { reasonOf } from "../declaration/names.js";
import type { Schema } from "../declaration/schema.js";
import { type ListedPlace, placeOf } from "./listed-place.js";

/** A method that says which errors it may answer. */
export interface ListedMethod extends ListedPlace {
  /** The full name: `"shop.v1.Orders/GetOrder"`. */
  readonly name: string;
  /** In the order in which the method names them. */
  readonly errors: readonly NamedError[];
}

/** An error that a method names, which may be declared in a file that is not listed. */
export interface NamedError {
  /** The full name of the enum. */
  readonly enum: string;
  readonly number: number;
  readonly reason: string;
}

/** A method with the errors that it names. */
export function listedMethod({ desc, errors }: DeclaredMethod, schema: Schema): ListedMethod {
  return {
    name: `${desc.parent.typeName}/${desc.name}`,
    ...placeOf(desc, schema),
    errors: errors.map(({ name, number, parent }) => ({
      enum: parent.typeName,
      number,
      reason: reasonOf(name, parent.name),
    })),
  };
}
