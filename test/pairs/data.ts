/** Synced issue data and issues for the tests. */
import type { SyncedIssueData, SyncInformation } from '../../src/backbone/types.ts';
import type { JiraIssue } from '../../src/jira/types.ts';

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

export const issue = (key: string, more: Partial<JiraIssue> = {}): JiraIssue => ({
  id: `1${key.replace(/\D/g, '')}`,
  key,
  summary: `Summary of ${key}`,
  issueType: 'Bug',
  status: 'Open',
  reporter: 'kim',
  created: 1_000_000,
  updated: 1_000_000,
  fields: {},
  ...more,
});

export const byKey = (...issues: JiraIssue[]): Map<string, JiraIssue> => new Map(issues.map((one) => [one.key, one]));
