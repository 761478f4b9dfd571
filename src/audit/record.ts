/** One migration as the store alone tells it: no workflow, no instance, no configuration is asked. */
import type { EntryKind, LedgerEntry } from '../contract/ledger.ts';
import type { StartInput } from '../contract/start.ts';
import { textFrom } from '../contract/text.ts';
import type { Evidence } from '../evidence/types.ts';
import { sha256 } from '../store/canonical.ts';
import { saltedHash } from '../store/envelope.ts';
import type { Store } from '../store/store.ts';
import { artifactsOf } from './artifactCheck.ts';
import { jsonOf } from './rows.ts';
import type { AuditDecision, AuditDeletion, AuditEntry, AuditGrant, AuditRecord, AuditWrite, Who } from './types.ts';
import { whatHappened } from './words.ts';

/** What ledger and claim say by themselves. */
export type AuditOutline = Omit<AuditRecord, 'decisions' | 'artifacts'>;

/** `undefined` when the store has neither claim nor entry of it. What cannot be read is left out; `verify` says what that is. */
export async function recordOf(store: Store, migration: string): Promise<AuditRecord | undefined> {
  const outline = await outlineOf(store, migration);
  return (
    outline && {
      ...outline,
      decisions: await decisionsOf(store, outline.entries),
      artifacts: await artifactsNamed(store, outline.entries),
    }
  );
}

/** The same without reading an artifact: for lists. */
export async function outlineOf(store: Store, migration: string): Promise<AuditOutline | undefined> {
  const [rows, texts, claim] = await Promise.all([
    store.records.rows(migration),
    store.records.texts(migration),
    store.records.claim(migration),
  ]);
  if (rows.length === 0 && !claim) return undefined;
  // A value that is not the one whose hash was entered says nothing.
  const names = new Map(
    texts.filter(({ hash, salt, value }) => saltedHash(salt, value) === hash).map(({ hash, value }) => [hash, value]),
  );
  const entries = rows.flatMap(({ entry }) => readEntry(entry, names));
  const [first] = entries;
  const ofKind = (kind: EntryKind) => entries.filter((entry) => entry.kind === kind);
  const closed = ofKind('closed').at(-1);
  const grants = ofKind('grant').map(grantFrom);
  const start: Partial<StartInput> = jsonOf(claim?.recordedStart);
  const states = entries.filter(({ subject }) => typeof subject.state === 'string' && !subject.verb);
  const record = {
    migration,
    original: textFrom(first?.subject.original ?? claim?.original ?? ''),
    workflowId: textFrom(first?.subject.workflowId ?? claim?.workflowId ?? ''),
    instances: [...new Set([start.original?.instance, start.new?.instance].filter((name) => name !== undefined))],
    batch: start.batch ?? null,
    created: entries.flatMap(({ subject }) => (typeof subject.created === 'string' ? subject.created : [])),
    opened: first?.at ?? '',
    closed: closed ? { state: textFrom(closed.subject.state), at: closed.at } : null,
    outcome: textFrom(states.at(-1)?.subject.state ?? 'Running'),
    requestedBy: first?.who ?? { by: 'service' as const },
    reason: first?.why ?? null,
    entries,
    writes: writesOf(entries),
    grants,
    refused: ofKind('refused'),
  };
  return { ...record, deletion: deletionOf(record) };
}

function readEntry(text: string, names: ReadonlyMap<string, string>): AuditEntry[] {
  let entry: LedgerEntry;
  try {
    entry = JSON.parse(text);
    const { n, at, kind, actor, grade, why, subject, digests } = entry;
    const who: Who =
      actor === null || grade === 'system'
        ? { by: 'service' }
        : { by: 'person', name: names.get(actor) ?? null, grade };
    const reason = why === null ? null : (names.get(why) ?? null);
    const answered = names.get(digests.answered ?? '') ?? null;
    const what = whatHappened(entry);
    return [{ n, at, kind, who, why: reason, answered, what, subject, digests, hash: sha256(text) }];
  } catch {
    return [];
  }
}

const grantFrom = ({ n, at, who, why, digests }: AuditEntry): AuditGrant => ({
  n,
  at,
  who,
  why,
  decision: digests.decision ?? '',
});

function writesOf(entries: readonly AuditEntry[]): AuditWrite[] {
  return entries
    .filter(({ kind }) => kind === 'intent')
    .map(({ n, at, subject, digests }) => ({
      n,
      at,
      step: textFrom(subject.step),
      part: textFrom(subject.part),
      instance: textFrom(subject.instance),
      method: textFrom(subject.method),
      path: textFrom(subject.path),
      request: digests.request ?? null,
      outcomes: entries
        .filter((entry) => entry.kind === 'outcome' && entry.subject.intent === n)
        .map((entry) => ({
          n: entry.n,
          at: entry.at,
          outcome: textFrom(entry.subject.outcome),
          status: typeof entry.subject.status === 'number' ? entry.subject.status : null,
          response: entry.digests.response ?? null,
        })),
    }));
}

async function decisionsOf(store: Store, entries: readonly AuditEntry[]): Promise<AuditDecision[]> {
  const found: AuditDecision[] = [];
  for (const { n, at, digests } of entries) {
    const { decision, evidence: artifact } = digests;
    if (!decision || !artifact) continue;
    const evidence = await store.artifacts.getJson<Evidence>(artifact).catch(() => null);
    found.push({ n, at, decision, artifact, evidence });
  }
  return found;
}

async function artifactsNamed(store: Store, entries: readonly AuditEntry[]): Promise<AuditRecord['artifacts']> {
  const found: AuditRecord['artifacts'] = [];
  for (const entry of entries) {
    for (const { name, digest } of artifactsOf(entry)) {
      if (found.some((known) => known.digest === digest)) continue;
      found.push({ digest, name, n: entry.n, there: await store.artifacts.has(digest) });
    }
  }
  return found;
}

function deletionOf(record: Omit<AuditOutline, 'deletion'>): AuditDeletion | null {
  const { entries, writes, original, requestedBy, reason } = record;
  const sent = writes.filter(({ step }) => step === 'deleteOriginal');
  const done = entries.findLast(
    ({ kind, subject }) => kind === 'step' && subject.step === 'deleteOriginal' && subject.result === 'done',
  );
  const last = done ?? sent.at(-1);
  if (!last) return null;
  const granted = approvalsAt(record, last.n);
  const decision = done?.digests.decision ?? granted.at(-1)?.decision ?? null;
  return {
    original,
    askedBy: requestedBy,
    reason,
    decision,
    approvals: granted,
    sent: sent.map(({ n }) => n),
    confirmed: done ? { n: done.n, at: done.at } : null,
  };
}

/** The approvals that counted when the original was deleted: nobody had taken them back, and the policy of then let their givers approve. */
function approvalsAt({ entries, grants }: Pick<AuditOutline, 'entries' | 'grants'>, before: number): AuditGrant[] {
  const at = entries.findLast(({ n, subject }) => n < before && Array.isArray(subject.counting));
  const counting = [...(Array.isArray(at?.subject.counting) ? at.subject.counting : []), String(at?.n)];
  return grants.filter(({ n }) => counting.includes(String(n)));
}
