import { createHash, timingSafeEqual } from "node:crypto";
import type { Metadata } from "@grpc/grpc-js";
import { AccessDeniedError } from "grpc-rich-errors/catalogs/kurrent";

/** A user of the server. */
export interface User {
  readonly name: string;
  readonly password: string;
  /** Whether the user may use the streams whose names begin with `$`. */
  readonly admin: boolean;
}

/** Parses `name:password` and `name:password:admin`, separated by commas. */
export function parseUsers(text: string): User[] {
  return text.split(",").flatMap((entry) => {
    const [name = "", password = "", role] = entry.trim().split(":");
    return name === "" ? [] : [{ name, password, admin: role === "admin" }];
  });
}

/** Checks permissions: everybody may use ordinary streams, and only admins those of the system. */
export class Access {
  readonly #users: ReadonlyMap<string, User>;

  constructor(users: readonly User[]) {
    this.#users = new Map(users.map((user) => [user.name, user]));
  }

  /** Throws if the caller may not read or write a stream. */
  require(metadata: Metadata, verb: "read" | "write", stream: string): void {
    const operation = `${verb} "${stream}"`;
    const user = this.#identify(metadata, operation);
    if (!stream.startsWith("$") || user?.admin) return;
    throw new AccessDeniedError({ operation, username: user?.name, permission: `system-streams:${verb}` });
  }

  /** Returns the caller, or `undefined` for a call without credentials. Throws for wrong credentials. */
  #identify(metadata: Metadata, operation: string): User | undefined {
    const [header] = metadata.get("authorization");
    if (header === undefined) return undefined;
    const [, encoded = ""] = /^Basic (.+)$/i.exec(String(header)) ?? [];
    const [, name = "", password = ""] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, "base64").toString()) ?? [];
    const user = this.#users.get(name);
    // Compares passwords for unknown users too, so that the time does not reveal whether a user exists.
    if (isEqual(password, user?.password ?? "") && user) return user;
    throw new AccessDeniedError({ operation, username: name || undefined });
  }
}

function isEqual(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
