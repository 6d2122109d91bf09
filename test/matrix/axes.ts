/** The packages of a user's project that a row of the matrix varies, with the names that readers know them by. */
export const AXES = {
  node: "Node",
  "@grpc/grpc-js": "grpc-js",
  typescript: "TypeScript",
  "ts-proto": "ts-proto",
  "@grpc/proto-loader": "proto-loader",
  protobufjs: "protobufjs",
} as const;

export type Axis = keyof typeof AXES;

/** A version of each package, as npm takes it: `"1.14"` is the newest 1.14. */
export type Versions = Readonly<Record<Axis, string>>;

/** A project with some versions, in which all scenarios run. */
export interface Row {
  /** `"grpc-js 1.10.0"`, or the name of a corner. */
  readonly name: string;
  /** The packages that differ from the defaults. */
  readonly varied: readonly Axis[];
  readonly versions: Versions;
}

/** The versions of a row, unless it varies them: the newest, on the oldest Node. */
export const DEFAULTS: Versions = {
  node: "20",
  "@grpc/grpc-js": "1.14",
  typescript: "7",
  "ts-proto": "2",
  "@grpc/proto-loader": "0.8",
  protobufjs: "7",
};

const OLDEST: Versions = {
  node: "20",
  "@grpc/grpc-js": "1.10.0",
  typescript: "5.4",
  // Older ones do not know `oneof=unions-value`.
  "ts-proto": "1.180.0",
  "@grpc/proto-loader": "0.7.0",
  protobufjs: "7.0.0",
};

const NEWEST: Versions = { ...DEFAULTS, node: "26", protobufjs: "8" };

/** Each axis alone, and the corners. */
export const ROWS: readonly Row[] = [
  row("defaults", {}),
  ...alone("node", "22", "24", "26"),
  ...alone("@grpc/grpc-js", "1.10.0", "1.12"),
  ...alone("typescript", "5.4", "5.9", "6"),
  ...alone("ts-proto", OLDEST["ts-proto"]),
  ...alone("@grpc/proto-loader", "0.7.0"),
  ...alone("protobufjs", "7.0.0", "8"),
  row("oldest of all", OLDEST),
  row("newest of all", NEWEST),
];

/** A framework for which the package has an entry of its own. */
export interface Integration {
  /** `"Vitest 4"`. */
  readonly name: string;
  readonly kind: "vitest" | "jest" | "nest" | "neighbors" | "protobuf-es";
  readonly node: string;
  /** What a project installs for it. */
  readonly packages: Readonly<Record<string, string>>;
  /** The packages whose versions a reader sees, with their titles. By default, the first. */
  readonly shown?: Readonly<Record<string, string>>;
}

export const INTEGRATIONS: readonly Integration[] = [
  vitest("3.0.0", "20"),
  vitest("3", "20"),
  vitest("4", "20"),
  // It needs Node 22.
  vitest("5", "22"),
  jest("29", "20"),
  jest("30", "20"),
  nest("11", "20"),
  // It needs Node 22.
  nest("12", "22"),
  neighbors("oldest neighbors", { nice: "2.0.0", connect: "2.0.0", express: "4.0.0", fastify: "5.0.0" }),
  neighbors("newest neighbors", { nice: "2", connect: "2", express: "5", fastify: "5" }),
  protobufEs("2"),
];

/** The rows of `--quick`: those that need the fewest downloads and find the most. */
export const QUICK: readonly string[] = ["oldest of all"];

function row(name: string, versions: Partial<Versions>): Row {
  const axes = Object.keys(AXES) as Axis[];
  const varied = axes.filter((axis) => versions[axis] !== undefined && versions[axis] !== DEFAULTS[axis]);
  return { name, varied, versions: { ...DEFAULTS, ...versions } };
}

function alone(axis: Axis, ...versions: string[]): Row[] {
  return versions.map((version) => row(`${AXES[axis]} ${version}`, { [axis]: version }));
}

function vitest(version: string, node: string): Integration {
  return { name: `Vitest ${version}`, kind: "vitest", node, packages: { vitest: version } };
}

function jest(version: string, node: string): Integration {
  return { name: `Jest ${version}`, kind: "jest", node, packages: { jest: version, "@types/jest": version } };
}

function neighbors(
  name: string,
  { nice, connect, express, fastify }: Readonly<Record<"nice" | "connect" | "express" | "fastify", string>>,
): Integration {
  const packages = {
    "nice-grpc": nice,
    "@connectrpc/connect": connect,
    "@connectrpc/connect-node": connect,
    express,
    "@types/express": express.split(".")[0] ?? express,
    fastify,
  };
  const shown = { "nice-grpc": "nice-grpc", "@connectrpc/connect": "Connect", express: "Express", fastify: "Fastify" };
  return { name, kind: "neighbors", node: "20", packages, shown };
}

function protobufEs(version: string): Integration {
  const packages = { "@bufbuild/protoc-gen-es": version };
  return { name: `protobuf-es ${version}, with runtime=es`, kind: "protobuf-es", node: "20", packages };
}

function nest(version: string, node: string): Integration {
  const own = ["common", "core", "microservices", "platform-express", "platform-fastify"];
  const others = ["class-transformer", "class-validator", "reflect-metadata", "rxjs"];
  const packages = [
    ...own.map((name) => [`@nestjs/${name}`, version]),
    ...others.map((name) => [name, "*"]),
    ...["@grpc/proto-loader", "protobufjs"].map((name) => [name, DEFAULTS[name as Axis]]),
  ];
  return { name: `NestJS ${version}`, kind: "nest", node, packages: Object.fromEntries(packages) };
}
