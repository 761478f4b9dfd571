/** Everything a migration leaves behind, as text: where a secret could hide, and what an auditor reads. */
import { DatabaseSync } from 'node:sqlite';
import type { WorkflowHandle } from '@temporalio/client';
import { ledgerOf, type Scene } from '../support/migration.ts';

/** All of the history, payloads in clear. */
export async function historyText(handle: WorkflowHandle): Promise<string> {
  const found: string[] = [];
  collect(await handle.fetchHistory(), found);
  return found.join('\n');
}

function collect(value: unknown, found: string[]): void {
  if (value instanceof Uint8Array) found.push(Buffer.from(value).toString('utf8'));
  else if (typeof value === 'string') found.push(value);
  else if (typeof value === 'object' && value !== null)
    for (const member of Object.values(value)) collect(member, found);
}

/** Entries, the erasable texts, and the projection. */
export async function ledgerText(scene: Scene, handle: WorkflowHandle): Promise<string> {
  const entries = await ledgerOf(scene, handle);
  const migration = entries[0]?.migration ?? '';
  const row = await scene.store.projections.get(migration);
  return JSON.stringify([entries, await scene.store.ledger.texts(migration), row]);
}

/** Digests of all artifacts in the store, whoever refers to them. */
export function artifactDigests({ storeFile }: Scene): string[] {
  const database = new DatabaseSync(storeFile, { readOnly: true });
  try {
    return database
      .prepare('select digest from artifact')
      .all()
      .map(({ digest }) => String(digest));
  } finally {
    database.close();
  }
}

export async function artifactText({ store }: Scene, digest: string): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of store.artifacts.get(digest)) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}
