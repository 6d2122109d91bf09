import { resolve } from "node:path";
import type { Command } from "../input/command.js";
import { chooseModule, findBufConfig } from "../setup/buf-config.js";
import { copyProtos } from "../setup/copied-protos.js";
import { FileChanges } from "../setup/file-changes.js";
import { writeFirstError } from "../setup/first-error.js";
import { addGenerator } from "../setup/generation.js";
import { nextSteps } from "../setup/next-steps.js";
import { readPackages } from "../setup/packages.js";

/** `rich-errors init`: sets up buf and ts-proto in a project, with a first error. */
export const init: Command = {
  name: "init",
  summary: "Sets up buf, ts-proto and the annotation in the current folder, with a first error.",
  arguments: [],
  options: {
    proto: {
      type: "string",
      valueName: "folder",
      help: "The folder that your protos are imported from. By default, the first module of your buf.yaml, or else the folder of your protos, or else proto.",
    },
    "dry-run": { type: "boolean", help: "Prints the changes as a unified diff, and writes nothing." },
  },
  notes: [
    "init creates buf.yaml and buf.gen.yaml, or adds to them. It copies richerrors/v1/annotations.proto, and " +
      "google/rpc/code.proto unless a module or a dependency has it, into the folder of your protos.",
    "It uses no network. Run it again after an update of grpc-rich-errors to update the copies. Run twice, it changes " +
      "nothing.",
  ],
  async run({ options }, terminal) {
    const folder = resolve(terminal.cwd());
    const proto = typeof options["proto"] === "string" ? resolve(folder, options["proto"]) : undefined;
    const changes = new FileChanges(folder);
    const config = findBufConfig(folder, proto, changes);
    const module = chooseModule(config, proto);
    const copies = copyProtos(config, module, folder, changes);
    const generation = addGenerator(config, module, copies.paths, folder, changes);
    const packages = readPackages(folder, generation.runtime);
    const error = writeFirstError(config, module, packages.name, changes);
    const notes = copies.notes.map((note) => `rich-errors: ${note}\n`).join("");
    if (options["dry-run"] === true) {
      terminal.stderr.write(notes);
      return changes.patch;
    }
    const { summary } = changes;
    changes.write();
    terminal.stderr.write(notes);
    const done = summary.length > 0 ? summary : ["Nothing to change: everything is set up."];
    return `${[...done, "", nextSteps({ folder, config, packages, generation, error })].join("\n")}\n`;
  },
};
