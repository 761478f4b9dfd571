/** Issues in scope that are not paired: starting may create each of them at the partner. */
import type { Synchronization } from '../backbone/types.ts';
import type { Plan } from '../contract/steps.ts';
import type { Pair } from '../pairs/keys.ts';
import { clockOf, type SideClock } from './clocks.ts';
import type { StepContext } from './context.ts';
import { issuesInScope } from './issues.ts';

export interface Unpaired {
  key: string;
  summary: string;
  created: number;
}

export interface Forecast {
  /** Epoch milliseconds, by the database's clock, as `created` of the issues is. */
  at: number;
  a: Unpaired[];
  b: Unpaired[];
  /** How wrong `created` may be, in milliseconds. */
  within: { a: number; b: number };
  /** At the start: pairs that were held already though the issue data has them not. They are not created by it. */
  paired?: Pair[];
}

/** Which issue types of each side of the (already translated) configuration send to the other. */
export function scopeOf(configuration: Synchronization): { first: string[]; second: string[] } {
  const types = (member: string, without: string) =>
    typeMappings(configuration)
      .filter((mapping) => mapping.direction !== without)
      .map((mapping) => String(mapping[member]));
  return { first: types('firstIssueTypeId', 'SECOND_TO_FIRST'), second: types('secondIssueTypeId', 'FIRST_TO_SECOND') };
}

/** Which issue types of each side take part, whichever way they are carried. */
export function mappedIssueTypes(configuration: Synchronization): { first: Set<string>; second: Set<string> } {
  const ids = (member: string) => new Set(typeMappings(configuration).map((mapping) => String(mapping[member])));
  return { first: ids('firstIssueTypeId'), second: ids('secondIssueTypeId') };
}

const typeMappings = ({ issueTypeMappings }: Synchronization): Record<string, unknown>[] =>
  Array.isArray(issueTypeMappings) ? issueTypeMappings : [];

export async function readForecast(
  context: StepContext,
  plan: Pick<Plan, 'a' | 'b'>,
  configuration: Synchronization,
  pairs: Pair[],
): Promise<Forecast> {
  const scope = scopeOf(configuration);
  const at = await context.store.now();
  const [a, b] = await Promise.all([
    issuesInScope(context, plan.a, scope.first),
    issuesInScope(context, plan.b, scope.second),
  ]);
  const pairedA = new Set(pairs.map((pair) => pair.first));
  const pairedB = new Set(pairs.map((pair) => pair.second));
  const [clockA, clockB] = await Promise.all([clockOf(context, plan.a), clockOf(context, plan.b)]);
  const unpaired = (issues: typeof a, paired: Set<string>, clock: SideClock) =>
    issues
      .filter((issue) => !paired.has(issue.key))
      .map(({ key, summary, created }) => ({ key, summary, created: clock.ours(created) }));
  const within = { a: clockA.within, b: clockB.within };
  return { at, a: unpaired(a, pairedA, clockA), b: unpaired(b, pairedB, clockB), within };
}

/**
 * Whether an issue was made since the forecast, as far as clocks tell: new work. Whatever was there before is in the forecast, which
 * is read after its `at`; so an issue that a clock may have put before it is none that nobody foresaw.
 */
export const madeSince = ({ at }: Pick<Forecast, 'at'>, created: number, within: number): boolean =>
  created + within >= at;
