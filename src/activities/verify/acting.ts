/** Whom both synchronizations act as, and on which pairs they take no changes: neither is part of a configuration. */
import type { Synchronization } from '../../backbone/types.ts';
import type { Acting, Evidence } from '../../evidence/types.ts';
import { pairName } from '../../pairs/keys.ts';
import type { PairTable } from '../../pairs/table.ts';
import { digestOf } from '../../store/canonical.ts';
import { factOf, planOf, type StepContext } from '../context.ts';
import { readIssueData, recordedPairs } from '../issueData.ts';
import { syncUserOf } from '../reading.ts';

export interface Read {
  value: Synchronization;
  /** `ignoredBy` its pairs. */
  ignored: string;
}

export const actingOf = (original: Read, created: Read): Acting => ({
  users: { original: usersOf(original.value), created: usersOf(created.value) },
  ignored: { original: original.ignored, created: created.ignored },
});

/** Whether it still acts as the users that were approved; evidence of earlier versions names none. */
export async function actsAsShown(
  context: StepContext,
  which: keyof Acting['users'],
  now: Synchronization,
): Promise<boolean> {
  const { decision } = await context.store.artifacts.getJson<Evidence>(factOf(context, 'evidence'));
  return decision.acting === undefined || digestOf(decision.acting.users[which]) === digestOf(usersOf(now));
}

/** What of it is otherwise than recorded on the original, a sentence each. No configuration shows it, so nothing else does. */
export async function actsOtherwise(context: StepContext, now: Synchronization): Promise<string[]> {
  const { configuration, issueData } = context.facts;
  const { key } = planOf(context).original;
  if (!configuration) return [];
  const [then, since] = [usersOf(await context.store.artifacts.getJson<Synchronization>(configuration)), usersOf(now)];
  const users = Object.keys(since)
    .filter((connector) => connector in then && then[connector] !== since[connector])
    .map((connector) => `${connector} of ${key} acts as ${since[connector]} by now, and acted as ${then[connector]}.`);
  return issueData ? [...users, ...(await ignoredOtherwise(context))] : users;
}

async function ignoredOtherwise(context: StepContext): Promise<string[]> {
  const { original } = planOf(context);
  using before = await recordedPairs(context);
  using now = await readIssueData(context, original, {});
  const wasIgnored = new Set(
    Array.from(before)
      .filter(({ ignored }) => ignored)
      .map(pairName),
  );
  return Array.from(now)
    .filter((pair) => before.has(pair) && (pair.ignored === true) !== wasIgnored.has(pairName(pair)))
    .map((pair) =>
      pair.ignored
        ? `${pairName(pair)}: ${original.key} ignores incoming changes of it by now, and did not before.`
        : `${pairName(pair)}: ${original.key} takes incoming changes of it by now, and ignored them before.`,
    );
}

/** By connector: user and base URL of the connection. */
const usersOf = ({ firstConnector, secondConnector }: Synchronization): Record<string, string> =>
  Object.fromEntries(
    [firstConnector, secondConnector].map((connector) => [
      connector.connectorKey,
      `${syncUserOf(connector)} at ${connector.connection?.application?.baseUrl ?? 'an unknown address'}`,
    ]),
  );

export const ignoredBy = (pairs: PairTable): string =>
  digestOf(
    Array.from(pairs)
      .filter(({ ignored }) => ignored)
      .map(pairName)
      .sort(),
  );
