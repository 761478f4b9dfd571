/** What the migration reads from Jira, the same for Data Center v2 and Cloud v3 as far as both have it. */

export interface ServerInfo {
  baseUrl: string;
  version: string;
  deploymentType: string;
  serverTitle: string;
}

export interface JiraUser {
  /** Data Center `name`, Cloud `accountId`. */
  id: string;
  displayName: string;
  /** Absent when hidden. */
  email?: string;
  timeZone?: string;
}

export interface IssueType {
  id: string;
  name: string;
  subtask: boolean;
}

export interface JiraProject {
  id: string;
  key: string;
  name: string;
  issueTypes: IssueType[];
}

export interface JiraStatus {
  id: string;
  name: string;
  /** `new`, `indeterminate`, `done`, `undefined`. */
  category: string;
}

export interface JiraField {
  /** `summary`, `customfield_10105`. */
  id: string;
  name: string;
  custom: boolean;
  /** `schema.custom` for custom fields (the field type's identifier), else `schema.type`. */
  type: string;
}

export interface FieldOption {
  id: string;
  value: string;
  disabled: boolean;
}

export interface ChangeItem {
  /** Field id when the answer has it, else the field's name. */
  field: string;
  from: string | null;
  to: string | null;
}

export interface Change {
  at: number;
  author: string;
  items: ChangeItem[];
}

export interface JiraComment {
  id: string;
  author: string;
  /** Epoch milliseconds. */
  created: number;
  body: string;
}

export interface JiraIssue {
  id: string;
  key: string;
  summary: string;
  issueType: string;
  status: string;
  reporter: string;
  /** Epoch milliseconds. */
  created: number;
  updated: number;
  /** Raw `fields` member, for what is asked beyond the above. */
  fields: Record<string, unknown>;
  /** Only when asked for. */
  changes?: Change[];
  comments?: JiraComment[];
}

export interface IssueQuery {
  jql: string;
  /** Field ids beyond summary, issuetype, status, reporter, created, updated. */
  fields?: string[];
  changes?: boolean;
  comments?: boolean;
}

export interface JiraClient {
  serverInfo(): Promise<ServerInfo>;
  myself(): Promise<JiraUser>;
  /** `undefined` when it does not exist or is not visible (Jira does not tell which). */
  project(key: string): Promise<JiraProject | undefined>;
  /** Permission key → granted, for one project. */
  permissions(projectKey: string, keys: string[]): Promise<Record<string, boolean>>;
  statuses(projectKey: string): Promise<JiraStatus[]>;
  allStatuses(): Promise<JiraStatus[]>;
  issueTypes(): Promise<IssueType[]>;
  priorities(): Promise<{ id: string; name: string }[]>;
  fields(): Promise<JiraField[]>;
  /** Options of a select field; `projectKey` picks the context where the product lets one. */
  options(fieldId: string, projectId?: string): Promise<FieldOption[]>;
  /** All issues of a query, paged safely (short pages, lowered maxResults, duplicates). */
  issues(query: IssueQuery): AsyncIterable<JiraIssue>;
  /** By keys, in chunks; keys that are missing or hidden are simply not in the answer. */
  issuesByKey(keys: string[], query?: Omit<IssueQuery, 'jql'>): AsyncIterable<JiraIssue>;
  /** A JQL date literal in the time zone in which this user's JQL is read, rounded down to the minute. */
  jqlDate(epochMs: number): Promise<string>;
}
