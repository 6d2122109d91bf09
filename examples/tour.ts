import { run } from "./tour/run.js";

process.exitCode = await run(process.argv.slice(2));
