/** Reads a batch from the store: for the workflow's activity and for the command line alike. */
import type { BatchItem, Store } from '../store/store.ts';
import type { StandingItem } from './picture.ts';
import { standingOf } from './standing.ts';

export async function standingItems(store: Store, batch: string): Promise<StandingItem[]> {
  const items = await store.batches.items(batch);
  const looked = items.filter(({ state }) => state === 'open' || state === 'started');
  const outlines = await store.projections.newest(looked.map(({ original }) => original));
  const nameOf = (original: string, dryRun = false) => `${dryRun} ${original}`;
  const byName = new Map(outlines.map((outline) => [nameOf(outline.original, outline.dryRun), outline]));
  return items.map((item: BatchItem) => ({
    item,
    standing: standingOf(item, byName.get(nameOf(item.original, item.start.dryRun))),
  }));
}
