/** Synced issue data and issues for the tests. */
import type { SyncedIssueData, SyncInformation } from '../../src/backbone/types.ts';
import type { JiraIssue } from '../../src/jira/types.ts';
import { EntryScanner } from '../../src/pairs/scanner.ts';
import { intoTable, PairTable, type TableOptions } from '../../src/pairs/table.ts';

export const entry = (
  connectorKey: string,
  localIssueKey: string,
  remoteIssueKey: string,
  more: Partial<SyncInformation> = {},
): SyncInformation => ({
  id: 47,
  connectorKey,
  localIssueKey,
  remoteIssueKey,
  firstSyncDate: 1604663032918,
  outgoingMessageSequenceId: 2,
  incomingMessageSequenceId: 2,
  ...more,
});

/** PA-n paired with PB-n, mirrored, drained. */
export const dataOf = (numbers: readonly number[]): SyncedIssueData => ({
  firstConnector: numbers.map((n) => entry('CON-48-PA', `PA-${n}`, `PB-${n}`)),
  secondConnector: numbers.map((n) => entry('CON-49-PB', `PB-${n}`, `PA-${n}`)),
});

/** As it comes: in pieces that end anywhere. */
export function* pieces(text: string, length = 7): Generator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let from = 0; from < bytes.length; from += length) yield bytes.subarray(from, from + length);
}

export const tableOf = (data: SyncedIssueData, options?: TableOptions): PairTable =>
  tableOfText(JSON.stringify(data), options);

export function tableOfText(text: string, options: TableOptions = { progress: true }): PairTable {
  const table = new PairTable(options);
  const scanner = new EntryScanner(intoTable(table), { keys: table.keys });
  for (const piece of pieces(text, 100)) scanner.push(piece);
  scanner.end();
  return table;
}

export const issue = (key: string, more: Partial<JiraIssue> = {}): JiraIssue => ({
  id: `1${key.replace(/\D/g, '')}`,
  key,
  summary: `Summary of ${key}`,
  issueType: 'Bug',
  issueTypeId: 'Bug',
  status: 'Open',
  reporter: 'kim',
  created: 1_000_000,
  updated: 1_000_000,
  fields: {},
  ...more,
});

export const byKey = (...issues: JiraIssue[]): Map<string, JiraIssue> => new Map(issues.map((one) => [one.key, one]));
