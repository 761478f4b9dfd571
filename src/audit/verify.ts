/** Verifies ledgers and artifacts from the store alone. A finding ends nothing: everything else is looked at too. */

import type { LedgerEntry } from '../contract/ledger.ts';
import { append } from '../contract/lists.ts';
import { saltedHash } from '../store/envelope.ts';
import type { RecordedRow, RecordedText, Store } from '../store/store.ts';
import { ArtifactCheck, artifactsOf } from './artifactCheck.ts';
import { type Ledger, readLedger, type SealedHead } from './chain.ts';
import { type Contradiction, contradictions } from './contradictions.ts';
import { type Draft, draft, type Finding, type Verdict } from './findings.ts';
import { readRow } from './rows.ts';
import { type Seal, sealedIn } from './seal.ts';
import { checkSeals, type SealKeys } from './sealChain.ts';

export interface VerifyOptions {
  /** One migration; all of them, and every artifact, when it is left out. */
  migration?: string;
  /** In any order. Only those that one of `keys` has signed are held against the store. */
  seals?: readonly Seal[];
  keys?: SealKeys;
  /** `false`: the ledgers alone, in a moment. */
  artifacts?: boolean;
  /** Called when everything was looked at, in order: first the seals, then each migration. */
  onFinding?: (finding: Finding) => void;
}

export async function verifyStore(
  store: Store,
  { migration, seals: given = [], keys = [], artifacts: withArtifacts = true, onFinding }: VerifyOptions = {},
): Promise<Verdict> {
  const { findings, seals } = checkSeals(given, keys);
  const artifacts = withArtifacts ? new ArtifactCheck(store) : undefined;
  const sealed = seals.flatMap((seal) => Object.keys(seal.migrations));
  const all = migration === undefined ? [...new Set([...(await store.records.migrations()), ...sealed])] : [migration];
  let entries = 0;
  for (const id of all) {
    const rows = await store.records.rows(id);
    entries += rows.length;
    const drafts = await draftsOf(store, id, rows, seals, artifacts);
    append(
      findings,
      drafts.map((each) => ({ migration: id, ...each })),
    );
  }
  if (artifacts && migration === undefined) await readOthers(artifacts, findings);
  for (const finding of findings) onFinding?.(told(finding));
  const [first] = findings;
  return {
    verdict: first ? 'damaged' : 'whole',
    entries,
    migrations: all.length,
    firstBad: first ? { migration: first.migration, n: first.n, why: first.why } : null,
    ...(given.length > 0 ? { seals: seals.map(({ n }) => n) } : {}),
  };
}

const told = ({ follows = [], ...finding }: Finding): Finding =>
  follows.length > 0 ? { ...finding, follows } : finding;

/** What no entry names, such as what a step stored before it failed, or what was put under another digest. */
async function readOthers(artifacts: ArtifactCheck, findings: Finding[]): Promise<void> {
  for (const digest of await artifacts.unseen()) {
    const damage = await artifacts.damage(digest);
    if (!damage) continue;
    const { content, ...what } = damage;
    const missed = findings.find((each) => each.digest !== undefined && each.digest === content);
    if (missed) missed.follows = [...(missed.follows ?? []), { n: null, what: `its content is under ${digest}` }];
    else findings.push({ migration: null, n: null, digest, ...what });
  }
}

async function draftsOf(
  store: Store,
  migration: string,
  recorded: readonly RecordedRow[],
  seals: readonly Seal[],
  artifacts: ArtifactCheck | undefined,
): Promise<Draft[]> {
  const [claim, projection, texts] = await Promise.all([
    store.records.claim(migration),
    store.records.projection(migration),
    store.records.texts(migration),
  ]);
  const rows = recorded.map(readRow);
  const sealed = seals.flatMap((seal): SealedHead[] => {
    const head = sealedIn(seal, migration);
    return head ? [{ seal: seal.n, n: head.n, hash: head.hash }] : [];
  });
  const ledger = readLedger(migration, rows, claim, sealed);
  const { drafts, entries } = ledger;
  const lost = addContradictions(ledger, contradictions(entries, claim, projection));
  const invented = inventedDraft(migration, entries, seals);
  if (invented) drafts.push(invented);
  // An entry that was forged may have named others.
  const named = rows.flatMap(({ entry }) => (entry ? [entry] : []));
  addTexts(drafts, lost, texts, named);
  for (const entry of artifacts ? entries : []) {
    for (const { name, digest } of artifactsOf(entry)) {
      const damage = await artifacts?.damage(digest);
      if (damage) drafts.push(draft(entry.n, damage.why, `${name}: ${damage.what}`, { digest }));
    }
  }
  return drafts;
}

/**
 * What other rows know beyond the ledger is missing in it: one finding, however many rows know of it, and no finding of its own where
 * the chain shows that an entry is gone or is not what was written. Answers that finding.
 */
function addContradictions({ drafts, end }: Ledger, found: readonly Contradiction[]): Draft | undefined {
  let beyond: Draft | undefined = end ?? drafts.find(({ why }) => why === 'edited' || why === 'removed');
  const byTopic = new Map<Contradiction['topic'], Draft>();
  for (const { topic, n, what, more } of found) {
    const root = more ? beyond : (byTopic.get(topic) ?? (topic === 'end' ? end : undefined));
    if (root) {
      root.follows.push({ n, what });
      continue;
    }
    const made = draft(n, topic === 'start' ? 'changed' : 'contradicted', what);
    drafts.push(made);
    if (more) beyond = made;
    if (!byTopic.has(topic)) byTopic.set(topic, made);
  }
  return beyond;
}

/** Every seal names all migrations of its time. */
function inventedDraft(migration: string, entries: readonly LedgerEntry[], seals: readonly Seal[]): Draft | undefined {
  const [first] = entries;
  if (!first) return undefined;
  const seal = seals.find((each) => first.at < each.at && !sealedIn(each, migration));
  if (!seal) return undefined;
  return draft(1, 'inserted', `seal ${seal.n} of ${seal.at} does not know this migration, which says it is older`);
}

/** Names, reasons and answers may be erased, never exchanged or added. */
function addTexts(
  drafts: Draft[],
  lost: Draft | undefined,
  texts: readonly RecordedText[],
  entries: readonly LedgerEntry[],
): void {
  for (const { hash, salt, value } of texts) {
    const entry = entries.find(({ actor, why, digests }) => [actor, why, digests.answered].includes(hash));
    const n = entry?.n ?? null;
    if (saltedHash(salt, value) !== hash)
      drafts.push(draft(n, 'changed', 'a name, a reason or an answer is not the one whose hash was recorded'));
    else if (entry) continue;
    else if (lost) lost.follows.push({ n, what: 'a name, a reason or an answer is left that no entry has' });
    else drafts.push(draft(n, 'inserted', 'a name, a reason or an answer is there that no entry has'));
  }
}
