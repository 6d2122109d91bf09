import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { credentials } from "@grpc/grpc-js";
import { metrics } from "@opentelemetry/api";
import { PrometheusExporter } from "@opentelemetry/exporter-prometheus";
import { MeterProvider } from "@opentelemetry/sdk-metrics";
import { parser } from "@prometheus-io/lezer-promql";
import { Code, RichError, richErrorClientOptions } from "grpc-rich-errors";
import { clientTelemetry, serverTelemetry } from "grpc-rich-errors/opentelemetry";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { ShapesClient } from "../gen/shapes/v1/shapes.js";
import { ShapesContract } from "../gen/shapes/v1/shapes.rich.js";
import { CornersBusyError, catalog, tooManySides } from "../support/errors.js";
import { openShapes, request } from "../support/shapes.js";

// The expressions that operators copy, against what OpenTelemetry's exporter shows of a server and a client that fail.

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: { readonly summary: string; readonly description: string };
}

interface Panel {
  readonly title: string;
  readonly type: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

interface Dashboard {
  readonly panels: readonly Panel[];
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly query: string | { readonly query: string } }[];
  };
}

const read = (name: string) => readFileSync(new URL(`../../docs/operating/${name}`, import.meta.url), "utf8");

const { groups } = parse(read("alerts.yml")) as { groups: readonly { rules: readonly Rule[] }[] };
const rules = groups.flatMap(({ rules }) => rules);
const dashboard = JSON.parse(read("dashboard.json")) as Dashboard;

/** The labels that Prometheus itself adds to everything that it reads. */
const ADDED = { job: "orders", instance: "10.0.0.7:9464" };

/** The labels of one series, with its name as `__name__`. */
type Series = Readonly<Record<string, string>>;

/** Reads the text that Prometheus reads. */
function seriesOf(text: string): Series[] {
  return text.split("\n").flatMap((line) => {
    const [, name, labels] = /^(\w+)(?:\{(.*)\})? [^ ]+$/.exec(line) ?? [];
    if (name === undefined) return [];
    const pairs = [...(labels ?? "").matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label, value]) => [label, value]);
    return [{ __name__: name, ...ADDED, ...Object.fromEntries(pairs) }];
  });
}

interface Matcher {
  readonly label: string;
  readonly operator: string;
  readonly value: string;
}

interface Query {
  /** The matchers of each selector, the name of a metric as the label `__name__`. */
  readonly selectors: readonly (readonly Matcher[])[];
  /** The labels after `by`, `on` and `group_left`. */
  readonly labels: readonly string[];
  readonly mistakes: readonly string[];
}

/** Reads an expression of PromQL, in which the variables of Grafana have values. */
function queryOf(template: string): Query {
  const text = template.replaceAll("$__rate_interval", "5m").replaceAll("$__range", "3h").replaceAll(/\$\w+/g, ".*");
  const selectors: Matcher[][] = [];
  const labels: string[] = [];
  const mistakes: string[] = [];
  parser.parse(text).iterate({
    enter: ({ name, from, to, node, type }) => {
      const own = text.slice(from, to);
      if (type.isError) mistakes.push(`at ${from}: ${text.slice(from)}`);
      if (name === "VectorSelector") selectors.push([]);
      if (name === "Identifier") selectors.at(-1)?.push({ label: "__name__", operator: "=", value: own });
      if (name === "LabelName" && node.parent?.name === "GroupingLabels") labels.push(own);
      if (name !== "UnquotedLabelMatcher") return;
      const [, label = "", operator = "", value = ""] = /^(\w+)\s*(=~|!~|!=|=)\s*"(.*)"$/.exec(own) ?? [];
      selectors.at(-1)?.push({ label, operator, value });
    },
  });
  return { selectors, labels, mistakes };
}

function isSelected(series: Series, matchers: readonly Matcher[]): boolean {
  return matchers.every(({ label, operator, value }) => {
    const given = series[label] ?? "";
    const isEqual = operator.endsWith("~") ? new RegExp(`^(?:${value})$`).test(given) : given === value;
    return isEqual !== operator.startsWith("!");
  });
}

let series: readonly Series[];

