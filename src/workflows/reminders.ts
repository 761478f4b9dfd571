/** Whoever is waited for is reminded by durable timers, as often as the configuration said when the migration began. */
import { condition, isCancellation, log } from '@temporalio/workflow';
import { housekeeping } from './proxies.ts';
import type { MigrationRun } from './run.ts';

/** Runs beside the steps until the end. A reminder that fails disturbs nothing: the wait itself is what counts. */
export function remindWhileWaiting(run: MigrationRun): void {
  reminders(run).catch((error: unknown) => {
    if (!isCancellation(error)) log.warn('no more reminders', { error: String(error) });
  });
}

async function reminders(run: MigrationRun): Promise<void> {
  for (;;) {
    await condition(() => run.final !== undefined || run.personWait !== undefined);
    if (run.final) return;
    const wait = run.personWait;
    const ended = await condition(() => run.final !== undefined || run.personWait !== wait, run.remindEvery);
    if (ended || !wait) continue;
    wait.reminders++;
    run.show();
    await housekeeping(run.prefix).remind({ migration: run.migration, view: run.view() });
  }
}
