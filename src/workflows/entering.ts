/** Entering what no step activity enters: decisions, and that somebody is waited for. */
import { CancellationScope } from '@temporalio/workflow';
import type { EntryDraft } from '../contract/ledger.ts';
import type { MigrationState } from '../contract/names.ts';
import { housekeeping } from './proxies.ts';
import type { MigrationRun } from './run.ts';

/**
 * The entry and the picture in one transaction; answers the entry's number. One after the other, so that no older picture comes
 * last; and whatever is cancelled meanwhile, since what is entered has happened.
 */
export function enter(
  run: MigrationRun,
  entry: EntryDraft,
  close?: MigrationState,
  answers?: Record<string, unknown>,
): Promise<number> {
  const { migration } = run;
  const input = {
    migration,
    entry,
    picture: run.picture(),
    ...(answers ? { answers } : {}),
    ...(close ? { close } : {}),
  };
  const entered = run.entering.then(() =>
    CancellationScope.nonCancellable(() => housekeeping(run.prefix).record(input)),
  );
  run.entering = entered.catch(() => undefined);
  return entered.then(({ n }) => n);
}

/** Somebody or something is waited for from now on. */
export async function enterState(run: MigrationRun): Promise<void> {
  run.show();
  await enter(run, {
    kind: 'state',
    subject: {
      state: run.state,
      step: run.step,
      ...(run.task ? { task: run.task.id } : {}),
      ...(run.blocker ? { code: run.blocker.code } : {}),
    },
  });
}