/** Lets a server and clients fail in the ways that the alerts are about, and returns what the exporter shows. */
async function failInEveryWay(): Promise<Series[]> {
  const exporter = new PrometheusExporter({ preventServerStart: true });
  const provider = new MeterProvider({ readers: [exporter] });
  metrics.setGlobalMeterProvider(provider);
  const failures = [
    () => new Error("masked"),
    () => new CornersBusyError(),
    () => tooManySides(),
    () => new RichError(Code.ABORTED, "undeclared", { reason: "NOT_DECLARED", domain: "x.example" }),
    () => new RichError(Code.NOT_FOUND, "without a reason"),
  ];
  const client = richErrorClientOptions({ catalogs: [catalog], telemetry: clientTelemetry() });
  const shapes = await openShapes(
    {
      unary: async (call) => {
        const failure = failures[call.request.before];
        if (failure) throw failure();
        return { index: 0 };
      },
    },
    { boundary: { telemetry: serverTelemetry(), contracts: [ShapesContract] }, client },
  );
  for (let index = 0; index <= failures.length; index++) await shapes.calls.unary(request(index)).catch(() => {});
  const unreachable = new ShapesClient("127.0.0.1:1", credentials.createInsecure(), client);
  await new Promise((resolve) => unreachable.unary(request(), resolve));
  const server = createServer((incoming, response) => exporter.getMetricsRequestHandler(incoming, response)).listen(0);
  const { port } = server.address() as AddressInfo;
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  server.close();
  unreachable.close();
  shapes.close();
  await provider.shutdown();
  metrics.disable();
  return seriesOf(text);
}

beforeAll(async () => {
  series = await failInEveryWay();
});

const panels = dashboard.panels.filter(({ type }) => type !== "row");
const variables = dashboard.templating.list.flatMap(({ name, query }) => {
  const [, selector = "", label = ""] =
    /^label_values\((.*), (\w+)\)$/.exec(typeof query === "string" ? query : query.query) ?? [];
  return selector === "" ? [] : [[`variable ${name}`, `sum by (${label}) (${selector})`] as const];
});

const expressions: readonly (readonly [where: string, expression: string])[] = [
  ...rules.map(({ alert, expr }) => [alert, expr] as const),
  ...panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [title, expr] as const)),
  ...variables,
];

describe("an expression of docs/operating", () => {
  it.each(expressions)("(%s) is PromQL, and selects what the exporter shows", (_, expression) => {
    const { selectors, labels, mistakes } = queryOf(expression);
    expect(mistakes).toEqual([]);
    expect(selectors.length).toBeGreaterThan(0);
    for (const matchers of selectors) {
      expect(
        series.filter((one) => isSelected(one, matchers)),
        JSON.stringify(matchers),
      ).not.toEqual([]);
    }
    const known = new Set(
      selectors.flatMap((matchers) => series.filter((one) => isSelected(one, matchers)).flatMap(Object.keys)),
    );
    expect(labels.filter((label) => !known.has(label))).toEqual([]);
  });
});

describe("the alerts", () => {
  it("are eight, with names of their own", () => {
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(8);
  });

  it.each(rules)(
    "$alert has what Prometheus asks for",
    ({ expr, for: pending = "0s", labels, annotations, ...others }) => {
      expect(Object.keys(others)).toEqual(["alert"]);
      expect(pending).toMatch(/^\d+[smh]$/);
      expect(labels).toEqual({ severity: expect.stringMatching(/^(info|warning|critical)$/) });
      expect(Object.keys(annotations)).toEqual(["summary", "description"]);
      // Only the labels of the result can be in its texts.
      const used = [...JSON.stringify(annotations).matchAll(/\$labels\.(\w+)/g)].map(([, label]) => label);
      const { labels: grouped } = queryOf(expr);
      expect(used.filter((label = "") => !grouped.includes(label))).toEqual([]);
    },
  );
});

describe("the dashboard", () => {
  it.each(panels)("has a place of its own for $title", (panel) => {
    const overlapping = dashboard.panels.filter(({ gridPos: { x, y, w, h } }) => {
      const own = panel.gridPos;
      return x < own.x + own.w && own.x < x + w && y < own.y + own.h && own.y < y + h;
    });
    expect(overlapping).toEqual([panel]);
    expect(panel.gridPos.x + panel.gridPos.w).toBeLessThanOrEqual(24);
  });

  it.each(panels)("shows in the legend of $title only labels of the result", ({ targets = [] }) => {
    for (const { expr, legendFormat } of targets) {
      const used = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label);
      expect(used.filter((label = "") => !queryOf(expr).labels.includes(label))).toEqual([]);
    }
  });
});
