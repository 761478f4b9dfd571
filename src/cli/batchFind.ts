/** Which batch is meant, how far it is, from the store alone, and whether its workflow still runs. */

import type { Client } from '@temporalio/client';
import { pictureOf, type StandingItem, standingItems } from '../batch/picture.ts';
import type { BatchPicture } from '../contract/batch.ts';
import type { BatchRecord, Store } from '../store/store.ts';
import { CommandError, isSdkError } from './errors.ts';
import { type ServiceOptions, withClient } from './service.ts';

export const BATCH_NAMED = 'its name, or its workflow id';

/** Of several of one name the newest. @throws CommandError `NotFound` */
export async function batchNamed(store: Store, name: string): Promise<BatchRecord> {
  const record = (await store.batches.get(name)) ?? (await store.batches.list(name))[0];
  if (record) return record;
  const known = (await store.batches.list()).slice(0, 5).map((batch) => batch.name);
  throw new CommandError(
    'NotFound',
    `The store knows no batch "${name}".`,
    `Name it by ${BATCH_NAMED}. The newest are: ${known.join(', ') || 'none'}.`,
  );
}

export interface BatchNow {
  record: BatchRecord;
  picture: BatchPicture;
  items: StandingItem[];
}

/** Looked at anew: true with no worker up, too. What can be approved is what the worker listed last. */
export async function batchNow(store: Store, record: BatchRecord): Promise<BatchNow> {
  const items = await standingItems(store, record.batch);
  return { record, items, picture: pictureOf(record, items, record.picture?.approvable ?? null) };
}

/** `gone`: nothing starts the rest of the list, and nobody hears what is sent. `status` as Temporal says, or `unknown` there. */
export type BatchRun = { asked: true; status: string; gone: boolean } | { asked: false; why: string };

/** Looking must not take long where no server is. */
const ASKED_WITHIN_MS = 3_000;
/** It enters its end before it closes so; whoever read the store before that has read too early. */
const ENTERED: readonly string[] = ['RUNNING', 'COMPLETED', 'CANCELLED', 'CONTINUED_AS_NEW'];

/** By workflow id, of those that the store takes for open. */
export async function runsOf(options: ServiceOptions, batches: readonly BatchNow[]): Promise<Map<string, BatchRun>> {
  const open = batches.filter(({ picture: { state } }) => state !== 'Ended' && state !== 'Cancelled');
  if (open.length === 0) return new Map();
  const ask = (client: Client) =>
    Promise.all(
      open.map(async ({ record }): Promise<[string, BatchRun]> => [record.batch, await ofBatch(client, record)]),
    );
  try {
    return new Map(await withClient(options, ask, ASKED_WITHIN_MS));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return new Map(open.map(({ record }) => [record.batch, { asked: false, why }]));
  }
}

async function ofBatch(client: Client, { batch }: BatchRecord): Promise<BatchRun> {
  try {
    const { status } = await client.withDeadline(Date.now() + ASKED_WITHIN_MS, () =>
      client.workflow.getHandle(batch).describe(),
    );
    return { asked: true, status: status.name, gone: !ENTERED.includes(status.name) };
  } catch (error) {
    if (isSdkError(error, 'WorkflowNotFoundError')) return { asked: true, status: 'unknown', gone: true };
    // A server that answers nothing else is no reason to show nothing.
    return { asked: false, why: error instanceof Error ? error.message : String(error) };
  }
}

/** For whoever reads it on a terminal; nothing where it runs. */
export function runText(run: BatchRun | undefined): string[] {
  if (!run) return [];
  if (!run.asked) return [`Whether its workflow still runs was not asked: ${run.why}`];
  if (!run.gone) return [];
  const what =
    run.status === 'unknown' ? 'the Temporal server that was asked does not know it' : run.status.toLowerCase();
  return [
    `Its workflow is gone (${what}): nothing further is started, and nothing that is sent is heard. Its migrations go on by themselves.`,
    'Start the same list again with `migrator batch start`: it follows what is under way, and starts nothing a second time.',
  ];
}
