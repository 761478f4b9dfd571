/** Verifies ledgers and artifacts from the store alone. A finding ends nothing: everything else is looked at too. */
import { MigratorError } from '../contract/errors.ts';
import type { LedgerEntry } from '../contract/ledger.ts';
import { sha256 } from '../store/canonical.ts';
import { entryHash, saltedHash } from '../store/envelope.ts';
import type { RecordedRow, Store } from '../store/store.ts';
import { type ChainVerdict, type Head, verifyChain } from '../store/verify.ts';
import { artifactsOf } from './digests.ts';
import type { Finding, Verdict } from './findings.ts';
import type { Seal } from './seal.ts';

export interface VerifyOptions {
  /** One migration; all of them, and every artifact, when it is left out. */
  migration?: string;
  seal?: Seal;
  onFinding?: (finding: Finding) => void;
}

export async function verifyStore(store: Store, { migration, seal, onFinding }: VerifyOptions = {}): Promise<Verdict> {
  let firstBad: Verdict['firstBad'] = null;
  const found = (finding: Finding) => {
    firstBad ??= { migration: finding.migration, n: finding.n, why: finding.why };
    onFinding?.(finding);
  };
  const artifacts = new ArtifactCheck(store);
  const there = migration === undefined ? await store.records.migrations() : [migration];
  const sealed = Object.keys(seal?.heads ?? {}).filter((id) => migration === undefined || id === migration);
  const all = [...new Set([...there, ...sealed])];
  let entries = 0;
  for (const id of all) {
    const rows = await store.records.rows(id);
    entries += rows.length;
    for await (const finding of findingsOf(store, id, rows, seal?.heads[id], artifacts)) found(finding);
  }
  // What no entry names, such as what a step stored before it failed, is looked at too.
  for (const digest of migration === undefined ? await store.records.artifacts() : []) {
    if (artifacts.seen(digest)) continue;
    const damage = await artifacts.damage(digest);
    if (damage) found({ migration: null, n: null, digest, ...damage });
  }
  return { verdict: firstBad === null ? 'whole' : 'damaged', entries, migrations: all.length, firstBad };
}

async function* findingsOf(
  store: Store,
  migration: string,
  rows: readonly RecordedRow[],
  sealed: Head | undefined,
  artifacts: ArtifactCheck,
): AsyncGenerator<Finding> {
  const parsed = rows.map((row) => readRow(migration, row));
  const entries = parsed.map(({ entry }) => entry);
  const inRows = parsed.flatMap(({ entry, edited }) =>
    edited === undefined ? [] : [{ n: entry.n, why: 'edited' as const, what: edited }],
  );
  const inChain = [...chainFindings(entries, await store.records.claim(migration), sealed)];
  // An edit shows in the chain and in the row, and the row says how. What else the chain says of an entry is more than its row.
  const ofChain = inChain.filter(({ n, why }) => why !== 'edited' || inRows.every((row) => row.n !== n));
  const ofRows = inRows.filter(({ n }) => ofChain.every((other) => other.n !== n));
  for (const finding of [...ofChain, ...ofRows].toSorted((one, other) => one.n - other.n)) {
    yield { migration, ...finding };
  }
  yield* textFindings(store, migration, entries);
  for (const entry of entries) {
    for (const { name, digest } of artifactsOf(entry)) {
      const damage = await artifacts.damage(digest);
      if (damage) yield { migration, n: entry.n, digest, ...damage, what: `${name}: ${damage.what}` };
    }
  }
}

/** The row's own columns must say what its entry says: whoever edits one of them leaves the other. */
function readRow(migration: string, row: RecordedRow): { entry: LedgerEntry; edited?: string } {
  const entry = parsedEntry(row.entry);
  // What cannot be read keeps its place, so that the chain around it is still looked at.
  if (!entry) return { entry: unreadable(migration, row), edited: 'the entry cannot be read any more' };
  if (sha256(row.entry) !== row.hash)
    return { entry, edited: 'the entry does not have the hash that stands beside it' };
  if (entry.n === row.n && (entry.kind !== row.kind || entry.at !== row.at))
    return { entry, edited: 'its columns say another kind or time than the entry' };
  return { entry };
}

function parsedEntry(text: string): LedgerEntry | undefined {
  try {
    const value = JSON.parse(text);
    const isEntry =
      typeof value.n === 'number' && Object.values(value.digests).every((each) => typeof each === 'string');
    return isEntry ? value : undefined;
  } catch {
    return undefined;
  }
}

