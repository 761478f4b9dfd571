/** What was done to one ledger: each forgery once, and under it what follows from it. Pure. */
import type { LedgerEntry } from '../contract/ledger.ts';
import { entryHash } from '../store/envelope.ts';
import type { RecordedClaim } from '../store/store.ts';
import { type Chain, type Forgery, type Head, readChain } from '../store/verify.ts';
import { type Draft, draft, entriesWords } from './findings.ts';
import type { ReadRow } from './rows.ts';

/** What a seal says of one ledger. */
export interface SealedHead extends Head {
  /** Number of the seal. */
  seal: number;
}

export interface Ledger {
  drafts: Draft[];
  /** What was written, in order; only this may anything else be held against. */
  entries: LedgerEntry[];
  /** The draft about the end of the ledger: what is missing there is missed elsewhere too. */
  end?: Draft;
}

/** `sealed`: by the number of the seals. */
export function readLedger(
  migration: string,
  rows: readonly ReadRow[],
  claim: RecordedClaim | undefined,
  sealed: readonly SealedHead[],
): Ledger {
  const moved = movedFrom(migration, rows);
  if (moved) {
    const end = draft(1, 'inserted', `these are the entries of ${moved}`);
    return { drafts: [end], entries: [], end };
  }
  const { head, drafts } = headOf(rows, claim, sealed);
  const chain = readChain(rows, migration, head);
  const forged = chain.forgeries.map((forgery) => ({ forgery, draft: forgeryDraft(forgery, rows, chain, head) }));
  const all = [...drafts, ...forged.map((each) => each.draft), ...rowDrafts(rows, chain)];
  tellRenumbered(rows, chain, forged, all);
  const entries = writtenEntries(rows, chain);
  let end = forged.findLast(({ forgery }) => isAtEnd(forgery, rows, chain))?.draft;
  const late = afterClosed(entries);
  if (late) all.push(late);
  const bySeal = sealDraft(entries, sealed, all);
  if (bySeal) all.push(bySeal);
  end ??= bySeal ?? late;
  all.sort((one, other) => (one.n ?? 0) - (other.n ?? 0));
  return { drafts: all, entries, ...(end ? { end } : {}) };
}

/** A whole ledger put under another name. */
function movedFrom(migration: string, rows: readonly ReadRow[]): string | undefined {
  const names = new Set(rows.flatMap(({ entry }) => entry?.migration ?? []));
  const [name] = names;
  return names.size === 1 && name !== migration ? name : undefined;
}

/** What vouches for the end of the chain: the claim, unless that contradicts what a seal says, or itself. */
function headOf(
  rows: readonly ReadRow[],
  claim: RecordedClaim | undefined,
  sealed: readonly SealedHead[],
): { head?: Head; drafts: Draft[] } {
  if (!claim) {
    const left = rows.length > 0 ? 'the claim of this migration is gone' : 'nothing of its ledger is left';
    return { drafts: [draft(1, 'removed', left)] };
  }
  const { head } = claim;
  const wrong = (what: string, instead?: Head) => ({
    drafts: [draft(instead?.n ?? null, 'contradicted', what)],
    ...(instead ? { head: instead } : {}),
  });
  const last = rows.at(-1);
  const newest = last && { n: last.entry?.n ?? last.n, hash: last.hash };
  if (!newest)
    return head.n > 0 ? { head, drafts: [] } : { drafts: [draft(1, 'removed', 'nothing of its ledger is left')] };
  if (!Number.isSafeInteger(head.n) || head.n < 1) return wrong('the claim says that there is no entry');
  if (newest.hash === head.hash && newest.n !== head.n)
    return wrong(`the claim says that its newest entry, ${newest.n}, is number ${head.n}`, newest);
  const vouched = sealed.some(({ n, hash }) => n === newest.n && hash === newest.hash);
  if (vouched && head.n >= newest.n && head.hash !== newest.hash)
    return wrong('the newest entry is the one that the seal has, and the claim says another', newest);
  return { head, drafts: [] };
}

