/**
 * What other synchronizations keep of the issues in the two projects: an issue that stands in their pairs is theirs, whoever is its
 * reporter. All synchronizations of a Jira may write as one user.
 */
import type { Connector, Synchronization } from '../backbone/types.ts';
import { MigratorError } from '../contract/errors.ts';
import { planOf, type StepContext } from './context.ts';
import { instanceAt } from './instanceAt.ts';
import { readConnector } from './issueData.ts';
import type { SideOfNew } from './sinceOriginal.ts';

export interface Neighbours {
  /** Keys that stand in the pairs of another synchronization, of those that were asked about. */
  held: ReadonlySet<string>;
  /** Synchronizations, and instances with some, of which the pairs cannot be read: a sentence's subject each. */
  notRead: string[];
}

/** Read only where there is something to ask about. The original, and whatever else stands between both projects, is no neighbour. */
export async function neighboursOf(
  context: StepContext,
  side: SideOfNew,
  keys: readonly string[],
): Promise<Neighbours> {
  const found = { held: new Set<string>(), notRead: [] as string[] };
  if (keys.length === 0) return found;
  const { a, b, original } = planOf(context);
  const wanted = new Set(keys);
  for (const home of new Set([a.instance, b.instance, original.instance])) {
    if (b.unread && home === b.instance && home !== a.instance) {
      found.notRead.push(`the synchronizations of ${home}`);
      continue;
    }
    const listed = await unlessRefused(context.open(home).backbone.synchronizations());
    if (!listed) found.notRead.push(`the synchronizations of ${home}`);
    for (const each of listed ?? []) {
      const end = await endOn(context, each, side);
      if (!end) continue;
      const table = await unlessRefused(readConnector(context, home, end.connectorKey));
      if (!table) {
        found.notRead.push(`the pairs of ${home}/${each.integrationKey}`);
        continue;
      }
      using pairs = table;
      for (const { first } of pairs) if (wanted.has(first)) found.held.add(first);
    }
  }
  return found;
}

/** The connector of a neighbour on this side; `undefined` where it has none there, or joins both sides. */
async function endOn(
  context: StepContext,
  { firstConnector, secondConnector }: Synchronization,
  side: SideOfNew,
): Promise<Connector | undefined> {
  const { a, b, oldA, oldB } = planOf(context);
  const ends = [firstConnector, secondConnector];
  const isOn = async (end: Connector, place: typeof a) =>
    end.projectKey === place.project && (await instanceAt(context, end, [a, b, oldA, oldB]))?.name === place.instance;
  const endsOn = async (places: (typeof a)[]) => {
    for (const end of ends) for (const place of places) if (await isOn(end, place)) return end;
    return undefined;
  };
  if ((await endsOn([a, oldA])) && (await endsOn([b, oldB]))) return undefined;
  return endsOn([side === 'a' ? a : b]);
}

/** What is refused to our user, or not Backbone's answer, is not read; everything else fails as usual. */
async function unlessRefused<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof MigratorError && (error.code === 'RequestRefused' || error.code === 'LoginPage'))
      return undefined;
    throw error;
  }
}
