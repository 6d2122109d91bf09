import type { Metadata } from "@grpc/grpc-js";
import type { CanActivate, ExecutionContext } from "@nestjs/common";
import { SignInRequiredError } from "./gen/shop/v1/errors.rich.js";

/** Lets only signed-in customers call the shop. */
export class SignInGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const metadata = context.switchToRpc().getContext<Metadata>();
    if (metadata.get("authorization").length === 0) throw new SignInRequiredError();
    return true;
  }
}
