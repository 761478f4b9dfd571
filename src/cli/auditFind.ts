/** Which past migration is meant. Unlike elsewhere nothing but ledger and claim is needed: the rest may be gone. */
import { outlineOf } from '../audit/record.ts';
import type { Store } from '../store/store.ts';
import { CommandError } from './errors.ts';
import { NAMED } from './find.ts';

/** Its id. Of several migrations of one original, the newest. */
export async function pastMigration(store: Store, name: string): Promise<string> {
  const ids = await store.records.migrations();
  if (ids.includes(name)) return name;
  for (const id of ids.toReversed()) {
    const outline = await outlineOf(store, id);
    if (outline && [outline.workflowId, outline.original].includes(name)) return id;
  }
  throw new CommandError(
    'NotFound',
    `The store knows no migration "${name}".`,
    `Name it by ${NAMED}. \`migrator audit list\` has all of them.`,
  );
}
