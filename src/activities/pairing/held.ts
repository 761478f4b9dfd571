/** Whether a synchronization holds its pairs now. What is started without one of them creates its issues a second time. */

import type { Blocked, SynchronizationIdentity } from '../../contract/steps.ts';
import { fetchCommand } from '../../contract/tasks.ts';
import { counted } from '../../contract/text.ts';
import { PairsHeld } from '../../pairs/held.ts';
import { type Pair, pairName, sortPairs } from '../../pairs/keys.ts';
import { intoTable, PairTable, readPairs, type TableOptions } from '../../pairs/table.ts';
import { factOf, planOf, type StepContext } from '../context.ts';
import { type ConnectorKeys, scanIssueData } from '../issueData.ts';

export interface HeldReading {
  /** The proof, or the pairs that not both connectors hold. */
  held: PairsHeld | Pair[];
  /** Held by both, though the file has them not: paired by a person since, or carried. */
  others: Pair[];
}

/** Both lists of the new one against the translated data. */
export async function readHeld(context: StepContext): Promise<HeldReading> {
  const created = factOf(context, 'created');
  using table = await tableAgainst(context, created, factOf(context, 'translatedData'));
  const others: Pair[] = [];
  for (let row = 0; row < table.size; row++) {
    if (!table.isExpected(row) && table.heldBy(row, 'first') && table.heldBy(row, 'second'))
      others.push(table.pair(row));
  }
  return { held: PairsHeld.by(created.key, table), others: sortPairs(others) };
}

/** The same of the original, which holds what was downloaded of it; where nothing was, nothing was done with its pairs. */
export async function readHeldByOriginal(context: StepContext): Promise<PairsHeld | Pair[]> {
  const { original } = planOf(context);
  const { issueData } = context.facts;
  if (!issueData) return PairsHeld.by(original.key, new PairTable());
  using table = await tableAgainst(context, original, issueData);
  return PairsHeld.by(original.key, table);
}

/** What an artifact of issue data has is expected; then both connectors' lists are entered. */
export async function tableAgainst(
  context: StepContext,
  where: ConnectorKeys,
  issueData: string,
  options: TableOptions = {},
): Promise<PairTable> {
  const table = await readPairs(context.store.artifacts.get(issueData), options);
  table.expect();
  await scanIssueData(context, where, intoTable(table), table.keys);
  return table;
}

/** Nobody is asked to start it, and nothing is sent. */
export const pairsMissing = ({ instance, key }: SynchronizationIdentity, missing: Pair[], remedy: string): Blocked => ({
  state: 'blocked',
  code: 'PairsMissing',
  reason: `${counted(missing.length, 'pair is', 'pairs are')} not held by both connectors of ${instance}/${key}. Started so, it creates their issues a second time.`,
  remedy,
  items: missing.map(pairName),
});

/** Where a person finds the pairs of the original. */
export function pairOriginalAgain(context: StepContext): string {
  const { key, instance } = planOf(context).original;
  const file = fetchCommand({ name: `${key}-synced-issues.json`, digest: factOf(context, 'issueData') });
  return `Open ${key} on ${instance}, click ••• and then Pair existing issues, and upload the file of \`${file}\`.`;
}
