/** `migrator plan`: a dry run, and the page that people read before anything is written. */
import type { Command } from 'commander';
import { shellWord } from '../contract/foreign.ts';
import type { MigrationPicture } from '../contract/status.ts';
import { type PlanDocument, planPage } from '../report/planPage.ts';
import type { Store } from '../store/store.ts';
import { exitCodeOfState } from './errors.ts';
import { startMigration, untilPersonOrEnd } from './follow.ts';
import { blockerText, taskText } from './picture.ts';
import { hint, say, sayJson } from './print.ts';
import { whereabouts, withClient, withServiceOptions, withStore } from './service.ts';
import { prepare, type StartOptions, withStartOptions } from './startObject.ts';

export function addPlan(program: Command): void {
  withServiceOptions(
    withStartOptions(program.command('plan').description('make a plan and show it; nothing is written to an instance')),
  ).action(plan);
}

async function plan(options: StartOptions): Promise<void> {
  const prepared = await prepare(options, await whereabouts(options), { dryRun: true });
  const { instance, synchronization } = prepared.start.original;
  await withStore(options, (store) =>
    withClient(options, async (client) => {
      const handle = await startMigration(store, client, prepared);
      const { workflowId } = handle;
      hint(`Planning ${instance}/${synchronization} …`);
      const { migration, picture } = await untilPersonOrEnd(store, client, handle, () => {});
      const document = await planOf(store, migration);
      if (options.json)
        sayJson({ migration, workflowId, state: picture.state, tasks: picture.tasks, plan: document ?? null });
      else show(document, picture);
      process.exitCode = exitCodeOfState(picture);
    }),
  );
}

function show(document: PlanDocument | undefined, picture: MigrationPicture): void {
  const { requestedBy, reason, tasks, blockers, workflowId } = picture;
  const questions = tasks.flatMap((task) => task.questions);
  // A page of Markdown keeps each value on its line by itself.
  if (document)
    say(
      planPage({ ...document, requestedBy, reason, questions })
        .trimEnd()
        .split('\n'),
    );
  for (const blocker of blockers) say(blockerText(blocker));
  for (const task of tasks) say(taskText(task, picture));
  if (tasks.length > 0 || blockers.length > 0) {
    hint(
      `The dry run stays open until then. It keeps nobody from starting the migration; \`migrator cancel ${shellWord(workflowId)}\` ends it.`,
    );
  }
}

/** The newest plan that preflight entered. */
export async function planOf(store: Store, migration: string): Promise<PlanDocument | undefined> {
  const entries = await store.ledger.read(migration);
  const digest = entries.findLast(({ kind, digests }) => kind === 'step' && digests.plan)?.digests.plan;
  return digest ? store.artifacts.getJson<PlanDocument>(digest) : undefined;
}
