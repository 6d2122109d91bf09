import { StandardDetails } from "grpc-rich-errors";
import type { ErrorDetail } from "../../src/detail/detail.js";
import { delimited } from "../../src/wire/reader.js";
import { WireWriter } from "../../src/wire/writer.js";
import { AuditRecord, Grade, SealedErrorDetails } from "../gen/vault/v1/vault.js";

/** A text that is in redacted fields only. */
export const SECRET = "Tr0ubadour4correctHorseXZ";
/** A number that is in redacted fields only. */
export const SECRET_NUMBER = 740_692_185_347;

const CARD = { holder: "Ada", number: SECRET, replaced: { holder: "Bob", number: SECRET, replaced: undefined } };

/** A detail with a secret in each redacted field. */
export const SEALED: SealedErrorDetails = {
  ...SealedErrorDetails.decode(new Uint8Array()),
  vault: "v-7",
  owner: SECRET,
  balance: -BigInt(SECRET_NUMBER),
  key: Buffer.from(SECRET),
  codes: [SECRET, "x"],
  labels: { [SECRET]: SECRET },
  card: CARD,
  cards: [CARD, { ...CARD, number: "" }],
  cardsByName: { main: CARD },
  proof: { $case: "password", value: SECRET },
  isFrozen: true,
  hasDebt: true,
  spare: CARD,
  pins: [1, 2, 3],
  attachment: { typeUrl: "type.googleapis.com/vault.v1.AuditRecord", value: auditRecord() },
  grade: Grade.GRADE_BLACK,
  score: SECRET_NUMBER,
  seed: 7,
  nickname: SECRET,
  bornAt: new Date(SECRET_NUMBER),
  facts: { door: "north", ["__proto__"]: "own" },
  attempts: 9_007_199_254_740_993n,
};

/** The encoded message of a type that is the detail of no error. */
export function auditRecord(): Buffer {
  return Buffer.from(AuditRecord.encode({ action: "open", actor: SECRET }).finish());
}

/** Details of the same type as an error may carry beside its own. */
export const AUDIT = { typeUrl: "type.googleapis.com/vault.v1.AuditRecord", value: auditRecord() };

/** The same in the details of a `google.rpc.Status`, as a detail. */
export const STATUS_WITH_AUDIT = {
  typeUrl: "type.googleapis.com/google.rpc.Status",
  value: new WireWriter().uint32(delimited(3)).bytes(anyOf(AUDIT)).finish(),
};

/** Returns the `google.protobuf.Any` of a detail. */
export function anyOf({ typeUrl, value }: ErrorDetail): Uint8Array {
  return new WireWriter().uint32(delimited(1)).bytes(Buffer.from(typeUrl)).uint32(delimited(2)).bytes(value).finish();
}

export const WITH_AUDIT = { errorDetails: [...new StandardDetails().setRequestInfo("r-1"), AUDIT] };

/** Returns the forms in which a text contains a secret: as it is, in base64, hex, percent-encoding or escapes of JSON. */
export function secretsIn(text: string): string[] {
  const secrets = [SECRET, String(SECRET_NUMBER), new Date(SECRET_NUMBER).toISOString()];
  const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  const forms = (secret: string) => ({
    "as it is": secret,
    "in hex": Buffer.from(secret).toString("hex"),
    "in escapes": [...secret].map(escaped).join(""),
    "percent-encoded": [...Buffer.from(secret)].map((byte) => `%${byte.toString(16)}`).join(""),
    ...Object.fromEntries([0, 1, 2].map((before) => [`in base64, ${before} bytes in`, base64Of(secret, before)])),
  });
  const lower = text.toLowerCase();
  return secrets.flatMap((secret) =>
    Object.entries(forms(secret))
      .filter(([form, part]) => (form.includes("base64") ? text.includes(part) : lower.includes(part.toLowerCase())))
      .map(([form]) => `${secret} ${form}`),
  );
}

/** The base64 of a text after a number of bytes, without the characters that depend on its neighbours. */
function base64Of(text: string, before: number): string {
  const whole = Math.floor((before + text.length) / 3) * 4;
  const encoded = Buffer.from(`${"\0".repeat(before)}${text}`).toString("base64");
  return encoded.slice(before === 0 ? 0 : 4, whole);
}

const SLOT = Symbol.for("grpc-rich-errors.v1.redaction");

/** Runs a function as if no field were annotated: a control that shows where the secrets would be. */
export function withoutAnnotations<T>(run: () => T): T {
  const slot = globalThis as { [SLOT]?: unknown };
  const redaction = slot[SLOT];
  delete slot[SLOT];
  try {
    return run();
  } finally {
    slot[SLOT] = redaction;
  }
}
