/** What people did under the new synchronization (design P4, R2): pairs born, comments, changed fields, and what did not arrive. */
import type { SyncedIssueData } from '../../backbone/types.ts';
import type { JiraIssue } from '../../jira/types.ts';
import { comparePairs } from '../../pairs/compare.ts';
import { parseExactly } from '../../pairs/exact.ts';
import { type Pair, pairName } from '../../pairs/keys.ts';
import { sequenceProblems } from '../../pairs/sequences.ts';
import { clockOf } from '../clocks.ts';
import { planOf, type StepContext, sideName } from '../context.ts';
import { type Forecast, scopeOf } from '../forecast.ts';
import { readEntries, readIssueData } from '../issueData.ts';
import { issuesInScope, issuesTouchedSince } from '../issues.ts';
import { syncUsersOf } from '../reading.ts';
import { expectedPairs, newKeys } from '../steps/pairIssues.ts';
import { liveConfiguration } from '../translation.ts';

/** An artifact: what a person chooses by, and what is handed over. Keys are those of the new synchronization. */
export interface Delta {
  /** ISO time by the database's clock. */
  foundAt: string;
  /** Pairs that came into being under the new one. */
  born: Pair[];
  /** Issues made meanwhile that are in no pair: their messages were under way. */
  unpaired: { side: 'a' | 'b'; key: string }[];
  comments: { side: 'a' | 'b'; key: string; id: string }[];
  /** Fields that people changed, by issue. */
  changed: { side: 'a' | 'b'; key: string; fields: string[] }[];
  /** The partner, where it cannot be read: of its people's work only what reached A is in here. */
  notRead?: string;
  /** First-side keys of pairs whose last messages had not arrived when the new one was stopped. */
  undelivered: string[];
  /** Artifact: sync information of the pairs concerned as the new one left it, its numbers as they were written. */
  entries: string;
}

/** What is handed over of it. */
export const entriesOf = async ({ store }: StepContext, { entries }: Delta): Promise<SyncedIssueData> =>
  parseExactly((await store.artifacts.getBytes(entries)).toString('utf8'));

export const keepEntries = ({ store }: StepContext, entries: SyncedIssueData): Promise<string> =>
  store.artifacts.put(Buffer.from(JSON.stringify(entries)), 'application/json');

export const isEmpty = ({ born, unpaired, comments, changed, undelivered }: Delta): boolean =>
  [born, unpaired, comments, changed, undelivered].every(({ length }) => length === 0);

/** A sentence for each kind that is not empty. */
export const deltaText = ({ born, unpaired, comments, changed, undelivered, notRead }: Delta): string[] => [
  ...counted(born.map(pairName), 'new pairs'),
  ...counted(
    unpaired.map(({ key }) => key),
    'new issues without a pair',
  ),
  ...counted([...new Set(comments.map(({ key }) => key))], `issues with ${comments.length} new comments`),
  ...counted([...new Set(changed.map(({ key }) => key))], 'issues with changed fields'),
  ...counted(undelivered, 'pairs with messages that had not arrived'),
  ...(notRead ? [`${notRead} was not read: of its people’s work only what reached A is counted`] : []),
];

const SHOWN = 8;
const counted = (keys: string[], what: string): string[] =>
  keys.length === 0
    ? []
    : [`${keys.length} ${what} (${keys.slice(0, SHOWN).join(', ')}${keys.length > SHOWN ? ', …' : ''})`];

/** Read while it is stopped. People work on meanwhile: what comes later belongs to whichever synchronization runs next. */
export async function findDelta(context: StepContext): Promise<Delta> {
  const { a, b, sequencesCalibrated } = planOf(context);
  const configuration = await liveConfiguration(context);
  const live = await readIssueData(context, newKeys(context));
  const born = comparePairs(await expectedPairs(context), live).extra;
  const since = await ranSince(context);
  const query = { changes: true, comments: true };
  const [onA, onB] = await Promise.all([
    issuesTouchedSince(context, a, since, query),
    issuesTouchedSince(context, b, since, query),
  ]);
  const syncUsers = syncUsersOf(configuration);
  const from = {
    a: (await clockOf(context, a)).theirs(since),
    b: (await clockOf(context, b)).theirs(since),
  };
  const work = {
    // Of a partner that cannot be read, what the sync user brought to A is all that is seen.
    a: peoplesWork(onA, from.a, b.unread ? '' : syncUsers.a),
    b: peoplesWork(onB, from.b, syncUsers.b),
  };
  const scope = scopeOf(configuration);
  // Both projects may have the same key.
  const pairedOn = {
    a: new Set(Array.from(live, ({ first }) => first)),
    b: new Set(Array.from(live, ({ second }) => second)),
  };
  const unpairedOf = (side: 'a' | 'b', issues: JiraIssue[]) =>
    issues
      .filter(({ key, created }) => created >= from[side] && !pairedOn[side].has(key))
      .map(({ key }) => ({ side, key }));
  const unpaired = [
    ...unpairedOf('a', await issuesInScope(context, a, scope.first)),
    ...unpairedOf('b', await issuesInScope(context, b, scope.second)),
  ];
  const undelivered = sequencesCalibrated ? sequenceProblems(live).map(({ first }) => first) : [];
  const both = <T extends object>(of: (side: ReturnType<typeof peoplesWork>) => T[]) => [
    ...of(work.a).map((entry) => ({ side: 'a' as const, ...entry })),
    ...of(work.b).map((entry) => ({ side: 'b' as const, ...entry })),
  ];
  const comments = both((side) => side.comments);
  const changed = both((side) => side.changed);
  const concerned = new Set([...comments, ...changed].map(({ side, key }) => `${side} ${key}`));
  const bornNames = new Set(born.map(pairName));
  const isConcerned = (pair: Pair) =>
    bornNames.has(pairName(pair)) || concerned.has(`a ${pair.first}`) || concerned.has(`b ${pair.second}`);
  return {
    foundAt: new Date(await context.store.now()).toISOString(),
    born,
    unpaired,
    comments,
    changed,
    undelivered,
    ...(b.unread ? { notRead: sideName(b) } : {}),
    entries: await keepEntries(context, await readEntries(context, newKeys(context), isConcerned)),
  };
}

/** Not later than the new one can have been started: somebody may have done so long before it was seen to run. */
async function ranSince({ facts, store }: StepContext): Promise<number> {
  const seen = Date.parse(facts.startedAt ?? facts.stoppedAt ?? new Date(0).toISOString());
  if (!facts.forecastAtStart) return seen;
  // Made at a look at which it was still stopped.
  const { at } = await store.artifacts.getJson<Forecast>(facts.forecastAtStart);
  return Math.min(seen, at);
}

/** What others than the sync user did: its own changes came from the other side. */
function peoplesWork(issues: JiraIssue[], since: number, syncUser: string) {
  const comments = issues.flatMap(({ key, comments: all = [] }) =>
    all.filter(({ created, author }) => created >= since && author !== syncUser).map(({ id }) => ({ key, id })),
  );
  const changed = issues.flatMap(({ key, changes = [] }) => {
    const theirs = changes.filter(({ at, author }) => at >= since && author !== syncUser);
    const fields = [...new Set(theirs.flatMap(({ items }) => items.map(({ field }) => field)))].sort();
    return fields.length === 0 ? [] : [{ key, fields }];
  });
  return { comments, changed };
}
