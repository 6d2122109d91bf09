import type { DescMessage } from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import { ownDetailNames } from "../../declaration/error.js";
import { placeText } from "../../declaration/problems.js";
import { PEERS, STANDARD } from "./groups.js";
import { baseOptionOf, errorRule, type LintedError, type LintRule, type LintSubject } from "./subject.js";

/** The rules about details, and about fields of details in messages. */
export const DETAIL_RULES: readonly LintRule[] = [
  errorRule(
    {
      id: "RICH_ERRORS_DETAIL_AMBIGUOUS",
      purpose: "Checks that has_details can mean only one message.",
      ...STANDARD,
    },
    ({ value, facts, detail, option }, report, { schema }) => {
      if (!detail || option.has("detail_type")) return;
      const [, other] = ownDetailNames(value, facts.reason).filter((name) => schema.message(name));
      if (other === undefined) return;
      const place = baseOptionOf(value, schema)?.place("has_details") ?? schema.place(value);
      const mistake = `has_details of ${value.name} means ${detail.typeName}, but ${other} also has a name that it can mean`;
      report(place, `${mistake}; set detail_type to the one that you mean`);
    },
  ),
  {
    id: "RICH_ERRORS_DETAIL_USED",
    purpose: "Checks that a message with the name of a detail is the detail of an error.",
    ...STANDARD,
    check(subject, report) {
      const { schema } = subject;
      const details = new Set(subject.errors.flatMap(({ detail }) => detail ?? []));
      const used = usedMessages(subject);
      const owners = detailOwners(subject);
      for (const message of messagesIn(subject)) {
        if (details.has(message) || used.has(message)) continue;
        const owner = owners.get(message.typeName);
        if (owner) {
          const mistake = `${message.typeName} has the name of a detail of ${owner}, which sets no has_details`;
          report(schema.place(message), `${mistake}; set has_details: true there, or rename the message`);
        } else if (message.name.endsWith("ErrorDetails") && declaresErrors(message, subject)) {
          const mistake = `${message.typeName} has the name of a detail, but no error carries it`;
          report(schema.place(message), `${mistake}; set detail_type of an error to it, or remove the message`);
        }
      }
    },
  },
  errorRule(
    {
      id: "RICH_ERRORS_DETAIL_ONCE",
      purpose:
        "Checks that a detail is not of a type that the server adds to errors, because each type occurs once (AIP-193).",
      ...STANDARD,
    },
    ({ value, facts, detail, option }, report) => {
      if (!detail) return;
      const added = ADDED_BY_SERVER.get(detail.typeName);
      const subject = `the detail of ${value.name} is ${detail.typeName}`;
      const place = option.place(option.has("detail_type") ? "detail_type" : "has_details");
      if (added) {
        report(place, `${subject}, which the server option ${added} adds to errors; declare a message of your own`);
      } else if (detail.typeName === "google.rpc.Help" && facts.helpUrl !== undefined) {
        const mistake = `help_url of ${value.name} would be sent as google.rpc.Help, which is already its detail`;
        report(option.place("help_url"), `${mistake}; remove help_url, or declare a message of your own`);
      }
    },
  ),
  {
    id: "RICH_ERRORS_DETAIL_DISTINCT",
    purpose:
      "Checks that no two errors have the same type of detail, which identifies an error that comes without ErrorInfo.",
    ...PEERS,
    check(subject, report) {
      const { schema } = subject;
      const seen = new Map<string, LintedError>();
      for (const error of subject.errors) {
        if (!error.detail) continue;
        const first = seen.get(error.detail.typeName);
        if (!first) seen.set(error.detail.typeName, error);
        else {
          const where = `${first.value.name} at ${placeText(schema.place(first.value))}`;
          const mistake = `${error.value.name} has the detail ${error.detail.typeName}, as does ${where}`;
          const field = error.option.has("detail_type") ? "detail_type" : "has_details";
          const place = (field === "detail_type" ? error.option : baseOptionOf(error.value, schema))?.place(field);
          report(place ?? schema.place(error.value), `${mistake}; declare a message for each`);
        }
      }
    },
  },
];

/** The types that a server adds, by the options that add them. */
const ADDED_BY_SERVER: ReadonlyMap<string, string> = new Map([
  ["google.rpc.DebugInfo", "debug"],
  ["google.rpc.LocalizedMessage", "messages"],
  ["google.rpc.RequestInfo", "requestInfo"],
]);

/** The names of errors without a detail, by the types that would be their details. */
function detailOwners(subject: LintSubject): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  for (const { value, facts, detail } of subject.errors) {
    if (detail) continue;
    // A message with the bare name of the error can be anything, such as an event.
    for (const name of ownDetailNames(value, facts.reason).slice(0, 2)) owners.set(name, value.name);
  }
  return owners;
}

/** The messages of the files to check, including those inside messages. */
function messagesIn({ targets }: LintSubject): DescMessage[] {
  return targets.flatMap((file) => [...nestedTypes(file)].filter((type) => type.kind === "message"));
}

/** The messages that are the type of a field, a request or a response. */
function usedMessages(subject: LintSubject): ReadonlySet<DescMessage> {
  const fields = messagesIn(subject).flatMap((message) => message.fields);
  const methods = subject.targets.flatMap(({ services }) => services.flatMap(({ methods }) => methods));
  return new Set([
    ...fields.flatMap(({ message }) => message ?? []),
    ...methods.flatMap(({ input, output }) => [input, output]),
  ]);
}

/** Checks whether the package of a message declares errors. */
function declaresErrors({ file }: DescMessage, { enums }: LintSubject): boolean {
  return enums.some(({ desc }) => desc.file.proto.package === file.proto.package);
}
