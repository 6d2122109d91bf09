import { type Command, type Option, optionsOf, PROGRAM_OPTIONS } from "../input/command.js";

/** `rich-errors completion`: prints a script that completes commands, options and their values in a shell. */
export const completion: Command = {
  name: "completion",
  summary: "Prints a completion script for bash, zsh or fish.",
  arguments: [{ name: "shell", help: "bash, zsh or fish", choices: ["bash", "zsh", "fish"] }],
  options: {},
  notes: [
    "bash: add to ~/.bashrc: source <(rich-errors completion bash)",
    "zsh: add to ~/.zshrc, after compinit: source <(rich-errors completion zsh)",
    "fish: rich-errors completion fish > ~/.config/fish/completions/rich-errors.fish",
  ],
  run({ arguments: [shell] }, _terminal, commands) {
    const scriptFor = shell === "bash" ? bashScript : shell === "zsh" ? zshScript : fishScript;
    return Promise.resolve(scriptFor(commands));
  },
};

type Options = Readonly<Record<string, Option>>;

function bashScript(commands: readonly Command[]): string {
  const names = commands.map(({ name }) => name);
  const cases = [
    bashCase("''", PROGRAM_OPTIONS, names),
    ...commands.map((command) => bashCase(command.name, optionsOf(command), command.arguments[0]?.choices ?? [])),
  ];
  return `# bash completion for rich-errors
_rich_errors() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]} command='' words='' i
  # bash splits --format=json into three words.
  if [[ $word == = ]]; then word=''
  elif [[ $before == = ]]; then before=\${COMP_WORDS[COMP_CWORD - 2]}; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case \${COMP_WORDS[i]} in
      =) ((i++)) ;;
      -*) ;;
      *) command=\${COMP_WORDS[i]}; break ;;
    esac
  done
  case $command in
${cases.join("\n")}
  esac
  # Without words, bash completes file names.
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _rich_errors rich-errors
`;
}

/** The words after a command: values of the option before the cursor, options, or values of the first argument. */
function bashCase(command: string, options: Options, values: readonly string[]): string {
  const valued = Object.entries(options).filter(([, { type }]) => type === "string");
  const words = [
    ...valued.map(([name, { choices = [] }]) => [`--${name}/*`, choices] as const),
    ["*/-*", Object.keys(options).map((name) => `--${name}`)] as const,
    ["*", values] as const,
  ];
  const lines = words.map(([pattern, words]) => `      ${pattern}) words=${shellQuote(words.join(" "))} ;;`);
  return [`    ${command}) case $before/$word in`, ...lines, "    esac ;;"].join("\n");
}

function zshScript(commands: readonly Command[]): string {
  const names = commands.map(({ name, summary }) => shellQuote(`${name}:${zshText(summary)}`));
  const cases = commands.map((command) => {
    const values = command.arguments.map(({ name, optional, repeated, choices }, index) =>
      shellQuote(`${repeated ? "*" : index + 1}:${optional && !repeated ? ":" : ""}${name}:${zshValues(choices)}`),
    );
    return `      ${command.name}) _arguments ${[...zshOptions(optionsOf(command)), ...values].join(" ")} ;;`;
  });
  return `#compdef rich-errors
_rich_errors() {
  local state line
  local -a commands=(${names.join(" ")})
  _arguments -C ${zshOptions(PROGRAM_OPTIONS).join(" ")} '1:command:->command' '*::argument:->argument'
  case $state in
    command) _describe command commands ;;
    argument) case $words[1] in
${cases.join("\n")}
    esac ;;
  esac
}
compdef _rich_errors rich-errors
`;
}

function zshOptions(options: Options): string[] {
  return Object.entries(options).map(([name, { type, short, help, choices, multiple, valueName = name }]) => {
    const text = `[${zshText(firstLine(help))}]`;
    const repeated = multiple ? "*" : "";
    if (type === "string") return shellQuote(`${repeated}--${name}=${text}:${valueName}:${zshValues(choices)}`);
    const long = shellQuote(`--${name}${text}`);
    return short === undefined ? long : `'(-${short} --${name})'{-${short},--${name}}${shellQuote(text)}`;
  });
}

function zshValues(choices: readonly string[] | undefined): string {
  return choices ? `(${choices.join(" ")})` : "_files";
}

function zshText(text: string): string {
  return text.replace(/[[\]:\\]/g, "\\$&");
}

function fishScript(commands: readonly Command[]): string {
  const lines = [
    "complete -c rich-errors -f",
    ...fishOptions("__fish_use_subcommand", PROGRAM_OPTIONS),
    ...commands.flatMap((command) => {
      const after = `__fish_seen_subcommand_from ${command.name}`;
      return [
        fishLine("__fish_use_subcommand", "-a", command.name, "-d", fishQuote(command.summary)),
        ...fishOptions(after, optionsOf(command)),
        ...command.arguments.map(({ choices }) => fishLine(after, fishValues(choices))),
      ];
    }),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function fishOptions(condition: string, options: Options): string[] {
  return Object.entries(options).map(([name, { type, short, help, choices }]) => {
    const flags = short === undefined ? [`-l ${name}`] : [`-s ${short}`, `-l ${name}`];
    const values = type === "string" ? [`-r ${fishValues(choices)}`] : [];
    return fishLine(condition, ...flags, ...values, "-d", fishQuote(firstLine(help)));
  });
}

function fishLine(condition: string, ...rest: readonly string[]): string {
  return ["complete -c rich-errors -n", fishQuote(condition), ...rest].join(" ");
}

function fishValues(choices: readonly string[] | undefined): string {
  return choices ? `-f -a ${fishQuote(choices.join(" "))}` : "-F";
}

function fishQuote(text: string): string {
  return `'${text.replace(/['\\]/g, "\\$&")}'`;
}

/** Quotes a word for bash and zsh. */
function shellQuote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function firstLine(help: string): string {
  return help.split("\n", 1).join();
}
