/** Entering what no step activity enters: decisions, and that somebody is waited for. */
import { ActivityFailure, ApplicationFailure, CancellationScope, log, sleep } from '@temporalio/workflow';
import type { EntryDraft } from '../contract/ledger.ts';
import type { MigrationState } from '../contract/names.ts';
import type { Answers } from '../contract/tasks.ts';
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
  answers?: Answers,
): Promise<number> {
  const { migration } = run;
  const more = { ...(answers ? { answers } : {}), ...(close ? { close } : {}) };
  const entered = inTurn(run, () =>
    untilTaken(() => housekeeping(run.prefix).record({ migration, entry, picture: run.picture(), ...more })),
  );
  return entered.then(({ n }) => n);
}

/** Less and less often: each time is events, of which a history bears so many. */
const AGAIN_MS = { from: 10_000, to: 600_000 };

/** What has happened is entered as soon as the store takes it again: thrown in a handler, its trouble would end the run. */
async function untilTaken<T>(record: () => Promise<T>): Promise<T> {
  for (let wait = AGAIN_MS.from; ; wait = Math.min(wait * 2, AGAIN_MS.to)) {
    try {
      return await record();
    } catch (error) {
      const cause = error instanceof ActivityFailure ? error.cause : error;
      if (!(cause instanceof ApplicationFailure) || cause.type !== 'StepFailed') throw error;
      log.warn('the store does not take an entry', { error: cause.message });
      await sleep(wait);
    }
  }
}

/** After what was entered before it. `record` makes its picture only then: the entry before may have changed it. */
export function inTurn<T>(run: MigrationRun, record: () => Promise<T>): Promise<T> {
  const entered = run.entering
    .then(() => CancellationScope.nonCancellable(record))
    .catch((error: unknown) => {
      throw claimLost(error, run) ?? error;
    });
  run.entering = entered.catch(() => undefined);
  return entered;
}

/** Whoever hears it first, a handler too: the run that lost the claim ends, however long it would have waited. */
function claimLost(error: unknown, run: MigrationRun): ApplicationFailure | undefined {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (!(cause instanceof ApplicationFailure) || cause.type !== 'ClaimLost') return undefined;
  run.lost = ApplicationFailure.create({ type: 'ClaimLost', message: cause.message, nonRetryable: true });
  run.forward.cancel();
  return run.lost;
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
