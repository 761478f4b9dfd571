/**
 * What the new synchronization carried of people's work, and the original does not know of: pairs born, comments, changed fields, and what
 * did not arrive. It is found in what it holds against what it was given, and counts whoever started it, and whenever it was done.
 */
import type { SyncedIssueData, SyncInformation } from '../../backbone/types.ts';
import { without } from '../../contract/lists.ts';
import { fetchCommand } from '../../contract/tasks.ts';
import { listed } from '../../contract/text.ts';
import { pairsWithout } from '../../pairs/compare.ts';
import { parseExactly } from '../../pairs/exact.ts';
import { type Pair, pairName } from '../../pairs/keys.ts';
import { sequenceProblems } from '../../pairs/sequences.ts';
import { movedPairs } from '../../pairs/traces.ts';
import { planOf, type StepContext, sideName } from '../context.ts';
import { scopeOf } from '../forecast.ts';
import { readEntries } from '../issueData.ts';
import { issuesByKey, issuesInScope, PAIRS_AT_ONCE } from '../issues.ts';
import { neighboursOf } from '../neighbours.ts';
import { restingPairs } from '../pairing/restingPairs.ts';
import { syncUsersOf } from '../reading.ts';
import { type SecondCopy, sortedExtra } from '../secondCopies.ts';
import { type SideOfNew, sinceOriginal } from '../sinceOriginal.ts';
import { newKeys } from '../steps/pairIssues.ts';
import { liveConfiguration } from '../translation.ts';
import { entriesGiven, issueOf, issuesSince, listedBy, workOn } from './peoplesWork.ts';
import type { Carried } from './ran.ts';

