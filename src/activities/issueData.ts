/** The synced issue data of a synchronization: both connectors' sync information, read as it comes. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { SyncedIssueData } from '../backbone/types.ts';
import type { Entry, Side } from '../pairs/entry.ts';
import type { IssueKeys } from '../pairs/issueKeys.ts';
import type { Pair } from '../pairs/keys.ts';
import { type EntryVisitor, scanEntries, scanning } from '../pairs/scanner.ts';
import { intoTable, PairTable, readPairs, type TableOptions } from '../pairs/table.ts';
import { type Trace, traceLines } from '../pairs/traces.ts';
import { factOf, type StepContext } from './context.ts';

export interface ConnectorKeys {
  instance: string;
  firstConnector: string;
  secondConnector: string;
}

/** Both lists as a table, with sequence ids and times. In the orientation of the synchronization. */
export async function readIssueData(
  context: StepContext,
  keys: ConnectorKeys,
  options: TableOptions = { progress: true },
): Promise<PairTable> {
  const table = new PairTable(options);
  await scanIssueData(context, keys, intoTable(table), table.keys);
  return table;
}

/** What the original held when it was recorded, after the stop. */
export const recordedPairs = (context: StepContext, options: TableOptions = {}): Promise<PairTable> =>
  readPairs(context.store.artifacts.get(factOf(context, 'issueData')), options);

const listedComments = z.looseObject({
  comments: z.array(z.looseObject({ localId: z.union([z.string(), z.number()]).transform(String) })).nullish(),
});

/** The comments that a connector of the recorded original lists, by the key on its side, of these issues. */
export async function recordedComments(
  context: StepContext,
  side: Side,
  wanted: ReadonlySet<string>,
): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  const table = new PairTable();
  const entry = (each: Entry) => {
    const key = each.side === side ? table.keys.keyOf(each.local) : '';
    if (wanted.has(key))
      found.set(key, listedComments.parse(each.parsed()).comments?.map(({ localId }) => localId) ?? []);
  };
  await scanEntries(context.store.artifacts.get(factOf(context, 'issueData')), { entry }, { keys: table.keys });
  return found;
}

/** The entries of some pairs, whole, for the few that are looked at one by one. */
export async function readEntries(
  context: StepContext,
  keys: ConnectorKeys,
  wanted: (pair: Pair) => boolean,
): Promise<SyncedIssueData> {
  const { found, visitor, table } = collecting(wanted);
  await scanIssueData(context, keys, visitor, table.keys);
  return found;
}

/** The same of a file. */
export async function entriesIn(
  source: AsyncIterable<Uint8Array>,
  wanted: (pair: Pair) => boolean,
): Promise<SyncedIssueData> {
  const { found, visitor, table } = collecting(wanted);
  await scanEntries(source, visitor, { keys: table.keys });
  return found;
}

function collecting(wanted: (pair: Pair) => boolean) {
  const found: SyncedIssueData = { firstConnector: [], secondConnector: [] };
  const table = new PairTable();
  const entry = (each: Entry) => {
    if (wanted(table.pair(table.enter(each)))) found[`${each.side}Connector`].push(each.parsed());
  };
  return { found, table, visitor: { entry } satisfies EntryVisitor };
}

/** The same for the same pairs with the same traces. */
export function digestOfTraces(table: PairTable, which: readonly Trace[]): string {
  const lines = createHash('sha256');
  for (const line of traceLines(table, which)) lines.update(line);
  return lines.digest('hex');
}

/** One connector's list: it is the first of the table. */
export async function readConnector(context: StepContext, instance: string, connector: string): Promise<PairTable> {
  const table = new PairTable({ progress: true });
  const { backbone } = context.open(instance);
  await scanEntries(backbone.syncInformation(connector), intoTable(table), {
    keys: table.keys,
    list: 'first',
    name: `${instance}/${connector}`,
  });
  return table;
}

/** Both connectors' lists, each as it comes. */
export async function scanIssueData(
  context: StepContext,
  { instance, firstConnector, secondConnector }: ConnectorKeys,
  visitor: EntryVisitor,
  keys: IssueKeys,
): Promise<void> {
  const { backbone } = context.open(instance);
  const scan = (list: Side, connector: string) =>
    scanEntries(backbone.syncInformation(connector), visitor, { keys, list, name: `${instance}/${connector}` });
  await Promise.all([scan('first', firstConnector), scan('second', secondConnector)]);
}

/** The vendor's "Download synchronized issues" file, byte for byte as both lists are answered; each piece has been read before. */
export async function* issueDataFile(
  context: StepContext,
  { instance, firstConnector, secondConnector }: ConnectorKeys,
  table: PairTable,
): AsyncGenerator<Uint8Array> {
  const { backbone } = context.open(instance);
  const list = (side: Side, connector: string) =>
    scanning(backbone.syncInformation(connector), intoTable(table), {
      keys: table.keys,
      list: side,
      name: `${instance}/${connector}`,
    });
  yield Buffer.from('{"firstConnector":');
  yield* list('first', firstConnector);
  yield Buffer.from(',\n"secondConnector":');
  yield* list('second', secondConnector);
  yield Buffer.from('}');
}
