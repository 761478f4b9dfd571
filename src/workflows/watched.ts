/** What the watcher of an instance has seen. It decides nothing: it ends a wait early, or says that the original runs again. */
import { CancellationScope, defineSignal, log, setHandler } from '@temporalio/workflow';
import { SEEN_SIGNAL, SIGHTS, type Sight } from '../contract/watch.ts';
import { judge } from './approval.ts';
import { housekeeping } from './proxies.ts';
import type { MigrationRun } from './run.ts';

/** Sets the handler; it never throws. What comes before the migration is open, or after its end, concerns nobody. */
export function hearWatcher(run: () => MigrationRun | undefined): void {
  // One after the other: the ledger has them in the order in which they were seen.
  let turn: Promise<unknown> = Promise.resolve();
  setHandler(
    defineSignal<[unknown]>(SEEN_SIGNAL),
    async (message) => {
      const opened = run();
      const what = SIGHTS.find((sight) => sight === (message as { what?: unknown } | undefined)?.what);
      if (!opened || !what) return;
      turn = turn.then(() =>
        CancellationScope.nonCancellable(() => hear(opened, what)).catch((error: unknown) =>
          log.warn('what was seen could not be entered', { what, error: String(error) }),
        ),
      );
      await turn;
    },
    { description: 'Sent by the watcher of an instance, not by people.' },
  );
}

async function hear(run: MigrationRun, what: Sight): Promise<void> {
  if (run.final) return;
  switch (what) {
    case 'changed':
      // Only where an answer or the world ends the wait: after trouble, looking again is for people to say.
      if (run.situation === 'waitingForPerson' || run.situation === 'deletingByPerson') run.wakeups++;
      return;
    case 'originalGone':
      // At the gate what is proved is read again; nothing is believed of a list.
      if (run.situation === 'gate' && !run.back) run.doubted = true;
      if (run.situation === 'deletingByPerson') run.wakeups++;
      return;
    case 'originalRuns':
      if (run.situation === 'deletingByPerson') run.wakeups++;
      if (!run.alarm) await raise(run, true);
      return;
    case 'policyChanged':
      if (run.situation === 'gate' && !run.back) await judge(run);
      return;
    case 'originalStopped':
      if (run.alarm) await raise(run, false);
      return;
  }
}

async function raise(run: MigrationRun, runs: boolean): Promise<void> {
  const { standing } = await housekeeping(run.prefix).reportOriginal({ ...run.input(), view: run.view(), runs });
  run.take(standing);
  run.show();
}
