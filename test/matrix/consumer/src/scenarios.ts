import { interceptorAndHandlers, maskedBug, nothingAttached } from "./calls.js";
import { catalogCommand } from "./commands.js";
import { detailOfEveryKind } from "./details.js";
import { httpMapping } from "./http.js";
import { descriptorSet, protoLoader } from "./run-time-catalogs.js";

const scenarios = {
  "interceptor and richHandlers": interceptorAndHandlers,
  "nothing attached": nothingAttached,
  "a masked bug": maskedBug,
  "a detail of every kind": detailOfEveryKind,
  "HTTP mapping": httpMapping,
  "proto-loader": protoLoader,
  "descriptor set": descriptorSet,
  "rich-errors catalog": catalogCommand,
};

async function run(): Promise<void> {
  for (const [name, scenario] of Object.entries(scenarios)) {
    try {
      await scenario();
    } catch (error) {
      process.exitCode = 1;
      console.log(`${name}: ${error instanceof Error ? error.stack : error}`);
    }
  }
}

void run();