const unreadable = (migration: string, { n, at }: RecordedRow): LedgerEntry => ({
  v: 1,
  migration,
  n,
  prev: '',
  at,
  kind: 'state',
  actor: null,
  grade: 'system',
  why: null,
  subject: {},
  digests: {},
});

interface ChainFinding {
  n: number;
  why: Finding['why'];
  what: string;
}

function* chainFindings(
  entries: readonly LedgerEntry[],
  claim: Awaited<ReturnType<Store['records']['claim']>>,
  sealed: Head | undefined,
): Generator<ChainFinding> {
  if (!claim && entries.length === 0) {
    yield { n: 1, why: 'removed', what: 'nothing of it is left that the seal knows' };
    return;
  }
  const chain = worded(verifyChain(entries), 'the chain of hashes');
  if (chain) {
    yield chain;
    yield* brokenAfter(entries, chain.n);
  }
  if (!claim) yield { n: 1, why: 'removed', what: 'the claim of this migration is gone' };
  else if (!chain) {
    const head = worded(verifyChain(entries, claim.head), 'the newest entry that the claim knows');
    if (head) yield head;
    else if (entries.length > claim.head.n)
      yield { n: claim.head.n + 1, why: 'inserted', what: 'the claim knows no entry after the one before' };
    const [first] = entries;
    if (first?.digests.start && sha256(claim.recordedStart) !== first.digests.start)
      yield { n: 1, why: 'changed', what: 'the start object is not the one whose digest was entered' };
  }
  const against = sealed && !chain ? worded(verifyChain(entries, sealed), 'the seal') : undefined;
  if (against) yield against;
}

/** Links that do not hold further on. One entry out of place breaks up to three of them. */
function* brokenAfter(entries: readonly LedgerEntry[], firstBad: number): Generator<ChainFinding> {
  for (const [i, entry] of entries.entries()) {
    const before = entries[i - 1];
    if (i < firstBad + 2 || !before || entry.prev === entryHash(before)) continue;
    yield { n: before.n, why: 'edited', what: 'the entry is not the one that the next entry follows' };
  }
}

const worded = (verdict: ChainVerdict, against: string): ChainFinding | undefined =>
  verdict.ok ? undefined : { n: verdict.firstBad, why: verdict.why, what: `${TAMPERED[verdict.why]}, by ${against}` };

const TAMPERED: Readonly<Record<Extract<ChainVerdict, { ok: false }>['why'], string>> = {
  edited: 'the entry is not what was written',
  inserted: 'the entry was not written by the service here',
  removed: 'an entry is missing here',
  reordered: 'entries change places from here',
};

/** Names, reasons and answers may be erased, never exchanged. */
async function* textFindings(
  store: Store,
  migration: string,
  entries: readonly LedgerEntry[],
): AsyncGenerator<Finding> {
  for (const { hash, salt, value } of await store.records.texts(migration)) {
    if (saltedHash(salt, value) === hash) continue;
    const n = entries.find(({ actor, why, digests }) => [actor, why, digests.answered].includes(hash))?.n ?? null;
    yield { migration, n, why: 'changed', what: 'a name, a reason or an answer is not the one whose hash was entered' };
  }
}

/** Each artifact is read once, however many entries name it. */
class ArtifactCheck {
  readonly #store: Store;
  readonly #known = new Map<string, Pick<Finding, 'why' | 'what'> | undefined>();

  constructor(store: Store) {
    this.#store = store;
  }

  seen(digest: string): boolean {
    return this.#known.has(digest);
  }

  async damage(digest: string): Promise<Pick<Finding, 'why' | 'what'> | undefined> {
    if (!this.seen(digest)) this.#known.set(digest, await this.#read(digest));
    return this.#known.get(digest);
  }

  async #read(digest: string): Promise<Pick<Finding, 'why' | 'what'> | undefined> {
    if (!(await this.#store.artifacts.has(digest)))
      return { why: 'missing', what: `artifact ${digest} is not in the store` };
    try {
      for await (const _ of this.#store.artifacts.get(digest));
      return undefined;
    } catch (error) {
      if (!(error instanceof MigratorError) || error.code !== 'Unexpected') throw error;
      const [, what = ''] = /(artifact .*?\.) /.exec(error.message) ?? [];
      return { why: / lacks /.test(what) ? 'missing' : 'changed', what: what.replace(/\.$/, '') };
    }
  }
}
