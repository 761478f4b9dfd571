/** A past that an auditor meets: a migration with an artifact, a refusal, a grant and an end, as its run would have left it. */
import { canonicalJson, sha256 } from '../../src/store/canonical.ts';
import { openStore, type StorePlace } from '../../src/store/open.ts';
import { holderOf, request } from '../store/samples.ts';

export interface Past {
  migration: string;
  /** Digest of the artifact that entry 2 names. */
  artifact: string;
}

/** Six entries. */
export async function leavePast(place: StorePlace, synchronization = 'INT-16'): Promise<Past> {
  const store = await openStore(place);
  try {
    const claim = await store.claims.open(request(synchronization));
    const artifact = await store.artifacts.putJson({ configuration: synchronization, padding: 'x'.repeat(500) });
    const enter = (draft: Parameters<typeof store.ledger.append>[1], close?: string) =>
      store.ledger.append(holderOf(claim), draft, close ? { close } : {});
    const subject = { step: 'exportConfiguration', result: 'done', by: 'read', basis: 'read' };
    await enter({ kind: 'step', subject, digests: { configuration: artifact } });
    await enter({ kind: 'refused', actor: 'kim@example.com', subject: { verb: 'approve', state: 'AwaitingApproval' } });
    await enter({
      kind: 'grant',
      actor: 'lee@example.com',
      why: 'looked at it',
      subject: { verb: 'approve' },
      digests: { decision: 'd'.repeat(64) },
    });
    const deleted = { step: 'deleteOriginal', result: 'done', basis: 'read' };
    await enter({ kind: 'step', subject: deleted, digests: { decision: 'd'.repeat(64) } });
    await enter({ kind: 'closed', subject: { state: 'Completed' } }, 'Completed');
    return { migration: claim.migration, artifact };
  } finally {
    await store.close();
  }
}

/** SQL that puts another text into an entry, with the hash that fits it: as careful as a forger can be within one row. */
export function forge(migration: string, n: number, change: (entry: Record<string, unknown>) => object) {
  return (text: string): string => {
    const forged = canonicalJson(change(JSON.parse(text)));
    return `update ledger set entry = ${quoted(forged)}, hash = '${sha256(forged)}' where migration = '${migration}' and n = ${n}`;
  };
}

export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
