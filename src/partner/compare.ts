/** Holding what a partner returned against what can be read: A's issues, and the pairs of the new synchronization. Pure. */
import { type Pair, pairName } from '../pairs/keys.ts';
import type { ExtractRow } from './extract.ts';

/** What is held against a row: `updated` in epoch milliseconds, `comments` their number. */
export interface SeenIssue {
  summary: string;
  updated: number;
  comments?: number;
}

export interface ExtractInput {
  rows: readonly ExtractRow[];
  /** Of the new synchronization, as it is now. */
  pairs: readonly Pair[];
  /** Those that were paired before the start. */
  expected: readonly Pair[];
  onA: ReadonlyMap<string, SeenIssue>;
  /** Epoch milliseconds. When it was asked for: what changed on A after it cannot be held against it. */
  askedAt: number;
  startedAt: number;
  /** Whether comments go both ways; else their numbers may differ. */
  comments: boolean;
  /** The user that Backbone writes as on B. */
  syncUser: string;
}

export interface ExtractComparison {
  rows: number;
  /** How many pairs could be compared, by what. */
  compared: { summaries: number; comments: number; created: number };
  /** Pairs left out because A changed after it was asked for. */
  changed: number;
  /** Keys of paired issues that are not in it. */
  absent: string[];
  summaryMismatches: string[];
  commentsMissing: string[];
  contradicted: string[];
  duplicates: string[];
}

export function compareExtract(input: ExtractInput): ExtractComparison {
  const { pairs, onA, askedAt, startedAt, syncUser } = input;
  const rows = new Map(input.rows.map((row) => [row.key, row]));
  const expected = new Set(input.expected.map(pairName));
  const found: ExtractComparison = {
    rows: rows.size,
    compared: { summaries: 0, comments: 0, created: 0 },
    changed: 0,
    absent: [],
    summaryMismatches: [],
    commentsMissing: [],
    contradicted: [],
    duplicates: [],
  };
  for (const pair of pairs) {
    const [issue, row] = [onA.get(pair.first), rows.get(pair.second)];
    if (!row) found.absent.push(pair.second);
    if (!issue || !row) continue;
    if (row.created !== undefined && expected.has(pairName(pair))) {
      found.compared.created++;
      // It was paired before the start, so an issue made after it is another one.
      if (row.created >= startedAt) found.contradicted.push(pair.second);
    }
    if (issue.updated > askedAt) found.changed++;
    else compareContent(input, found, pair, issue, row);
  }
  const paired = new Set(pairs.map(({ second }) => second));
  found.duplicates = input.rows
    .filter(({ key, created = 0, reporter }) => !paired.has(key) && created >= startedAt && reporter === syncUser)
    .map(({ key }) => key);
  return found;
}

function compareContent(
  { comments }: ExtractInput,
  found: ExtractComparison,
  pair: Pair,
  issue: SeenIssue,
  row: ExtractRow,
): void {
  if (row.summary !== undefined) {
    found.compared.summaries++;
    if (row.summary !== issue.summary.trim()) found.summaryMismatches.push(pair.first);
  }
  if (row.comments !== undefined && issue.comments !== undefined && comments) {
    found.compared.comments++;
    if (row.comments > issue.comments) found.commentsMissing.push(pair.first);
    if (row.comments < issue.comments) found.commentsMissing.push(pair.second);
  }
}
