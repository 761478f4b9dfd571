/** The synced issue data of a synchronization: both connectors' sync information, in the shape of the vendor's own file. */
import type { SyncedIssueData } from '../backbone/types.ts';
import { compareKeys } from '../pairs/keys.ts';
import type { StepContext } from './context.ts';

interface ConnectorKeys {
  instance: string;
  firstConnector: string;
  secondConnector: string;
}

export interface ReadIssueData {
  data: SyncedIssueData;
}

/** Reads both arrays; entries are kept as they came, sorted by key so that the same data has the same digest. */
export async function readIssueData(context: StepContext, keys: ConnectorKeys): Promise<ReadIssueData> {
  const { backbone } = context.open(keys.instance);
  const [firstConnector, secondConnector] = await Promise.all([
    backbone.syncInformation(keys.firstConnector),
    backbone.syncInformation(keys.secondConnector),
  ]);
  const sorted = (entries: typeof firstConnector) =>
    [...entries].sort((x, y) => compareKeys(x.localIssueKey, y.localIssueKey));
  return { data: { firstConnector: sorted(firstConnector), secondConnector: sorted(secondConnector) } };
}
