/** Whom both synchronizations act as, and on which pairs they take no changes: neither is part of a configuration. */
import type { Synchronization } from '../../backbone/types.ts';
import type { Acting, Evidence } from '../../evidence/types.ts';
import { pairName } from '../../pairs/keys.ts';
import type { PairTable } from '../../pairs/table.ts';
import { digestOf } from '../../store/canonical.ts';
import { factOf, type StepContext } from '../context.ts';
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
