/**
 * How many writes to an instance an activity gets through, by the length of the migration's ledger: intent, request, outcome, one
 * after the other. The instance answers at once, so what is measured is what we add.
 */
import { MockActivityEnvironment } from '@temporalio/testing';
import { stepContext } from '../src/activities/context.ts';
import type { ActivityDeps } from '../src/activities/deps.ts';
import { write } from '../src/activities/write.ts';
import { openStore, type StorePlace } from '../src/store/open.ts';
import type { Holder, Store } from '../src/store/store.ts';
import { openLedger, RUN } from './ledger.ts';
import { onBothStores } from './stores.ts';

/** Entries that are there before the writes. */
const LENGTHS = [100, 2_000, 8_000];
const WRITES = 200;

export async function writes(): Promise<unknown> {
  return { writes: WRITES, ...(await onBothStores(measure)) };
}

/** Writes a second, by the number of entries. */
async function measure(place: StorePlace): Promise<Record<string, number>> {
  const store = await openStore(place);
  try {
    const holder = await openLedger(store);
    const perSecond: Record<string, number> = {};
    let entries = 1;
    for (const length of LENGTHS) {
      for (; entries < length; entries += 2) await onePast(store, holder, entries);
      perSecond[length] = await writeMany(store, holder, `at ${length}`);
      entries += 2 * WRITES;
    }
    return perSecond;
  } finally {
    await store.close();
  }
}

async function onePast({ ledger }: Store, holder: Holder, number: number): Promise<void> {
  const subject = { step: 'pairIssues', part: `past ${number}`, instance: 'jira-new' };
  const { n: intent } = await ledger.append(holder, {
    kind: 'intent',
    subject: { ...subject, generation: 1, retry: 0, method: 'POST', path: '/syncInformation', leaseMs: 45_000 },
    digests: { request: 'c'.repeat(64) },
  });
  await ledger.append(holder, { kind: 'outcome', subject: { ...subject, intent, outcome: 'answered', status: 204 } });
}

async function writeMany(store: Store, { migration }: Holder, name: string): Promise<number> {
  const send = async () => ({ status: 204, responseDigest: 'd'.repeat(64) });
  const deps = {
    config: { timing: { httpTimeout: 30_000, outgoingInterval: 5_000 } },
    store,
    instances: { open: () => ({ send }), close: async () => {} },
  } as unknown as ActivityDeps;
  const workflowExecution = { workflowId: RUN, runId: RUN };
  return new MockActivityEnvironment({ workflowExecution }).run(async () => {
    const input = { migration, facts: {}, answers: {}, generation: 0 };
    const context = await stepContext(deps, 'pairIssues', input);
    const began = performance.now();
    for (let n = 0; n < WRITES; n++) {
      const request = { method: 'POST', path: '/syncInformation', body: { n } } as const;
      await write(context, { part: `${name}, ${n}`, instance: 'jira-new', request, settled: async () => true });
    }
    return Math.round((WRITES / (performance.now() - began)) * 1000);
  });
}
