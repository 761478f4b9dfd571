/** `migrator start`: starts a migration, or shows how others would. */
import type { Command } from 'commander';
import { shellWord } from '../contract/foreign.ts';
import { printEquivalents, workflowUrl } from './equivalents.ts';
import { exitCodeOfState } from './errors.ts';
import { changesBetween, isTaken, startMigration, untilPersonOrEnd } from './follow.ts';
import { pictureText } from './picture.ts';
import { hint, say, sayJson } from './print.ts';
import { type Whereabouts, whereabouts, withClient, withServiceOptions, withStore, withStoreIfAny } from './service.ts';
import { type Prepared, prepare, type StartOptions, withStartOptions } from './startObject.ts';

interface StartCommandOptions extends StartOptions {
  dryRun?: boolean;
  print?: boolean;
  wait?: boolean;
}

export function addStart(program: Command): void {
  withServiceOptions(withStartOptions(program.command('start').description('start a migration')))
    .option('--dry-run', 'make a plan and nothing else')
    .option('--print', 'show how temporal, tctl and the UI would start it, and send nothing')
    .option('--wait', 'wait until it has ended or a person has to do something')
    .action(start);
}

async function start(options: StartCommandOptions): Promise<void> {
  const where = await whereabouts(options);
  const prepared = await prepare(options, where, options.dryRun ? { dryRun: true } : {});
  if (options.print) printEquivalents(prepared, where, options.json);
  else if (options.wait) await startAndWait(prepared, options);
  else await startOnly(prepared, options);
}

async function startOnly(prepared: Prepared, options: StartCommandOptions): Promise<void> {
  await withStoreIfAny(options, (store) =>
    withClient(options, async (client, where) => {
      const handle = await startMigration(store, client, prepared);
      const dry = prepared.start.dryRun ? ' It is a dry run: it makes a plan and writes nothing.' : '';
      sayStarted(options, where, handle, {
        taken: await isTaken(handle),
        what: `${handle.workflowId}.${dry}`,
        follow: `watch ${shellWord(handle.workflowId)}`,
      });
    }),
  );
}

/** Where it is seen, and the command that follows it. */
export function sayStarted(
  { json }: { json?: boolean },
  where: Whereabouts,
  { workflowId, firstExecutionRunId: runId }: { workflowId: string; firstExecutionRunId: string },
  { taken, what, follow }: { taken: boolean; what: string; follow: string },
): void {
  const ui = workflowUrl(where, workflowId, runId);
  if (json) sayJson({ workflowId, runId, taken, ...(ui ? { ui } : {}) });
  else
    say([
      `Started ${what}`,
      ...(ui ? [ui] : []),
      ...(taken ? [] : ['No worker has taken it yet.']),
      `Follow it with \`migrator ${follow}\`.`,
    ]);
}

async function startAndWait(prepared: Prepared, options: StartCommandOptions): Promise<void> {
  await withStore(options, (store) =>
    withClient(options, async (client) => {
      const handle = await startMigration(store, client, prepared);
      let last: Parameters<typeof changesBetween>[0];
      const row = await untilPersonOrEnd(store, client, handle, ({ picture }) => {
        for (const line of changesBetween(last, picture)) hint(line);
        last = picture;
      });
      if (options.json) sayJson(row);
      else say(pictureText(row.picture));
      process.exitCode = exitCodeOfState(row.picture);
    }),
  );
}
