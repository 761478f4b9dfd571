/** Issues that the new synchronization created at a partner, held against the forecast; and what looks like a second copy. */
import type { Synchronization } from '../backbone/types.ts';
import type { Pair } from '../pairs/keys.ts';
import type { PairTable } from '../pairs/table.ts';
import { factOf, planOf, type StepContext } from './context.ts';
import { type Forecast, scopeOf } from './forecast.ts';
import { issuesInScope } from './issues.ts';
import { gapSince } from './repairs.ts';

export interface CreatedByStart {
  /** How many the forecast allows: what was unpaired at the start, and what people made since. */
  forecast: number;
  /** Keys of the created copies. */
  created: string[];
  /** Created copies that are not paired, or whose partner is older than the start and was not foreseen. */
  duplicates: string[];
  /** Keys of issues that people made while nothing ran, or after the copy, and that are in no pair. */
  leftBehind: string[];
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
  const foreseen = new Set([...forecast.a, ...forecast.b].map((issue) => issue.key));
  const createdAt = new Map([...onA, ...onB].map((issue) => [issue.key, issue.created]));
  const isNew = (key: string) => (createdAt.get(key) ?? 0) >= forecast.at;
  const { firstConnector, secondConnector } = configuration;
  const madeOnA = new Set(onA.filter((issue) => issue.reporter === syncUser(firstConnector)).map((issue) => issue.key));
  // A partner that cannot be read tells no age: whoever reported the issue on A says which of both is the copy.
  const copyOf = ({ first, second }: Pair) => {
    const isSecond = plan.b.unread ? !madeOnA.has(first) : (createdAt.get(second) ?? 0) >= (createdAt.get(first) ?? 0);
    return isSecond ? second : first;
  };
  // How many such a partner's issues in scope make on A, a person accepted unseen.
  const agesFit = ({ first, second }: Pair) => isNew(first) && (isNew(second) || plan.b.unread === true);
  // Of a pair born since, the source is foreseen or newly made; the other one, made later, is the created copy.
  const surprising = born.filter((pair) => !foreseen.has(pair.first) && !foreseen.has(pair.second) && !agesFit(pair));
  const paired = new Set(live.flatMap((pair) => [pair.first, pair.second]));
  const unpairedCopies = [
    ...onA.filter((issue) => madeOnA.has(issue.key)),
    ...onB.filter((issue) => issue.reporter === syncUser(secondConnector)),
  ].filter((issue) => isNew(issue.key) && !paired.has(issue.key));
  const gap = await gapSince(context);
  const startedAt = Date.parse(factOf(context, 'startedAt'));
  const leftBehind = isFiltered(configuration)
    ? []
    : [...onA, ...onB].filter(({ key, created }) => created >= gap && created < startedAt && !paired.has(key));
  const copies = new Set(unpairedCopies.map(({ key }) => key));
  return {
    forecast: born.length - surprising.length,
    created: born.map(copyOf),
    duplicates: [...surprising.map(copyOf), ...copies],
    leftBehind: leftBehind.map(({ key }) => key).filter((key) => !copies.has(key)),
  };
}

/** Which issues a filter lets through is not known here: what is in no pair may be so on purpose. */
function isFiltered(value: unknown, member = ''): boolean {
  if (typeof value === 'string') return /jql$/i.test(member) && value.trim() !== '';
  return (
    typeof value === 'object' && value !== null && Object.entries(value).some(([name, each]) => isFiltered(each, name))
  );
}

const syncUser = (connector: Synchronization['firstConnector']): string =>
  connector.connection?.application?.user ?? '';
