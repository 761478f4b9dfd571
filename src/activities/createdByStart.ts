/** Issues that the new synchronization created at a partner, held against the forecast; and what looks like a second copy. */
import type { Synchronization } from '../backbone/types.ts';
import type { JiraIssue } from '../jira/types.ts';
import type { Pair } from '../pairs/keys.ts';
import type { PairTable } from '../pairs/table.ts';
import { factOf, planOf, type StepContext } from './context.ts';
import { type Forecast, scopeOf } from './forecast.ts';
import { issuesInScope, keyNamed } from './issues.ts';

export interface CreatedByStart {
  /** How many the forecast allows: what was unpaired at the start, and what people made since. */
  forecast: number;
  /** Keys of the created copies. */
  created: string[];
  /** Created copies that are not paired, or whose partner is older than the start and was not foreseen. */
  duplicates: string[];
}

export async function createdByStart(
  context: StepContext,
  configuration: Synchronization,
  expected: PairTable,
  live: Pair[],
): Promise<CreatedByStart> {
  const plan = planOf(context);
  const forecast = await context.store.artifacts.getJson<Forecast>(factOf(context, 'forecastAtStart'));
  const scope = scopeOf(configuration);
  const [onA, onB] = await Promise.all([
    issuesInScope(context, plan.a, scope.first),
    issuesInScope(context, plan.b, scope.second),
  ]);
  const born = live.filter((pair) => !expected.has(pair));
  // Each side by itself: both projects may have the same key.
  const foreseen = { a: keysOf(forecast.a), b: keysOf(forecast.b) };
  const createdAt = { a: agesOf(onA), b: agesOf(onB) };
  const isNew = { a: newIn(createdAt.a, forecast.at), b: newIn(createdAt.b, forecast.at) };
  const { firstConnector, secondConnector } = configuration;
  const madeOnA = new Set(onA.filter((issue) => issue.reporter === syncUser(firstConnector)).map((issue) => issue.key));
  // A partner that cannot be read tells no age: whoever reported the issue on A says which of both is the copy.
  const copyOf = ({ first, second }: Pair) => {
    const isSecond = plan.b.unread
      ? !madeOnA.has(first)
      : (createdAt.b.get(second) ?? 0) >= (createdAt.a.get(first) ?? 0);
    return isSecond ? keyNamed(plan, plan.b, second) : keyNamed(plan, plan.a, first);
  };
  // How many such a partner's issues in scope make on A, a person accepted unseen.
  const agesFit = ({ first, second }: Pair) => isNew.a(first) && (isNew.b(second) || plan.b.unread === true);
  // Of a pair born since, the source is foreseen or newly made; the other one, made later, is the created copy.
  const surprising = born.filter(
    (pair) => !foreseen.a.has(pair.first) && !foreseen.b.has(pair.second) && !agesFit(pair),
  );
  const paired = { a: new Set(live.map(({ first }) => first)), b: new Set(live.map(({ second }) => second)) };
  const copiesOnB = onB.filter((issue) => issue.reporter === syncUser(secondConnector));
  const unpairedCopies = [
    ...[...madeOnA].filter((key) => isNew.a(key) && !paired.a.has(key)).map((key) => keyNamed(plan, plan.a, key)),
    ...copiesOnB.filter(({ key }) => isNew.b(key) && !paired.b.has(key)).map(({ key }) => keyNamed(plan, plan.b, key)),
  ];
  return {
    forecast: born.length - surprising.length,
    created: born.map(copyOf),
    duplicates: [...surprising.map(copyOf), ...unpairedCopies],
  };
}

const keysOf = (issues: { key: string }[]): Set<string> => new Set(issues.map(({ key }) => key));

const agesOf = (issues: JiraIssue[]): Map<string, number> => new Map(issues.map(({ key, created }) => [key, created]));

const newIn = (ages: ReadonlyMap<string, number>, since: number) => (key: string) => (ages.get(key) ?? 0) >= since;

const syncUser = (connector: Synchronization['firstConnector']): string =>
  connector.connection?.application?.user ?? '';
