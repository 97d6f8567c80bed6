/*
 * Completion for shells, made from the commands themselves, so that it offers what there is. A script knows the words
 * of each command, its options and the values that some of them are limited to; everything else is a file's name.
 */
import type { Command } from 'commander';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

interface Described {
  readonly name: string;
  readonly description: string;
}

interface CompletedOption extends Described {
  readonly choices: readonly string[];
}

/** What may stand behind a command. */
interface CompletedCommand {
  /** The words that lead to it, `jobs/list`; empty for the program itself. */
  readonly place: string;
  readonly commands: readonly Described[];
  readonly options: readonly CompletedOption[];
}

export function completionScript(program: Command, shell: Shell): string {
  const commands = commandsBelow(program, []);
  switch (shell) {
    case 'bash':
      return bashScript(commands);
    case 'zsh':
      return zshScript(commands);
    case 'fish':
      return fishScript(commands);
  }
}

function commandsBelow(command: Command, words: readonly string[]): readonly CompletedCommand[] {
  const options = command.options.map(({ long, short, description, argChoices }) => ({
    name: long ?? short ?? '',
    description,
    choices: argChoices ?? [],
  }));
  const own = {
    place: words.join('/'),
    commands: command.commands.map((each) => ({
      name: each.name(),
      description: each.description(),
    })),
    options: [...options, { name: '--help', description: 'show help', choices: [] }],
  };
  const inner = command.commands.flatMap((each) => commandsBelow(each, [...words, each.name()]));
  return [own, ...inner];
}

/** Finds out in bash and zsh behind which command the cursor is. */
function placeLoop(commands: readonly CompletedCommand[], words: string): string {
  const places = commands.flatMap(({ place }) => (place === '' ? [] : [`/${place}`]));
  return `  local place="" word
  for word in ${words}; do
    case "$place/$word" in
      ${places.join('|')}) place="$place/$word" ;;
    esac
  done`;
}

function cases(
  commands: readonly CompletedCommand[],
  line: (command: CompletedCommand) => string,
): string {
  const prefix = (place: string) => (place === '' ? '""' : `/${place}`);
  return commands.map((each) => `    ${prefix(each.place)}) ${line(each)} ;;`).join('\n');
}

function choiceCases(
  commands: readonly CompletedCommand[],
  line: (words: string) => string,
): string {
  return commands
    .flatMap(({ place, options }) =>
      options.flatMap(({ name, choices }) =>
        choices.length === 0
          ? []
          : [`    ${place === '' ? '' : `/${place}`}:${name}) ${line(choices.join(' '))} ;;`],
      ),
    )
    .join('\n');
}

function bashScript(commands: readonly CompletedCommand[]): string {
  const words = (command: CompletedCommand) =>
    [...command.commands, ...command.options].map(({ name }) => name).join(' ');
  return `# Completion of aurora for bash: source <(aurora completion bash)
_aurora() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" words=""
${placeLoop(commands, `"\${COMP_WORDS[@]:1:COMP_CWORD-1}"`)}
  case "$place:$previous" in
${choiceCases(commands, (choices) => `COMPREPLY=($(compgen -W "${choices}" -- "$current")); return`)}
  esac
  case "$place" in
${cases(commands, (command) => `words="${words(command)}"`)}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  case "$place" in
    ${groupsOf(commands)}) ;;
    *) if [[ $current != -* ]]; then COMPREPLY=($(compgen -f -- "$current")); fi ;;
  esac
}
complete -o filenames -F _aurora aurora
`;
}

/** The commands that only lead to others, as a pattern. */
function groupsOf(commands: readonly CompletedCommand[]): string {
  return commands
    .filter((command) => command.commands.length > 0)
    .map(({ place }) => (place === '' ? '""' : `/${place}`))
    .join('|');
}

function zshScript(commands: readonly CompletedCommand[]): string {
  const item = ({ name, description }: Described) =>
    quoted(`${name}:${description.replaceAll(':', ' ')}`);
  const items = (command: CompletedCommand) =>
    [...command.commands, ...command.options].map(item).join(' ');
  return `#compdef aurora
# Completion of aurora for zsh: source <(aurora completion zsh)
_aurora() {
  local current="\${words[CURRENT]}" previous="\${words[CURRENT-1]}"
  local -a items
${placeLoop(commands, `"\${(@)words[2,CURRENT-1]}"`)}
  case "$place:$previous" in
${choiceCases(commands, (choices) => `compadd -- ${choices}; return`)}
  esac
  case "$place" in
${cases(commands, (command) => `items=(${items(command)})`)}
  esac
  case "$place" in
    ${groupsOf(commands)}) _describe aurora items ;;
    *) if [[ $current == -* ]]; then _describe aurora items; else _files; fi ;;
  esac
}
compdef _aurora aurora
`;
}

function fishScript(commands: readonly CompletedCommand[]): string {
  const lines = commands.flatMap((command) => {
    const condition = fishCondition(command);
    const inner = command.commands.map(
      ({ name, description }) =>
        `complete -c aurora -n ${quoted(condition)} -f -a ${name} -d ${quoted(description)}`,
    );
    const options = command.options.map(({ name, description, choices }) => {
      const values = choices.length === 0 ? '' : ` -x -a ${quoted(choices.join(' '))}`;
      const long = name.replace(/^--/, '');
      return `complete -c aurora -n ${quoted(condition)} -l ${long}${values} -d ${quoted(description)}`;
    });
    return [...inner, ...options];
  });
  return `# Completion of aurora for fish: aurora completion fish | source\n${lines.join('\n')}\n`;
}

function fishCondition({ place, commands }: CompletedCommand): string {
  if (place === '') return '__fish_use_subcommand';
  const seen = place.split('/').map((word) => `__fish_seen_subcommand_from ${word}`);
  const none =
    commands.length === 0
      ? []
      : [`not __fish_seen_subcommand_from ${commands.map(({ name }) => name).join(' ')}`];
  return [...seen, ...none].join('; and ');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", '’')}'`;
}
