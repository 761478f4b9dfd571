/** Which batch is meant, and how far it is, from the store alone. */
import { standingItems } from '../batch/look.ts';
import { pictureOf, type StandingItem } from '../batch/picture.ts';
import type { BatchPicture } from '../contract/batch.ts';
import type { BatchRecord, Store } from '../store/store.ts';
import { CommandError } from './errors.ts';

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
