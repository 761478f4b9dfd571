#!/usr/bin/env node
/** `migrator`: one file per command; each adds itself to the program. */
import { Command } from 'commander';
import { MigratorError } from '../contract/errors.ts';
import { addUp } from './up.ts';

const program = new Command('migrator')
  .description(
    'Moves K15t Backbone synchronizations to a new Jira instance, and deletes nothing before a person approved it.',
  )
  .option('--verbose', 'show the stack of an error')
  .showHelpAfterError();

for (const add of [addUp]) add(program);

program.parseAsync().catch((error: unknown) => {
  const known = error instanceof MigratorError;
  console.error(
    known ? `${error.code}: ${error.message}` : `Unexpected: ${error instanceof Error ? error.message : String(error)}`,
  );
  if (program.opts().verbose && error instanceof Error) console.error(error.stack);
  process.exitCode = 1;
});
