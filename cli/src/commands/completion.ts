import { basename } from 'node:path';
import { commandForm, type CommandParser } from '../arguments.js';
import type { CommandContext } from '../context.js';
import { withHelp } from '../help.js';
import { COMPLETION_SCRIPTS, type Shell, SHELLS } from './completion-scripts.js';

/** `doc completion [shell]`. */
export function addCompletion(parser: CommandParser, context: CommandContext, alone: boolean): CommandParser {
  const { name, call } = commandForm('completion', alone);
  return parser.command(
    `${name} [shell]`,
    'Print the completion script for your shell',
    (options) =>
      withHelp(
        options.positional('shell', { choices: SHELLS, describe: 'The shell [default: your login shell]' }),
        ['bash', `${call} bash >> ~/.bashrc`],
        ['zsh', `${call} zsh >> ~/.zshrc`],
        ['fish', `${call} fish > ~/.config/fish/completions/doc.fish`],
      ),
    (args) => {
      context.output.lines([COMPLETION_SCRIPTS[args.shell ?? shellOf(context.shell)]]);
    },
  );
}

function shellOf(program: string): Shell {
  const name = basename(program);
  return SHELLS.find((shell) => shell === name) ?? 'bash';
}
