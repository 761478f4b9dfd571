import type { Command } from 'commander';

/** Every command that does something, by its whole name. */
export const commandsOf = (command: Command, before = command.name()): [string, Command][] =>
  command.commands.length > 0
    ? command.commands.flatMap((sub) => commandsOf(sub, `${before} ${sub.name()}`))
    : [[before, command]];
