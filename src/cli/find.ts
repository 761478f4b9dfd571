/** Which migration is meant: by its id, its workflow id, or its original. */
import { outlineOf } from '../audit/record.ts';
import { FINAL_STATES, migrationWorkflowId, prefixOf } from '../contract/names.ts';
import type { ProjectionRow, Store } from '../store/store.ts';
import { CommandError } from './errors.ts';
import { type ServiceOptions, whereabouts } from './service.ts';
import { queueOf } from './startObject.ts';

/** How people name a migration; for the help of every command that takes one. */
export const NAMED = 'its id, its workflow id, or its original like jira-old/INT-16';

/** `undefined` when the store knows none. Of several of one original, the open migration, else an open dry run, else the newest. */
export async function findMigration(store: Store, name: string): Promise<ProjectionRow | undefined> {
  const { projections } = store;
  const direct = (await projections.get(name)) ?? (await projections.byWorkflowId(name));
  if (direct || !name.includes('/')) return direct;
  const open = await projections.list({ original: name, open: true });
  const [newest] = await projections.list({ original: name, limit: 1 });
  return open.find(({ picture }) => !picture.dryRun) ?? open[0] ?? newest;
}

export async function migrationNamed(store: Store, name: string): Promise<ProjectionRow> {
  const row = await findMigration(store, name);
  if (row) return row;
  const open = await store.projections.list({ open: true, limit: 5 });
  const known = open.map(({ picture }) => `${picture.original} (${picture.workflowId})`).join(', ');
  throw new CommandError(
    'NotFound',
    `The store knows no migration "${name}".`,
    `Name it by ${NAMED}. Open now: ${known || 'none'}.`,
  );
}

/** The workflow to send to. What the store does not know is taken for a workflow id, or for the original of the usual one. */
export async function workflowIdOf(options: ServiceOptions, store: Store | undefined, name: string): Promise<string> {
  const row = store && (await findMigration(store, name));
  if (row) return row.workflowId;
  const at = name.lastIndexOf('/');
  if (at < 1) return name;
  const prefix = prefixOf(await queueOf({}, await whereabouts(options)));
  return migrationWorkflowId(name.slice(0, at), name.slice(at + 1), prefix);
}

/**
 * Which past migration is meant, by its id. Unlike elsewhere nothing but ledger and claim is needed: the rest may be gone. Of several
 * migrations of one original, the newest.
 */
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

export const hasEnded = ({ picture }: ProjectionRow): boolean => FINAL_STATES.includes(picture.state);
