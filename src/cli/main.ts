#!/usr/bin/env node
/** `migrator`: runs one command. Errors are code, sentence and remedy on stderr; the exit code says of what kind. */
import { enableCompileCache } from 'node:module';
import { CommanderError } from 'commander';
import { CodedError } from '../contract/errors.ts';
import { keepFilesPrivate } from '../service/home.ts';
import { EXIT, exitCodeOf } from './errors.ts';
import { hint, onReaderGone, quoted, sayJson } from './print.ts';

keepFilesPrivate();
onReaderGone(() => process.exit());
// Halves the time before a command begins, from its second run on.
enableCompileCache();
const { createProgram } = await import('./program.ts');
const program = createProgram();

program.parseAsync().catch((error: unknown) => {
  // Commander has said what is wrong, or shown the help that was asked for.
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    return;
  }
  const known = error instanceof CodedError;
  const code = known ? error.code : 'Unexpected';
  const message = error instanceof Error ? error.message : String(error);
  hint(quoted(`${code}: `, message));
  if (process.argv.includes('--json'))
    sayJson({ error: { code, message, ...(known ? { remedy: error.remedy } : {}) } });
  if (program.opts().verbose && error instanceof Error) hint(quoted('', error.stack ?? ''));
  process.exitCode = exitCodeOf(error);
});
