import type { Client } from "@grpc/grpc-js";
import type { ServiceContract } from "../contract.js";
import { insteadOf } from "../platform/names.js";
import { checkContract, checkOptions, isMethodContract } from "../platform/options.js";
import { describeValue, isObject } from "../platform/values.js";
import type { MethodRecovery, PromisesOptions } from "./promise-types.js";

type AnyRecovery = MethodRecovery<unknown, unknown, unknown>;

/** The arguments of `promises` after the client. */
interface Arguments {
  readonly contract: ServiceContract;
  /** A recovery, or one for each method. */
  readonly recovery: object | undefined;
}

/**
 * Reads the arguments of `promises`: a contract, options, or both.
 *
 * @throws TypeError for an argument of a wrong type, and for an unknown option
 */
export function readArguments(second: object, third: PromisesOptions<Client> | undefined): Arguments {
  const options = third === undefined && isOptions(second) ? (second as PromisesOptions<Client>) : third;
  const contract = options === second ? {} : (second as ServiceContract);
  checkContract("promises: the second argument", contract);
  checkOptions("promises", options, { recovery: true });
  const recovery: unknown = options?.recovery;
  if (recovery === undefined || isObject(recovery)) return { contract, recovery };
  throw new TypeError(
    `promises: recovery is ${describeValue(recovery)}; write recovery.declared, or an object with a recovery for each method`,
  );
}

/** Checks whether a value is options, not a contract. A contract may have a method with the name of an option. */
function isOptions(value: unknown): boolean {
  return isObject(value) && Object.hasOwn(value, "recovery") && !isMethodContract(Reflect.get(value, "recovery"));
}

/**
 * Returns the recovery of a method.
 *
 * @throws TypeError if it is not a recovery
 */
export function recoveryFor(recovery: object | undefined, name: string): AnyRecovery | undefined {
  if (!recovery || isRecovery(recovery)) return recovery;
  const own: unknown = Object.hasOwn(recovery, name) ? Reflect.get(recovery, name) : undefined;
  if (own === undefined || isRecovery(own)) return own;
  throw new TypeError(
    `promises: recovery.${name} is ${describeValue(own)}; write a recovery, such as recovery.declared`,
  );
}

/**
 * Checks that the client has all methods of an object with recoveries.
 *
 * @throws TypeError that suggests the nearest method
 */
export function checkNames(recovery: object | undefined, names: readonly string[]): void {
  if (!recovery || isRecovery(recovery)) return;
  const unknown = Object.keys(recovery).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  const instead = insteadOf(unknown, names);
  throw new TypeError(`promises: recovery has the method "${unknown}", which the client does not have; ${instead}`);
}

function isRecovery(value: unknown): value is AnyRecovery {
  return isObject(value) && "install" in value && typeof value.install === "function";
}
