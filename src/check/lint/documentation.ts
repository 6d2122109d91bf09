import { COMMENTS, CONTRACTS, STANDARD } from "./groups.js";
import type { LintRule } from "./subject.js";

/** The rules about what a reader of a catalog learns. */
export const DOCUMENTATION_RULES: readonly LintRule[] = [
  {
    id: "RICH_ERRORS_COMMENT_ENUM",
    purpose: "Checks that enums of errors have a comment.",
    ...COMMENTS,
    check({ enums, schema }, report) {
      for (const { desc, comment } of enums) {
        if (comment.lines.length > 0 || !schema.hasComments(desc.file)) continue;
        const mistake = `${desc.name} has no comment`;
        report(schema.place(desc), `${mistake}; write above it which errors it has`);
      }
    },
  },
  {
    id: "RICH_ERRORS_COMMENT_ERROR",
    purpose: "Checks that errors have a comment, which is their documentation.",
    groups: [...STANDARD.groups, ...COMMENTS.groups],
    isDefault: true,
    check(subject, report) {
      for (const { value, comment } of subject.errors) {
        if (comment.lines.length > 0 || !subject.schema.hasComments(value.parent.file)) continue;
        const mistake = `${value.name} has no comment`;
        report(subject.schema.place(value), `${mistake}; write above it when it occurs and what a client should do`);
      }
    },
  },
  {
    id: "RICH_ERRORS_COMMENT_DETAIL",
    purpose: "Checks that details and their fields have a comment.",
    ...COMMENTS,
    check(subject, report) {
      const { schema, targets } = subject;
      for (const detail of new Set(subject.errors.flatMap(({ detail }) => detail ?? []))) {
        if (!targets.includes(detail.file) || !schema.hasComments(detail.file)) continue;
        for (const element of [detail, ...detail.fields]) {
          if (schema.comment(element).trim() !== "") continue;
          const name = element.kind === "field" ? `the field ${element.name} of ${detail.name}` : detail.name;
          report(schema.place(element), `${name} has no comment; write above it what it holds`);
        }
      }
    },
  },
  {
    id: "RICH_ERRORS_METHOD_CONTRACT",
    purpose: "Checks that methods list the errors that they may return.",
    ...CONTRACTS,
    check({ targets, schema }, report) {
      for (const { services } of targets) {
        for (const method of services.flatMap(({ methods }) => methods)) {
          if (schema.methodErrors(method)) continue;
          const mistake = `the method ${method.name} lists no errors`;
          const fix = 'add option (richerrors.v1.errors), such as {error: ["ORDER_ERROR_ORDER_NOT_FOUND"]}';
          report(schema.place(method), `${mistake}; ${fix}`);
        }
      }
    },
  },
];
