import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** The folder where the first test of a run that needs the package's tarball puts it. */
    tarballFolder: string;
  }
}

/** Makes a folder for the package's tarball before the tests of a run, and deletes it after them. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "grpc-rich-errors-tarball-"));
  project.provide("tarballFolder", folder);
  return () => rm(folder, { recursive: true, force: true });
}
