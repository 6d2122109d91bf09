import { ours } from "../../peers/ours.js";
import { type Scenario, sampleFor } from "../scenario.js";
import { serveRich } from "./rich.js";

await serveRich(async ({ request }) => {
  if (request.scenario === ("succeed" satisfies Scenario)) return { index: 1 };
  throw ours.make(sampleFor(request));
});
