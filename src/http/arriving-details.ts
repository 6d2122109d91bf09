import type { Registry } from "@bufbuild/protobuf";
import { type ErrorDetail, hasType, type JsonDetail, noType, typeNameOf } from "../detail.js";
import { canPack, detailFromJson, isJsonDetail, isOpaque } from "../detail-json.js";
import type { Issue } from "../issue.js";
import { thrownText } from "../thrown-text.js";
import { isTooDeep } from "./json.js";

/** The details that come with a body, packed as far as their types are known. */
export class ArrivingDetails {
  readonly packed: ErrorDetail[] = [];
  /** Those that cannot be packed, as they came. */
  readonly json: JsonDetail[] = [];
  readonly #types: Registry;
  readonly #issues: Issue[];
  #added = 0;

  constructor(types: Registry, issues: Issue[]) {
    this.#types = types;
    this.#issues = issues;
  }

  /** Tells whether one of a type was packed. */
  has(typeName: string): boolean {
    return this.packed.some(({ typeUrl }) => typeNameOf(typeUrl) === typeName);
  }

  /** Takes a detail in. Never throws. */
  add(json: unknown): void {
    const place = this.#added++;
    if (!isJsonDetail(json)) {
      this.#issues.push({ kind: "malformed-detail", message: `the detail ${place} has no @type` });
      return;
    }
    if (!hasType(json["@type"]) && !isOpaque(json)) {
      this.#issues.push(noType(json["@type"]));
      this.keep(json);
      return;
    }
    const { "@type": typeUrl } = json;
    try {
      if (canPack(json, this.#types)) {
        this.packed.push(detailFromJson(json, this.#types));
        return;
      }
      const message = `no catalog has the type "${typeNameOf(typeUrl)}"`;
      this.#issues.push({ kind: "unknown-type", message, typeUrl });
    } catch (error) {
      const message = `the detail of the type "${typeNameOf(typeUrl)}" cannot be read: ${thrownText(error)}`;
      this.#issues.push({ kind: "malformed-detail", message, typeUrl });
    }
    this.keep(json);
  }

  /** Takes in a detail that is not to be packed. */
  keep(json: JsonDetail): void {
    if (isTooDeep(json)) {
      const message = "a detail is nested too deep to be kept";
      this.#issues.push({ kind: "malformed-detail", message, typeUrl: json["@type"] });
    } else {
      this.json.push(json);
    }
  }
}
