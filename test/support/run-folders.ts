import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** The folder where the first test of a run that needs the package's tarball puts it. */
    tarballFolder: string;
    /** The folder for generated modules. It lies in the repository, where they find the packages that they import. */
    generatedFolder: string;
  }
}

const BUILD = fileURLToPath(new URL("../../build", import.meta.url));

/** Makes the folders that the files of a run share, and deletes them after the run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await mkdir(BUILD, { recursive: true });
  const tarball = await mkdtemp(join(tmpdir(), "grpc-rich-errors-tarball-"));
  const generated = await mkdtemp(join(BUILD, "generated-"));
  project.provide("tarballFolder", tarball);
  project.provide("generatedFolder", generated);
  return async () => {
    for (const folder of [tarball, generated]) await rm(folder, { recursive: true, force: true });
  };
}
