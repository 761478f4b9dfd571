/** `migrator start`: starts a migration, or shows how others would. */
import type { Command } from 'commander';
import { migrationWorkflowId, prefixOf } from '../contract/names.ts';
import { printEquivalents, workflowUrl } from './equivalents.ts';
import { exitCodeOfState } from './errors.ts';
import { changesBetween, startMigration, untilPersonOrEnd } from './follow.ts';
import { pictureText } from './picture.ts';
import { hint, say, sayJson } from './print.ts';
import { whereabouts, withClient, withServiceOptions, withStore, withStoreIfAny } from './service.ts';
import { type Prepared, queueOf, type StartOptions, startObject, withStartOptions } from './startObject.ts';

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
  const input = await startObject(options, options.dryRun ? { dryRun: true } : {});
  const { instance, synchronization } = input.original;
  const where = await whereabouts(options);
  const taskQueue = await queueOf(options, where);
  const workflowId = options.id ?? migrationWorkflowId(instance, synchronization, prefixOf(taskQueue));
  const prepared: Prepared = { workflowId, taskQueue, start: input };
  if (options.print) printEquivalents(prepared, where, options.json);
  else if (options.wait) await startAndWait(prepared, options);
  else await startOnly(prepared, options);
}

async function startOnly(prepared: Prepared, options: StartCommandOptions): Promise<void> {
  await withStoreIfAny(options, (store) =>
    withClient(options, async (client, where) => {
      const { workflowId, firstExecutionRunId } = await startMigration(store, client, prepared);
      const ui = workflowUrl(where, workflowId, firstExecutionRunId);
      if (options.json) return sayJson({ workflowId, runId: firstExecutionRunId, ...(ui ? { ui } : {}) });
      say(`Started ${workflowId}.${ui ? `\n${ui}` : ''}\nFollow it with \`migrator watch ${workflowId}\`.`);
    }),
  );
}

async function startAndWait(prepared: Prepared, options: StartCommandOptions): Promise<void> {
  await withStore(options, (store) =>
    withClient(options, async (client) => {
      const before = (await store.projections.byWorkflowId(prepared.workflowId))?.migration;
      const handle = await startMigration(store, client, prepared);
      let last: Parameters<typeof changesBetween>[0];
      const row = await untilPersonOrEnd(
        store,
        client,
        handle,
        ({ picture }) => {
          for (const line of changesBetween(last, picture)) hint(line);
          last = picture;
        },
        before,
      );
      if (options.json) sayJson(row);
      else say(pictureText(row.picture));
      process.exitCode = exitCodeOfState(row.picture);
    }),
  );
}
