/** Issues that the new synchronization created at a partner, held against the forecast; and what looks like a second copy. */

import type { Synchronization } from '../../backbone/types.ts';
import { without } from '../../contract/lists.ts';
import type { Side } from '../../contract/steps.ts';
import type { JiraIssue } from '../../jira/types.ts';
import { type Pair, pairName } from '../../pairs/keys.ts';
import type { PairTable } from '../../pairs/table.ts';
import { clockOf } from '../clocks.ts';
import { factOf, planOf, type StepContext } from '../context.ts';
import { type Forecast, madeSince, scopeOf } from '../forecast.ts';
import { issuesInScope, keyNamed } from '../issues.ts';
import { neighboursOf } from '../neighbours.ts';
import { syncUserOf } from '../reading.ts';

export interface CreatedByStart {
  /** How many the forecast allows: what was unpaired at the start, and what people made since. */
  forecast: number;
  /** Keys of the created copies. */
  created: string[];
  /** Created copies that are not paired, or whose partner is older than the start and was not foreseen. */
  duplicates: string[];
  /** Created copies that are in no pair of ours, and may be in one of another synchronization, which cannot be read. */
  perhapsNeighbours: string[];
  /** Keys of issues that people made while nothing ran, or after the copy, and that are in no pair. */
  leftBehind: string[];
}

/** `since`: the beginning of the gap in which nothing ran, in epoch milliseconds. */
export async function createdByStart(
  context: StepContext,
  configuration: Synchronization,
  expected: PairTable,
  live: Pair[],
  since: number,
): Promise<CreatedByStart> {
  const plan = planOf(context);
  const forecast = await context.store.artifacts.getJson<Forecast>(factOf(context, 'forecastAtStart'));
  const scope = scopeOf(configuration);
  const inScope = async (side: Side, types: string[]) => {
    const [issues, { ours, within }] = [await issuesInScope(context, side, types), await clockOf(context, side)];
    return issues.map((issue) => ({ ...issue, created: ours(issue.created), within }));
  };
  const [onA, onB] = await Promise.all([inScope(plan.a, scope.first), inScope(plan.b, scope.second)]);
  const before = new Set((forecast.paired ?? []).map(pairName));
  const born = live.filter((pair) => !expected.has(pair) && !before.has(pairName(pair)));
  // Both projects may have the same key, so a key says nothing without its side.
  const a = sideOf(onA, forecast, 'a', syncUserOf(configuration.firstConnector));
  const b = sideOf(onB, forecast, 'b', syncUserOf(configuration.secondConnector));
  // A partner that cannot be read tells no age: whoever reported the issue on A says which of both is the copy.
  const copyOf = ({ first, second }: Pair) => {
    const isSecond = plan.b.unread ? !a.isMade(first) : b.createdAt(second) >= a.createdAt(first);
    return isSecond ? keyNamed(plan, plan.b, second) : keyNamed(plan, plan.a, first);
  };
  // How many such a partner's issues in scope make on A, a person accepted unseen.
  const agesFit = ({ first, second }: Pair) => a.isNew(first) && (b.isNew(second) || plan.b.unread === true);
  // Of a pair born since, the source is foreseen or newly made; the other one, made later, is the created copy.
  const surprising = born.filter(
    (pair) => !a.foreseen.has(pair.first) && !b.foreseen.has(pair.second) && !agesFit(pair),
  );
  const pairedOnA = new Set(live.map(({ first }) => first));
  const pairedOnB = new Set(live.map(({ second }) => second));
  const unpaired = [
    ...onA
      .filter(({ key }) => !pairedOnA.has(key))
      .map(({ key, created }) => ({ side: 'a' as const, key, created, isCopy: a.isMade(key) })),
    ...onB
      .filter(({ key }) => !pairedOnB.has(key))
      .map(({ key, created }) => ({ side: 'b' as const, key, created, isCopy: b.isMade(key) })),
  ];
  const made = unpaired.filter(({ created, isCopy }) => isCopy && created >= forecast.at);
  const startedAt = Date.parse(factOf(context, 'startedAt'));
  const leftBehind = isFiltered(configuration)
    ? []
    : without(unpaired, made).filter((issue) => issue.created >= since && issue.created < startedAt);
  const keysOn = (side: 'a' | 'b') =>
    [...made, ...leftBehind].filter((each) => each.side === side).map(({ key }) => key);
  const neighbours = {
    a: await neighboursOf(context, 'a', keysOn('a')),
    b: await neighboursOf(context, 'b', keysOn('b')),
  };
  const isOurs = ({ side, key }: { side: 'a' | 'b'; key: string }) => !neighbours[side].held.has(key);
  const named = ({ side, key }: { side: 'a' | 'b'; key: string }) => keyNamed(plan, plan[side], key);
  const copies = made.filter(isOurs);
  const isSure = ({ side }: { side: 'a' | 'b' }) => neighbours[side].notRead.length === 0;
  return {
    forecast: born.length - surprising.length,
    created: born.map(copyOf),
    duplicates: [...surprising.map(copyOf), ...copies.filter(isSure).map(named)],
    perhapsNeighbours: copies.filter((copy) => !isSure(copy)).map(named),
    leftBehind: leftBehind.filter(isOurs).map(named),
  };
}

function sideOf(
  issues: readonly (JiraIssue & { within: number })[],
  forecast: Forecast,
  side: 'a' | 'b',
  user: string,
) {
  const created = new Map(issues.map((issue) => [issue.key, issue]));
  const made = new Set(issues.filter(({ reporter }) => reporter === user).map(({ key }) => key));
  const createdAt = (key: string) => created.get(key)?.created ?? 0;
  return {
    createdAt,
    isNew: (key: string) => madeSince(forecast, createdAt(key), created.get(key)?.within ?? 0),
    isMade: (key: string) => made.has(key),
    foreseen: new Set(forecast[side].map(({ key }) => key)),
  };
}

/** Which issues a filter lets through is not known here: what is in no pair may be so on purpose. */
function isFiltered(value: unknown, member = ''): boolean {
  if (typeof value === 'string') return /jql$/i.test(member) && value.trim() !== '';
  return (
    typeof value === 'object' && value !== null && Object.entries(value).some(([name, each]) => isFiltered(each, name))
  );
}
