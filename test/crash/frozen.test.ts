/** A worker that was frozen, not killed, wakes when others have gone on: it enters nothing and sends nothing. Frozen with SIGSTOP. */
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { it } from 'vitest';
import type { LedgerEntry } from '../../src/contract/ledger.ts';
import { expectSoundEnd, happens, sentOf } from '../support/findings.ts';
import { act } from '../support/persons.ts';
import { until } from '../support/processes.ts';
import { ledgerOf, type Rehearsal, rehearse } from '../support/rehearsal.ts';

/** Temporal gives tasks to the polls of a frozen worker too, until each of them has lost one. */
const TASKS_LOST_MS = 120_000;

const STOP = { method: 'POST', path: '/integrations/INT-16/stop$' } as const;

const aboutStop = (entries: readonly LedgerEntry[], kind: string) =>
  entries.filter((entry) => entry.kind === kind && entry.subject.part === 'stop');

async function freeze({ worker }: Rehearsal): Promise<() => void> {
  await until(() => worker.pid !== undefined, 'a worker');
  const pid = worker.pid ?? 0;
  process.kill(pid, 'SIGSTOP');
  return () => process.kill(pid, 'SIGCONT');
}

it.concurrent('frozen after it sent, it does not enter as unknown what was read to be there', {
  timeout: 240_000,
}, async ({ expect }) => {
  await using rehearsal = await rehearse({ issues: 6, ambiguous: false });
  const pairs = { method: 'POST', path: '-PA/syncInformation$' } as const;
  await rehearsal.plant({ instance: 'jira-new', ...pairs, action: 'timeout', when: 'after' });
  const handle = await rehearsal.start();
  const acting = act(rehearsal, handle, { timeoutMs: 230_000 });
  const sent = async () => sentOf(await rehearsal.record(), pairs);
  await until(async () => (await sent()).length > 0, 'the pairs of one side', 60_000);
  const thaw = await freeze(rehearsal);
  rehearsal.anotherWorker();
  const outcomes = async () =>
    (await ledgerOf(rehearsal)).flatMap(({ kind, subject: { part, outcome } }) =>
      kind === 'outcome' && /^pairs of .*-PA, 1$/.test(String(part)) ? [outcome] : [],
    );
  await until(async () => (await outcomes()).length > 0, 'what became of it', TASKS_LOST_MS);
  thaw();
  expect(await acting).toMatchObject({ state: 'Completed' });
  expect(await outcomes()).toEqual(['present']);
  expect(await sent()).toHaveLength(1);
  await expectSoundEnd(rehearsal);
});

it.concurrent('frozen before it said what it is about to send, it does not send it when it wakes', {
  timeout: 240_000,
}, async ({ expect }) => {
  await using rehearsal = await rehearse({ issues: 6, ambiguous: false });
  const { world } = rehearsal.sandbox;
  // Idle three times in a row: the stop comes next, and waits for the database.
  let idle = 0;
  let hold: DatabaseSync | undefined;
  const add = world.record.add.bind(world.record);
  world.record.add = (entry) => {
    const isLook = entry.kind === 'request' && entry.path?.includes('/INT-16') === true;
    if (isLook) idle = entry.path?.endsWith('/status') ? idle + 1 : 0;
    if (idle === 3 && hold === undefined) {
      hold = new DatabaseSync(rehearsal.storeFile, { timeout: 5000 });
      hold.exec('begin immediate');
    }
    return add(entry);
  };
  const handle = await rehearsal.start();
  const acting = act(rehearsal, handle, { timeoutMs: 230_000 });
  await until(() => hold !== undefined, 'the last look before the stop', 60_000);
  await sleep(700);
  const thaw = await freeze(rehearsal);
  hold?.exec('rollback');
  hold?.close();
  rehearsal.anotherWorker();
  await happens(rehearsal, ({ what }) => what === 'integration stopped', 'the stop by another worker', TASKS_LOST_MS);
  thaw();
  expect(await acting).toMatchObject({ state: 'Completed' });
  expect(sentOf(await rehearsal.record(), STOP)).toHaveLength(1);
  const intents = aboutStop(await ledgerOf(rehearsal), 'intent');
  expect(intents).toHaveLength(1);
  await expectSoundEnd(rehearsal);
});
