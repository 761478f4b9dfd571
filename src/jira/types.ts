/** What the migration reads from Jira, the same for Data Center v2 and Cloud v3 as far as both have it. */
import type { z } from 'zod';
import type { Query } from '../http/exchange.ts';

/** A read below the REST base that must be answered. */
export type Get = <T>(path: string, shape: z.ZodType<T>, query?: Query) => Promise<T>;
/** A read of what may be absent (404). */
export type Find = <T>(path: string, shape: z.ZodType<T>, query?: Query) => Promise<T | undefined>;

export interface ServerInfo {
  baseUrl: string;
  version: string;
  deploymentType: string;
  serverTitle: string;
}

export interface JiraUser {
  /** Data Center `name`, Cloud `accountId`. */
  id: string;
  /** Data Center: `JIRAUSER10100`, or the name that an old user was created with. It outlives renaming. */
  key?: string;
  displayName: string;
  /** Absent when hidden. */
  email?: string;
  timeZone?: string;
}

/** Whom to look up: by names (Data Center) or account ids (Cloud), and by e-mail addresses. */
export interface WantedUsers {
  ids: readonly string[];
  emails: readonly string[];
}

export interface NamedThing {
  id: string;
  name: string;
}

/** Its id is Cloud's `groupId`; on Data Center the name. */
export type JiraGroup = NamedThing;

/** What a link is called, and from either end. */
export interface JiraLinkType extends NamedThing {
  inward?: string;
  outward?: string;
}

interface Scoped extends NamedThing {
  /** In our user's language, where it differs from `name`. */
  shownName?: string;
  /** Id of the team-managed project that alone has it. */
  scope?: string;
}

export interface IssueType extends Scoped {
  subtask: boolean;
}

export interface JiraProject extends NamedThing {
  key: string;
  issueTypes: IssueType[];
}

export interface JiraStatus extends Scoped {
  /** `new`, `indeterminate`, `done`, `undefined`. */
  category: string;
}

/** A transition of a project's workflows. Ids are those of one workflow: another has other transitions under them. */
export interface JiraTransition extends NamedThing {
  /** Name of the status it goes to, untranslated; absent when it goes back to where it began. */
  to?: string;
  /** Names of the issue types whose workflows have it, as far as it was seen. */
  issueTypes: string[];
}

/** Its id is like `summary` or `customfield_10105`. */
export interface JiraField extends Scoped {
  custom: boolean;
  /** `schema.custom` for custom fields (the field type's identifier), else `schema.type`. */
  type: string;
}

export interface FieldOption {
  id: string;
  value: string;
  disabled: boolean;
  /** Of a cascading field's second level: the option above it. */
  parent?: string;
}

/** The field of files. Whoever attached one changed it: `to` is the file's id, `text` its name. */
export const FILES = 'attachment';

export interface ChangeItem {
  /** Field id when the answer has it, else the field's name. */
  field: string;
  from: string | null;
  to: string | null;
  /** The new value as people see it; `to` has an id, or nothing. */
  text?: string;
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
  /** When it was edited last; absent where the answer does not say. */
  updated?: number;
  body: string;
}

export interface JiraIssue {
  id: string;
  key: string;
  /** The key it was asked for, where it is another one: the issue was moved. */
  askedAs?: string;
  /** Nobody can change it, and no search finds it. Only known of issues that were read one by one. */
  archived?: true;
  summary: string;
  /** Its name. */
  issueType: string;
  issueTypeId: string;
  status: string;
  reporter: string;
  /** Epoch milliseconds. */
  created: number;
  updated: number;
  /** Raw, of what was asked for beyond the above: much is held at once. */
  fields: Record<string, unknown>;
  /** Only when asked for: the history, and each file that is attached. */
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
  priorities(): Promise<NamedThing[]>;
  resolutions(): Promise<NamedThing[]>;
  components(projectKey: string): Promise<NamedThing[]>;
  versions(projectKey: string): Promise<NamedThing[]>;
  linkTypes(): Promise<JiraLinkType[]>;
  /** All with one of these ids or visible e-mail addresses. Cloud hides most addresses, then nobody is found by one. */
  users(wanted: WantedUsers): Promise<JiraUser[]>;
  /** Cloud: name → account id of who was called so on that site once. Empty on Data Center. */
  formerNames(names: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Those of these names (on Cloud also ids) and some whose names are akin; `undefined` when our user sees no group. */
  groups(names: readonly string[]): Promise<JiraGroup[] | undefined>;
  /** What issues of a project can be moved by, as far as our user may see it. */
  transitions(project: JiraProject): Promise<JiraTransition[]>;
  /** How many issues a query finds; on Cloud about so many. */
  count(jql: string): Promise<number>;
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
