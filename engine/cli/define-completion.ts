import { Argument, type Command } from 'commander';
import { completionScript, type Shell, shells } from './completion-scripts.ts';
import type { Terminal } from './terminal.ts';

const help = `
Examples:
  source <(aurora completion bash)          # now; in ~/.bashrc, always
  source <(aurora completion zsh)           # behind compinit
  aurora completion fish > ~/.config/fish/completions/aurora.fish
`;

/** `aurora completion`; to be defined when all other commands are. */
export function defineCompletion(program: Command, terminal: Terminal): void {
  program
    .command('completion')
    .description('write the completion of commands and options for a shell')
    .addArgument(new Argument('<shell>', 'which shell').choices([...shells]))
    .addHelpText('after', help)
    .action(async (shell: Shell) => {
      await terminal.write(completionScript(program, shell));
    });
}