/** An artifact: what a person chooses by, and what is handed over. Keys are those of the new synchronization. */
export interface Delta {
  /** ISO time by the database's clock. */
  foundAt: string;
  /** Digest of what the new one held then. */
  traces: string;
  /** Pairs that came into being under the new one. */
  born: Pair[];
  /** Issues that it made a second time, or paired otherwise than the original. */
  copies: SecondCopy[];
  /** Issues made meanwhile that are in no pair: their messages were under way. */
  unpaired: { side: 'a' | 'b'; key: string }[];
  comments: { side: 'a' | 'b'; key: string; id: string }[];
  /** Fields that people changed, by issue. */
  changed: { side: 'a' | 'b'; key: string; fields: string[] }[];
  /**
   * Paired issues that cannot be read any more: what people did on them is not told. `comments`: the new one lists others for the pair
   * than it was given, so it carried some.
   */
  unseen: { side: 'a' | 'b'; key: string; comments: boolean }[];
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

/** One that was kept before copies were told apart, and issues out of sight looked for, has none. */
export const readDelta = async ({ store }: StepContext, digest: string): Promise<Delta> => ({
  copies: [],
  unseen: [],
  ...(await store.artifacts.getJson<Omit<Delta, 'copies' | 'unseen'>>(digest)),
});

/** An issue that is out of sight and has no other comments may just as well be deleted: it is named, and no choice. */
export const isEmpty = ({ born, copies, unpaired, comments, changed, unseen, undelivered }: Delta): boolean =>
  [born, copies, unpaired, comments, changed, unseen.filter(isCarried), undelivered].every(
    ({ length }) => length === 0,
  );

const isCarried = ({ comments }: Delta['unseen'][number]): boolean => comments;

/** A sentence for each kind that is not empty. */
export const deltaText = ({
  born,
  copies,
  unpaired,
  comments,
  changed,
  unseen,
  undelivered,
  notRead,
}: Delta): string[] => [
  ...counted(born.map(pairName), 'new pairs'),
  ...counted(copies.map(pairName), 'pairs that the original has otherwise: their issues were made a second time'),
  ...counted(
    unpaired.map(({ key }) => key),
    'new issues without a pair',
  ),
  ...counted([...new Set(comments.map(({ key }) => key))], `issues with ${comments.length} new comments`),
  ...counted([...new Set(changed.map(({ key }) => key))], 'issues with changed fields'),
  ...counted(
    unseen.filter(isCarried).map(({ key }) => key),
    'issues that cannot be read any more, with new comments',
  ),
  ...counted(undelivered, 'pairs with messages that had not arrived'),
  ...(notRead ? [`${notRead} was not read: of its people’s work only what reached A is counted`] : []),
];

const SHOWN = 8;
const counted = (keys: string[], what: string): string[] =>
  keys.length === 0 ? [] : [`${keys.length} ${what} (${listed(keys, SHOWN).join(', ')})`];

/** It travels through the workflow's history. */
const MOST_LINES = 200;

/** Said once, however often it is found; all of very many lines are in a file. */
export async function withResidue({ facts, store }: StepContext, lines: string[]): Promise<string[]> {
  const before = facts.residue ?? [];
  if (lines.length <= MOST_LINES) return [...new Set([...before, ...lines])];
  const file = { name: 'residue.json', digest: await store.artifacts.putJson(lines) };
  const more = `${lines.length - MOST_LINES} more: ${fetchCommand(file)}`;
  return [...new Set([...before, ...lines.slice(0, MOST_LINES), more])];
}

/**
 * Read while it is stopped. People work on meanwhile: what comes later belongs to whichever synchronization runs next. `earlier`: what an earlier
 * reading found, perhaps of another node; it counts, too.
 */
export async function findDelta(
  context: StepContext,
  { given, live, traces }: Carried,
  earlier?: Delta,
): Promise<Delta> {
  const { a, b, sequencesCalibrated } = planOf(context);
  const configuration = await liveConfiguration(context);
  const foundAt = new Date(await context.store.now()).toISOString();
  const since = {
    a: await sinceOriginal(context, 'a', syncUsersOf(configuration)),
    b: await sinceOriginal(context, 'b', syncUsersOf(configuration)),
  };
  const extra = await sortedExtra(context, pairsWithout(live, given), since.a);
  const born = union(earlier?.born, extra.born, pairName);
  const bornNames = new Set(born.map(pairName));
  // Made since the copy, as one of both readings has it: then it is no copy.
  const copies = union(earlier?.copies, extra.copies, pairName).filter((pair) => !bornNames.has(pairName(pair)));
  // However old a comment is: what is listed now, and was not given, was carried.
  const relisted = movedPairs(given, live, ['comments']);
  const issues = {
    a: await issuesSince(
      context,
      'a',
      since.a,
      relisted.map(({ first }) => first),
    ),
    b: await issuesSince(
      context,
      'b',
      since.b,
      relisted.map(({ second }) => second),
    ),
  };
  const scope = scopeOf(configuration);
  const inScope = {
    a: await issuesInScope(context, a, scope.first),
    b: await issuesInScope(context, b, scope.second),
  };
  const keysIn = (side: SideOfNew) => new Set(inScope[side].map(({ key }) => key));
  const hidden = await outOfSight(context, live, relisted, { a: keysIn('a'), b: keysIn('b') }, issues);
  // Other comments that one reading has listed count, whatever another one shows.
  const out = [...(earlier?.unseen ?? []), ...hidden];
  const unseen = union(out, out.filter(isCarried), issueIn).filter(({ side, key }) => !issues[side].has(key));
  const isTouched = ({ first, second }: Pair) => issues.a.has(first) || issues.b.has(second);
  const [held, gave] = [
    await readEntries(context, newKeys(context), isTouched),
    await entriesGiven(context, isTouched),
  ];
  const workOf = (side: SideOfNew) =>
    workOn(context, side, issues[side], since[side], {
      comments: { given: listedBy(gave, side), live: listedBy(held, side) },
    });
  const work = { a: await workOf('a'), b: await workOf('b') };
  // Both projects may have the same key.
  const pairedOn = {
    a: new Set(Array.from(live, ({ first }) => first)),
    b: new Set(Array.from(live, ({ second }) => second)),
  };
  // Of another reading, perhaps.
  for (const { first, second } of [...born, ...copies]) {
    pairedOn.a.add(first);
    pairedOn.b.add(second);
  }
  const unpairedOf = async (side: SideOfNew) => {
    const keys = inScope[side]
      .filter(({ key, created }) => created >= since[side].theirs && !pairedOn[side].has(key))
      .map(({ key }) => key);
    const { held } = await neighboursOf(context, side, keys);
    return without(keys, held).map((key) => ({ side, key }));
  };
  const alone = [...(await unpairedOf('a')), ...(await unpairedOf('b'))];
  const unpaired = union(earlier?.unpaired, alone, issueIn).filter(({ side, key }) => !pairedOn[side].has(key));
  // A message may arrive between two readings: the newest one counts.
  const undelivered = sequencesCalibrated ? sequenceProblems(live).map(({ first }) => first) : [];
  const both = <T extends object>(of: (side: SideOfNew) => T[]) => [
    ...of('a').map((entry) => ({ side: 'a' as const, ...entry })),
    ...of('b').map((entry) => ({ side: 'b' as const, ...entry })),
  ];
  const comments = union(
    earlier?.comments,
    both((side) => work[side].comments),
    (comment) => `${issueIn(comment)} ${comment.id}`,
  );
  const changed = bothChanged(
    earlier?.changed,
    both((side) => work[side].changed),
  );
  const concerned = new Set([...comments, ...changed, ...unseen].map(issueIn));
  const copyNames = new Set(copies.map(pairName));
  // Of an issue the original has its own pair: another one is not handed over.
  const isConcerned = (pair: Pair) =>
    !copyNames.has(pairName(pair)) &&
    (bornNames.has(pairName(pair)) || concerned.has(`a ${pair.first}`) || concerned.has(`b ${pair.second}`));
  return {
    foundAt,
    traces,
    born,
    copies,
    unpaired,
    comments,
    changed,
    unseen,
    undelivered,
    ...(b.unread ? { notRead: sideName(b) } : {}),
    entries: await keepEntries(
      context,
      bothEntries(
        earlier && (await entriesOf(context, earlier)),
        await readEntries(context, newKeys(context), isConcerned),
      ),
    ),
  };
}

type InIssue = Pick<Delta['comments'][number], 'side' | 'key'>;

const issueIn = ({ side, key }: InIssue): string => `${side} ${key}`;

/** In the order in which they were found; of two of one name the later reading's. */
const union = <T>(earlier: readonly T[] = [], now: readonly T[], nameOf: (one: T) => string): T[] => [
  ...new Map([...earlier, ...now].map((one) => [nameOf(one), one])).values(),
];

function bothChanged(earlier: Delta['changed'] = [], now: Delta['changed']): Delta['changed'] {
  const before = new Map(earlier.map((one) => [issueIn(one), one.fields]));
  const more = now.map((one) => ({
    ...one,
    fields: [...new Set([...(before.get(issueIn(one)) ?? []), ...one.fields])].sort(),
  }));
  return union(earlier, more, issueIn);
}

/** Of two readings of an entry the later one, unless it lists fewer comments: then it is the older. */
function bothEntries(earlier: SyncedIssueData | undefined, now: SyncedIssueData): SyncedIssueData {
  const listed = ({ comments }: SyncInformation) => comments?.length ?? 0;
  const nameOf = ({ localIssueKey, remoteIssueKey }: SyncInformation) => `${localIssueKey} ${remoteIssueKey}`;
  const both = (list: keyof SyncedIssueData): SyncInformation[] => {
    const before = new Map(earlier?.[list].map((entry) => [nameOf(entry), entry]));
    const newest = now[list].map((entry) => {
      const other = before.get(nameOf(entry));
      return other && listed(other) > listed(entry) ? other : entry;
    });
    return union(earlier?.[list], newest, nameOf);
  };
  return { firstConnector: both('firstConnector'), secondConnector: both('secondConnector') };
}

/**
 * Issues of pairs that did not rest when they were paired, and that are deleted by now, or hidden from us. Where the new one lists other
 * comments, the histories must have been read: that it is in the project's list does not do.
 */
async function outOfSight(
  context: StepContext,
  live: Iterable<Pair>,
  relisted: readonly Pair[],
  listed: Record<SideOfNew, ReadonlySet<string>>,
  read: Record<SideOfNew, ReadonlyMap<string, unknown>>,
): Promise<Delta['unseen']> {
  const plan = planOf(context);
  const rests = context.facts.pairing ? await restingPairs(context) : () => false;
  const others = new Set(relisted.map(pairName));
  const pairs = Array.from(live).filter((pair) => others.has(pairName(pair)) || !rests(pair));
  const found: Delta['unseen'] = [];
  for (const side of ['a', 'b'] as const) {
    if (plan[side].unread) continue;
    const ends = pairs
      .map((pair) => ({ key: side === 'a' ? pair.first : pair.second, comments: others.has(pairName(pair)) }))
      .filter(({ key, comments }) => !read[side].has(key) && (comments || !listed[side].has(key)));
    for (let from = 0; from < ends.length; from += PAIRS_AT_ONCE) {
      const some = ends.slice(from, from + PAIRS_AT_ONCE);
      const there = await issuesByKey(
        context,
        plan[side],
        some.map(({ key }) => key),
      );
      for (const { key, comments } of some) if (comments || !there.has(key)) found.push({ side, key, comments });
    }
  }
  return found;
}

/** A sentence for each: nobody could look. Of the A that moved they are found on it. */
export function unseenText(context: StepContext, { unseen }: Pick<Delta, 'unseen'>): string[] {
  const { moved, original, ...plan } = planOf(context);
  return unseen
    .filter(({ side }) => !moved || side === 'b')
    .map(
      ({ side, key }) =>
        `${issueOf(plan[side], key)} deleted, or hidden from us, so nothing tells what people did on it under the new one. Where it is there, compare it with its counterpart once ${original.key} has run.`,
    );
}
