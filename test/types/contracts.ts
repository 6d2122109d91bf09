/**
 * The types of a method's errors, by its contract. Checked by `tsc -p .`, never run.
 */
import {
  type ContractedClient,
  isErrorOf,
  type MethodContract,
  type PromiseClient,
  promises,
  type RichError,
  richErrorServerInterceptor,
  type ServiceContract,
} from "grpc-rich-errors";
import type { AccessDeniedError } from "grpc-rich-errors/catalogs/kurrent";
import { expectTypeOf } from "vitest";
import type { ParcelsClient } from "../gen/parcels/v1/parcels.js";
import { ParcelsContract, type ParcelsPutXLParcelError } from "../gen/parcels/v1/parcels.rich.js";
import type { ShapesClient } from "../gen/shapes/v1/shapes.js";
import {
  type AnyShapeError,
  type CornersBusyError,
  ShapesContract,
  type ShapesUnaryError,
  type TooManySidesError,
} from "../gen/shapes/v1/shapes.rich.js";

expectTypeOf<ShapesUnaryError>().toEqualTypeOf<TooManySidesError | CornersBusyError>();
expectTypeOf<ParcelsPutXLParcelError>().toEqualTypeOf<TooManySidesError | AccessDeniedError>();

/** An error narrows to the errors of the method, and a switch narrows those. */
export async function byMethod(client: ShapesClient): Promise<string> {
  const shapes = promises(client, ShapesContract);
  try {
    expectTypeOf(await shapes.unary({ scenario: "", before: 0 })).toEqualTypeOf<{ index: number }>();
    return "";
  } catch (err) {
    if (!isErrorOf(shapes.unary, err)) {
      expectTypeOf(err).toBeUnknown();
      throw err;
    }
    expectTypeOf(err).toEqualTypeOf<ShapesUnaryError>();
    switch (err.reason) {
      case "TOO_MANY_SIDES":
        expectTypeOf(err.detail.sides).toEqualTypeOf<bigint>();
        return err.detail.shape;
      case "CORNERS_BUSY":
        return "";
      // @ts-expect-error The catalog has such an error, but the method does not declare it.
      case "BAD_SHAPE":
        return "";
      default:
        // Another error in the contract breaks this line.
        return err satisfies never;
    }
  }
}

/** A switch that forgets an error does not compile. */
export function forgetful(client: ParcelsClient, err: unknown): string {
  const parcels = promises(client, ParcelsContract);
  if (!isErrorOf(parcels.putXlParcel, err)) return "";
  if (err.reason === "ACCESS_DENIED") return err.detail.operation;
  // @ts-expect-error TOO_MANY_SIDES is not handled.
  return err satisfies never;
}

/** The contract also works without `promises`. */
export function inCallback(err: RichError): bigint | undefined {
  return isErrorOf(ShapesContract.bidi, err) && err.reason === "TOO_MANY_SIDES" ? err.detail.sides : undefined;
}

/** A method without a contract has no known errors. */
export function without(client: ParcelsClient, shapesClient: ShapesClient, err: unknown): void {
  const parcels = promises(client, ParcelsContract);
  expectTypeOf(parcels.listParcels).toEqualTypeOf<PromiseClient<ParcelsClient>["listParcels"]>();
  // @ts-expect-error The proto does not declare the errors of listParcels.
  isErrorOf(parcels.listParcels, err);
  // @ts-expect-error The service has no contract.
  void ParcelsContract.listParcels;
  // @ts-expect-error The client was made without its contract.
  isErrorOf(promises(shapesClient).unary, err);
  // @ts-expect-error This function is not a method of a client.
  isErrorOf(() => undefined, err);
}

/** Contract and client must belong to the same service. */
export function together(client: ShapesClient): void {
  expectTypeOf(promises(client, ShapesContract)).toEqualTypeOf<ContractedClient<ShapesClient, typeof ShapesContract>>();
  expectTypeOf(promises(client, { unary: ShapesContract.unary }).bidi).toEqualTypeOf<
    PromiseClient<ShapesClient>["bidi"]
  >();
  // @ts-expect-error This contract belongs to another service.
  promises(client, ParcelsContract);
  // @ts-expect-error One of the two belongs to another service.
  promises(client, { ...ShapesContract, ...ParcelsContract });
}

richErrorServerInterceptor({ contracts: [ShapesContract, ParcelsContract], strictContracts: true });
// @ts-expect-error A service is not a contract.
richErrorServerInterceptor({ contracts: [{ unary: { path: "/shapes.v1.Shapes/Unary" } }] });

export const written: ServiceContract<{ unary: TooManySidesError }> = {
  // @ts-expect-error The contract names the class of another error.
  unary: { path: "/shapes.v1.Shapes/Unary", errors: [...ShapesContract.unary.errors] },
};
expectTypeOf<MethodContract<AnyShapeError>>().not.toExtend<MethodContract<TooManySidesError>>();
