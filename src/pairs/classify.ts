/** A key is not proof: what became of both issues of each pair, before they are paired again. */
import type { JiraIssue } from '../jira/types.ts';
import { type Pair, pairName } from './keys.ts';
import { CREATED_TOLERANCE_MS } from './sameText.ts';

export const PAIR_CLASSES = [
  'present',
  'bornAfterCopy',
  'contradicted',
  'notVisible',
  'moved',
  'archived',
  'outOfScope',
  'ignored',
] as const;

/**
 * `present` both issues are there and the witnesses agree · `bornAfterCopy` too young to be in the copy · `contradicted` another
 * issue has taken the key · `notVisible` deleted or hidden, Jira does not tell which · `moved` answered under another key ·
 * `archived` nobody can change one of them · `outOfScope` the type of one of them is not synchronized · `ignored` future changes are
 * ignored. Where several hold, the first of this order that asks somebody, or stops, goes before.
 */
export type PairClass = (typeof PAIR_CLASSES)[number];

export interface ClassifyInput {
  /** Old keys, oriented as the new synchronization: `first` is A. */
  pairs: Iterable<Pair>;
  /** Issues by the key that was asked for. */
  oldA: ReadonlyMap<string, JiraIssue>;
  /** By the new key. The same map as `oldA` when A did not move. */
  newA: ReadonlyMap<string, JiraIssue>;
  /** `undefined`: the partner cannot be read, so nothing of it speaks for or against a pair. */
  b: ReadonlyMap<string, JiraIssue> | undefined;
  /** Epoch milliseconds. Needed when A moved. */
  copyStarted?: number;
  moved: boolean;
  /** The key in the new A, where the project key changed. */
  renameA?: (key: string) => string;
  /** Ids of the issue types that are mapped, by side. Absent: not looked at. */
  issueTypeIds?: { first: ReadonlySet<string>; second: ReadonlySet<string> };
  /** Whether two user ids are one person: the copy to another deployment gives users new ids. Default: equal ids. */
  userSame?: (oldUser: string, newUser: string) => boolean;
}

export interface Classification {
  /** What may be paired: present ones, and those that rest, so that neither side is created anew at its partner. */
  usable: Pair[];
  classes: Record<PairClass, Pair[]>;
  /** Pair name → why it is in its class; absent for present pairs whose witnesses all agree. */
  reasons: Record<string, string>;
}

export function classifyPairs(input: ClassifyInput): Classification {
  const classes = noPairs(PAIR_CLASSES);
  const reasons: Record<string, string> = {};
  const usable: Pair[] = [];
  for (const pair of input.pairs) {
    const { kind, reason } = classOf(pair, input);
    classes[kind].push(pair);
    if (reason !== undefined) reasons[pairName(pair)] = reason;
    if (PAIRED.has(kind)) usable.push(pair);
  }
  return { usable, classes, reasons };
}

/** Of each class none yet. */
export const noPairs = <Class extends PairClass>(classes: readonly Class[]): Record<Class, Pair[]> =>
  Object.fromEntries(classes.map((name) => [name, []])) as unknown as Record<Class, Pair[]>;

const PAIRED: ReadonlySet<PairClass> = new Set(['present', 'archived', 'outOfScope', 'ignored']);

interface Verdict {
  kind: PairClass;
  reason?: string;
}

function classOf(pair: Pair, input: ClassifyInput): Verdict {
  const newKey = input.renameA?.(pair.first) ?? pair.first;
  const newIssue = input.newA.get(newKey) ?? (input.moved ? undefined : input.oldA.get(pair.first));
  const contradiction = input.moved ? contradictionOf(pair.first, newIssue, input) : undefined;
  if (contradiction !== undefined) return contradiction;

  const partner = input.b?.get(pair.second);
  const gone = [...(newIssue ? [] : [newKey]), ...(partner || !input.b ? [] : [pair.second])];
  if (pair.ignored === true) return { kind: 'ignored', reason: 'future changes are ignored' };
  if (gone.length > 0) return { kind: 'notVisible', reason: `${gone.join(' and ')} not visible` };

  const movedTo = [
    ...(newIssue && newIssue.key !== newKey ? [`${newKey} is ${newIssue.key} now`] : []),
    ...(partner && partner.key !== pair.second ? [`${pair.second} is ${partner.key} now`] : []),
  ];
  if (movedTo.length > 0) return { kind: 'moved', reason: movedTo.join(', ') };
  const archived = [...(newIssue?.archived ? [newKey] : []), ...(partner?.archived ? [pair.second] : [])];
  if (archived.length > 0) return { kind: 'archived', reason: `${archived.join(' and ')} archived` };
  const types = input.issueTypeIds;
  const outside = [
    ...(newIssue && types && !types.first.has(newIssue.issueTypeId) ? [`${newKey} is ${newIssue.issueType}`] : []),
    ...(partner && types && !types.second.has(partner.issueTypeId) ? [`${pair.second} is ${partner.issueType}`] : []),
  ];
  if (outside.length > 0) return { kind: 'outOfScope', reason: `${outside.join(' and ')}, which is not synchronized` };
  const summaryDiffers = input.moved && input.oldA.get(pair.first)?.summary !== newIssue?.summary;
  return { kind: 'present', ...(summaryDiffers ? { reason: 'the summary differs from the old issue' } : {}) };
}

/** Compares the new issue with the old one, which are to be the same issue twice. */
function contradictionOf(key: string, newIssue: JiraIssue | undefined, input: ClassifyInput): Verdict | undefined {
  const oldIssue = input.oldA.get(key);
  // Without the old issue nothing vouches for the new one.
  if (!oldIssue) return newIssue ? { kind: 'notVisible', reason: `old ${key} not visible` } : undefined;
  const young = input.copyStarted !== undefined && oldIssue.created >= input.copyStarted;
  const against = newIssue ? witnessesAgainst(oldIssue, newIssue, input.userSame ?? Object.is) : [];
  // One that is there after all came with a second copy, or was caught by a copy still under way.
  if (young && (!newIssue || against.length > 0)) {
    return {
      kind: 'bornAfterCopy',
      reason: `created after the copy began${newIssue ? '; another issue has its key' : ''}`,
    };
  }
  if (against.length > 0) return { kind: 'contradicted', reason: `${against.join(', ')} differ` };
  return undefined;
}

/** What tells two issues apart: created, reporter, issue type. The summary is written by people and only supports. */
export function witnessesAgainst(
  oldIssue: JiraIssue,
  newIssue: JiraIssue,
  userSame: (oldUser: string, newUser: string) => boolean,
): string[] {
  return [
    ...(Math.abs(oldIssue.created - newIssue.created) <= CREATED_TOLERANCE_MS ? [] : ['created']),
    ...(userSame(oldIssue.reporter, newIssue.reporter) ? [] : ['reporter']),
    ...(fold(oldIssue.issueType) === fold(newIssue.issueType) ? [] : ['issue type']),
  ];
}

const fold = (name: string): string => name.normalize('NFKC').trim().toLowerCase();