function forgeryDraft({ why, n, last, index }: Forgery, rows: readonly ReadRow[], chain: Chain, head?: Head): Draft {
  const byClaim = head !== undefined && isAtEnd({ why, n, last, index }, rows, chain);
  const by = byClaim ? 'by the newest entry that the claim knows' : 'by the chain of hashes';
  switch (why) {
    case 'edited':
      return draft(n, why, rows[index]?.trouble ?? `the entry is not what was written, ${by}`);
    case 'inserted':
      return byClaim
        ? draft(n, why, `the claim knows no entry after the one before; ${entriesWords(n, last, 'is', 'are')} there`)
        : draft(n, why, `${entriesWords(n, last, 'was', 'were')} not written here by the service, ${by}`);
    case 'removed':
      return draft(n, why, `${entriesWords(n, last, 'is', 'are')} missing, ${by}`);
    case 'reordered':
      return draft(n, why, `entries change places from here, ${by}`);
  }
}

/** Nothing that was written comes after it. */
function isAtEnd({ why, index }: Forgery, rows: readonly ReadRow[], { written }: Chain): boolean {
  if (why === 'reordered') return false;
  return rows.every((_, i) => i < index || (why !== 'removed' && i === index) || written[i] === undefined);
}

/** Rows that tell of entries as they were written, and say something else beside them. One statement can do that to all of them. */
function rowDrafts(rows: readonly ReadRow[], { written }: Chain): Draft[] {
  const found: (Draft & { last: number })[] = [];
  for (const [i, { n, entry, trouble }] of rows.entries()) {
    if (!trouble || !entry || written[i] !== n || entry.n !== n) continue;
    const before = found.at(-1);
    if (before?.what === trouble && before.last === n - 1) before.last = n;
    else found.push({ ...draft(n, 'edited', trouble), last: n });
  }
  return found.map(({ last, ...each }) =>
    last === each.n ? each : { ...each, what: `${each.what}, up to entry ${last}` },
  );
}

/** Entries with other numbers than those they were written with: to hide what is missing or too many before them, or for nothing. */
function tellRenumbered(
  rows: readonly ReadRow[],
  { written }: Chain,
  forged: readonly { forgery: Forgery; draft: Draft }[],
  all: Draft[],
): void {
  const other = [...rows.keys()].filter((i) => {
    const n = written[i];
    return n !== undefined && (rows[i]?.n !== n || rows[i]?.entry?.n !== n);
  });
  const [first = -1] = other;
  const [from, to] = [rows[first], rows[other.at(-1) ?? -1]];
  if (!from || !to) return;
  const what = `${entriesWords(from.n, to.n, 'has another number than it was', 'have other numbers than they were')} written with`;
  const root = forged.findLast(({ forgery }) => forgery.index <= first)?.draft ?? forged[0]?.draft;
  if (root) root.follows.push({ n: from.n, what });
  else all.push(draft(from.n, 'edited', what));
}

/** As they were written: with their own numbers, in order. */
const writtenEntries = (rows: readonly ReadRow[], { written }: Chain): LedgerEntry[] =>
  rows
    .flatMap(({ entry }, i) => {
      const n = written[i];
      return entry && n !== undefined ? [{ ...entry, n }] : [];
    })
    .toSorted((one, other) => one.n - other.n);

/** A claim that is closed takes no entry, so none can follow the end. */
function afterClosed(entries: readonly LedgerEntry[]): Draft | undefined {
  const closed = entries.findIndex(({ kind }) => kind === 'closed');
  const [from, to] = [entries[closed + 1], entries.at(-1)];
  if (closed < 0 || !from || !to) return undefined;
  return draft(from.n, 'inserted', `${entriesWords(from.n, to.n, 'follows', 'follow')} the end of the migration`);
}

/** The first seal that does not hold; what later ones say follows, and so it does from what the chain itself shows. */
function sealDraft(
  entries: readonly LedgerEntry[],
  sealed: readonly SealedHead[],
  all: readonly Draft[],
): Draft | undefined {
  let found: Draft | undefined;
  let held = 0;
  const last = entries.at(-1)?.n ?? 0;
  for (const { seal, n, hash } of sealed) {
    const entry = entries.find((each) => each.n === n);
    if (entry && entryHash(entry) === hash) {
      held = n;
      continue;
    }
    const what =
      n > last
        ? `${entriesWords(last + 1, n, 'is', 'are')} missing, by seal ${seal}`
        : `${entriesWords(held + 1, n, 'is', 'are')} not what was written, by seal ${seal}`;
    const root = found ?? all.find((each) => isOfChain(each) && (each.n ?? 0) <= n);
    if (root) root.follows.push({ n: n > last ? last + 1 : n, what });
    else found = n > last ? draft(last + 1, 'removed', what) : draft(n, 'edited', what);
  }
  return found;
}

const isOfChain = ({ why }: Draft): boolean => why === 'edited' || why === 'inserted' || why === 'removed';
