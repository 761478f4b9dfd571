/** The words of JQL that are Jira's own: clauses and functions, and of what kind the things are that they are given. */
import { wordsOfJql } from './jql.ts';
import type { ReferenceKind } from './references.ts';

/** Clauses whose values have ids of their own. */
export const CLAUSES: Readonly<Record<string, ReferenceKind>> = {
  issuetype: 'issueType',
  type: 'issueType',
  status: 'status',
  priority: 'priority',
  resolution: 'resolution',
  component: 'component',
  fixversion: 'version',
  affectedversion: 'version',
  project: 'project',
  assignee: 'user',
  reporter: 'user',
  creator: 'user',
  watcher: 'user',
  voter: 'user',
  worklogauthor: 'user',
  issuelinktype: 'linkType',
};

/** After whose predicate or in whose brackets users, groups and projects stand. */
const GIVEN: Readonly<Record<string, ReferenceKind>> = {
  by: 'user',
  updatedby: 'user',
  projectsleadbyuser: 'user',
  componentsleadbyuser: 'user',
  approver: 'user',
  pendingby: 'user',
  pendingapprovalby: 'user',
  membersof: 'group',
  releasedversions: 'project',
  unreleasedversions: 'project',
  latestreleasedversion: 'project',
  earliestunreleasedversion: 'project',
};

/** Functions of Jira itself whose arguments are dates, amounts and names of permissions, if there are any. */
export const HARMLESS_FUNCTIONS = new Set(
  'now currentuser currentlogin lastlogin startofday startofweek startofmonth startofyear endofday endofweek endofmonth endofyear issuehistory watchedissues votedissues standardissuetypes subtaskissuetypes opensprints closedsprints futuresprints projectswhereuserhaspermission approved myapproval mypending pending completed breached everbreached paused running elapsed remaining withincalendarhours'.split(
    ' ',
  ),
);

/** Their arguments are keys of issues; behind that, names of link types. */
export const OF_ISSUES = new Set('linkedissues linkedissue parentepic portfoliochildissuesof childissuesof'.split(' '));

export const isKnownFunction = (name: string): boolean =>
  Object.hasOwn(GIVEN, name) || HARMLESS_FUNCTIONS.has(name) || OF_ISSUES.has(name) || name === 'cascadeoption';

/** Clauses of Jira itself that name no thing of an instance. */
export const HARMLESS = new Set(
  'summary description environment comment text labels created createddate updated updateddate due duedate resolved resolutiondate key issuekey issue id parent statuscategory timespent workratio originalestimate remainingestimate lastviewed attachments issuelinktype hierarchylevel date votes watchers rank'.split(
    ' ',
  ),
);

/** Clauses of Jira itself whose values nothing of ours can look up. */
export const NAMELESS_CLAUSES =
  /^(?:filter|savedfilter|searchrequest|request|category|level|(?:issue|project|user|comment)\.property\b.*)$/;

export const DATES_OR_TEXT = new Set(
  'summary description environment comment text labels created createddate updated updateddate due duedate resolved resolutiondate timespent workratio originalestimate remainingestimate lastviewed statuscategory hierarchylevel date votes watchers'.split(
    ' ',
  ),
);

export const ISSUE_CLAUSES = new Set(['key', 'issuekey', 'issue', 'id', 'parent', 'epic link', 'parent link']);

/** Of what kind a value is by what it is compared with, or given to. */
export function kindIn(of: string): ReferenceKind | undefined {
  if (Object.hasOwn(CLAUSES, of)) return CLAUSES[of];
  return Object.hasOwn(GIVEN, of) ? GIVEN[of] : undefined;
}

/** What a text in JQL names that must be looked up: a kind, or the field that says of what kind it is. */
export function namedInJql(jql: string): { kind?: ReferenceKind; field?: string; text: string }[] {
  return wordsOfJql(jql)
    .filter(({ role }) => role === 'value')
    .map(({ of, text }) => {
      const kind = OF_ISSUES.has(of) ? 'linkType' : kindIn(of);
      if (kind !== undefined) return { kind, text };
      const digits = /^cf\s*\[\s*(\d+)\s*\]$/.exec(of)?.[1];
      return { field: digits === undefined ? of : `customfield_${digits}`, text };
    });
}

/** Whether a text can be told to be JQL by a clause of Jira that is compared with something. */
export const readsAsJql = (text: string): boolean => COMPARED.test(text);

const COMPARED = new RegExp(
  `(?:\\b(?:${Object.keys(CLAUSES).join('|')})["']?|\\bcf\\s*\\[\\s*\\d+\\s*\\])(?:\\s*(?:!?[=~]|[<>])|\\s+(?:not\\s+in|in|is|was|changed)\\b)`,
  'i',
);
