import { details } from "./details.js";
import { oneError } from "./packing.js";

for (const part of [oneError, details])
  for await (const f of part.measure({ smoke: process.argv.includes("--smoke"), large: false })) {
    if ("rows" in f) {
      console.log("\n" + f.title);
      for (const r of f.rows)
        console.log(
          r.value.toFixed(2).padStart(9),
          r.ratio.toFixed(2).padStart(7),
          r.name,
          r.goal ? JSON.stringify(r.goal) : "",
        );
    }
  }
