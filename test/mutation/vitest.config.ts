// Each test file starts with a mutant, or none, before it loads the source.
export { isolated as default } from "../../vitest.config.js";
