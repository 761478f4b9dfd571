/** A past that an auditor meets: a migration with artifacts, a refusal, a grant and an end, as its run would have left it. */
import type { MigrationState, StepName } from '../../src/contract/names.ts';
import { canonicalJson, sha256 } from '../../src/store/canonical.ts';
import { openStore, type StorePlace } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import type { TestPlace } from '../store/places.ts';
import { holderOf, picture, request } from '../store/samples.ts';
import { asShown } from '../support/pictures.ts';

export interface Past {
  migration: string;
  /** Digest of the artifact that entry 3 names. */
  artifact: string;
}

const DECISION = 'd'.repeat(64);

/** Eight entries: opened, identity, export, created, refused, grant, delete, closed. Open: without the last. */
export async function leavePast(place: StorePlace, synchronization = 'INT-16', open = false): Promise<Past> {
  const store = await openStore(place);
  try {
    return await passThrough(store, synchronization, open);
  } finally {
    await store.close();
  }
}

async function passThrough(store: Store, synchronization: string, open: boolean): Promise<Past> {
  const base = request(synchronization);
  const claim = await store.claims.open({ ...base, start: { ...base.start, batch: 'wave-1' } });
  const holder = holderOf(claim);
  // What one migration created is no other's.
  const created = synchronization === 'INT-16' ? 'INT-5' : `${synchronization}-new`;
  const done: StepName[] = [];
  const shown = (state: MigrationState, decision: string | null = null) =>
    picture(claim, {
      state,
      decision,
      created,
      steps: done.map((step) => ({ step, by: 'read', state: 'done' })),
    });
  await store.projections.put(holder, shown('Planning'));
  await store.claims.setIdentity(holder, {
    instance: 'jira-old',
    instanceIdentity: 'https://old.example.com (Jira (old))',
    key: synchronization,
    created: '2025-10-26T03:13:19+0100',
    firstConnector: 'CON-48-PA',
    secondConnector: 'CON-49-PB',
  });
  const artifact = await store.artifacts.putJson({ configuration: synchronization, padding: 'x'.repeat(500) });
  const enter = (draft: Parameters<typeof store.ledger.append>[1], state: MigrationState, close?: string) =>
    store.ledger.append(holder, draft, { picture: asShown(shown(state, DECISION)), ...(close ? { close } : {}) });
  const subject = { step: 'exportConfiguration', result: 'done', by: 'read', basis: 'read' };
  done.push('exportConfiguration');
  await enter({ kind: 'step', subject, digests: { configuration: artifact } }, 'Running');
  await store.claims.addCreated(holder, `jira-new/${created}`, `//jira.example.com/${created}`);
  const refused = { verb: 'approve', state: 'AwaitingApproval' };
  await enter({ kind: 'refused', actor: 'kim@example.com', subject: refused }, 'AwaitingApproval');
  const grant = { subject: { verb: 'approve' }, digests: { decision: DECISION } };
  await enter({ kind: 'grant', actor: 'lee@example.com', why: 'looked at it', ...grant }, 'Deleting');
  done.push('deleteOriginal');
  const deleted = { step: 'deleteOriginal', result: 'done', basis: 'read' };
  await enter({ kind: 'step', subject: deleted, digests: { decision: DECISION } }, 'Deleting');
  if (!open) await enter({ kind: 'closed', subject: { state: 'Completed' } }, 'Completed', 'Completed');
  return { migration: claim.migration, artifact };
}

/** SQL that puts another text into an entry, with the hash that fits it: as careful as a forger can be within one row. */
export function forge(migration: string, n: number, change: (entry: Record<string, unknown>) => object) {
  return (text: string): string => forgeText(migration, n, canonicalJson(change(JSON.parse(text))));
}

/** The same with whatever text. */
export const forgeText = (migration: string, n: number, text: string): string =>
  `update ledger set entry = ${quoted(text)}, hash = '${sha256(text)}' where migration = '${migration}' and n = ${n}`;

export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

export async function entryOf({ sql }: TestPlace, migration: string, n: number): Promise<string> {
  const [row] = await sql(`select entry from ledger where migration = '${migration}' and n = ${n}`);
  return String(row?.entry);
}

/** Whoever may write everything: the rows from `from` on are given anew, in order, each with its number, its hash and the one before. */
export async function rewrite(
  place: TestPlace,
  migration: string,
  from: number,
  texts: readonly string[],
): Promise<void> {
  const [before] = await place.sql(`select hash from ledger where migration = '${migration}' and n = ${from - 1}`);
  await place.tamper(`delete from ledger where migration = '${migration}' and n >= ${from}`);
  let prev = String(before?.hash ?? '0'.repeat(64));
  for (const [i, text] of texts.entries()) {
    const entry = { ...JSON.parse(text), migration, n: from + i, prev };
    const forged = canonicalJson(entry);
    prev = sha256(forged);
    await place.tamper(
      `insert into ledger (migration, n, kind, at, hash, entry) values ('${migration}', ${from + i}, '${entry.kind}', '${entry.at}', '${prev}', ${quoted(forged)})`,
    );
  }
}

/** The claim's head put where the ledger ends. */
export const setHead = (migration: string): string =>
  `update claim set last_n = (select max(n) from ledger where migration = '${migration}'), last_hash = (select hash from ledger where migration = '${migration}' order by n desc limit 1) where migration = '${migration}'`;
