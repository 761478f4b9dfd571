/** Which migrations there were: one line each, by what an auditor looks for. */
import type { Store } from '../store/store.ts';
import { type AuditOutline, outlineOf } from './record.ts';

export interface AuditFilter {
  /** ISO 8601 UTC; at least one entry from then on, or up to then. */
  from?: string;
  to?: string;
  /** Exactly as the person wrote the name: in any part of the migration. */
  person?: string;
  /** Where the original is or was, or the new one. */
  instance?: string;
  /** `INT-16`, or with its instance: the original or one that was created. */
  synchronization?: string;
  batch?: string;
  outcome?: string;
}

/** The outline, with numbers in place of what is long. */
export type AuditLine = Omit<AuditOutline, 'entries' | 'writes' | 'grants' | 'refused'> & {
  entries: number;
  refused: number;
};

/** The oldest first. */
export async function listMigrations(store: Store, filter: AuditFilter = {}): Promise<AuditLine[]> {
  const { from, to, person, ...others } = filter;
  const lines: AuditLine[] = [];
  const times = { ...(from ? { from } : {}), ...(to ? { to } : {}), ...(person ? { person } : {}) };
  for (const migration of await store.records.migrations(times)) {
    const record = await outlineOf(store, migration);
    if (record && fits(record, others)) lines.push(lineOf(record));
  }
  return lines;
}

function fits(record: AuditOutline, { instance, synchronization, batch, outcome }: AuditFilter): boolean {
  const keys = [record.original, ...record.created];
  const isNamed = (key: string) => key === synchronization || key.endsWith(`/${synchronization}`);
  return (
    (instance === undefined || record.instances.includes(instance)) &&
    (synchronization === undefined || keys.some(isNamed)) &&
    (batch === undefined || record.batch === batch) &&
    (outcome === undefined || record.outcome === outcome)
  );
}

const lineOf = ({ entries, writes: _, grants: __, refused, ...line }: AuditOutline): AuditLine => ({
  ...line,
  entries: entries.length,
  refused: refused.length,
});
