/** `migrator sandbox`: the rehearsal's Jira instances, a program of its own that is never imported. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { CommandError } from './errors.ts';

/** MIGRATOR_SANDBOX names another copy. */
const main = (): string =>
  process.env.MIGRATOR_SANDBOX ?? fileURLToPath(new URL('../../sandbox/main.ts', import.meta.url));

export function addSandbox(program: Command): void {
  program
    .command('sandbox')
    .description('run Jira instances with Backbone on this machine, for rehearsal; all options go to it')
    .helpOption(false)
    .allowUnknownOption()
    .allowExcessArguments()
    .argument('[options...]', 'see `migrator sandbox --help`')
    .action(sandbox);
}

async function sandbox(args: string[]): Promise<void> {
  const path = main();
  if (!existsSync(path)) {
    throw new CommandError(
      'NotFound',
      `The sandbox is not part of this installation (${path}).`,
      'Take the source, which has the folder sandbox, or name its main.ts with MIGRATOR_SANDBOX.',
    );
  }
  const child = spawn(process.execPath, [path, ...args], { stdio: 'inherit' });
  // A terminal sends Ctrl-C to both; others send to us alone. It ends by either.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  process.exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}
