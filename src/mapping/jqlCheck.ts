/** Which words of a JQL text mean something on one instance only, and what they would be on the new one. */
import { type JqlWord, replaceWords, wordsOfJql } from './jql.ts';
import { foldName } from './names.ts';
import type { ReferenceKind } from './references.ts';
import type { Resolver } from './resolve.ts';

export interface JqlCheck {
  /** Why it cannot be passed on as it is; empty when it can. */
  reasons: string[];
  /** With the counterparts of all its words, where each has a single one. */
  proposal?: string;
}

/** Clauses whose values have ids of their own. */
const CLAUSES: Readonly<Record<string, ReferenceKind>> = {
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
  by: 'user',
  membersof: 'group',
};

/** Clauses of Jira itself that name no thing of an instance. */
const HARMLESS = new Set(
  'summary description environment comment text labels created createddate updated updateddate due duedate resolved resolutiondate key issuekey issue id parent statuscategory timespent workratio originalestimate remainingestimate lastviewed attachments issuelinktype hierarchylevel date votes watchers rank'.split(
    ' ',
  ),
);

const DATES_OR_TEXT = new Set(
  'summary description environment comment text labels created createddate updated updateddate due duedate resolved resolutiondate timespent workratio originalestimate remainingestimate lastviewed statuscategory hierarchylevel date votes watchers'.split(
    ' ',
  ),
);

export function checkJql(jql: string, resolver: Resolver): JqlCheck {
  if (jql.trim() === '') return { reasons: [] };
  const words = wordsOfJql(jql);
  const reasons = new Set<string>();
  const replaced: { start: number; end: number; text: string }[] = [];
  let complete = words.length > 0;
  if (words.length === 0 && !/^\s*order\s+by\s/i.test(jql)) reasons.add('its JQL cannot be read');
  for (const word of words) {
    const found = word.role === 'field' ? fieldWord(word, resolver) : valueWord(word, resolver);
    if (found === undefined || (resolver.side.sameInstance && found.text === written(word))) continue;
    reasons.add(found.why);
    if (found.text === undefined) complete = false;
    else replaced.push({ start: word.start, end: word.end, text: found.text });
  }
  const proposal = complete && reasons.size > 0 ? replaceWords(jql, replaced) : undefined;
  return { reasons: [...reasons], ...(proposal === undefined ? {} : { proposal }) };
}

/** As a counterpart would be written. */
const written = ({ text }: JqlWord): string => text.replace(/^cf\s*\[\s*(\d+)\s*\]$/i, 'cf[$1]');

interface Found {
  why: string;
  /** What it would be; absent when there is no single counterpart. */
  text?: string;
}

function fieldWord({ text }: JqlWord, resolver: Resolver): Found | undefined {
  const digits = /^cf\s*\[\s*(\d+)\s*\]$|^customfield_(\d+)$/i.exec(text);
  if (digits) {
    const found = resolver.resolve({ kind: 'field', id: `customfield_${digits[1] ?? digits[2]}` });
    const why = 'it names a custom field by id';
    return found.state === 'settled' ? { why, text: `cf[${found.value.replace('customfield_', '')}]` } : { why };
  }
  const lower = text.toLowerCase();
  if (lower in CLAUSES || HARMLESS.has(lower)) return undefined;
  return byName('field', text, resolver);
}

function valueWord({ text, role, of }: JqlWord, resolver: Resolver): Found | undefined {
  if (role === 'function') return undefined;
  if (of === 'filter' || of === 'savedfilter' || of === 'request')
    return { why: 'its JQL names a saved filter, which is another one there' };
  const kind = Object.hasOwn(CLAUSES, of) ? CLAUSES[of] : undefined;
  if (kind === 'user') {
    const found = resolver.resolve({ kind, id: text });
    const why = 'its JQL names users, who may be named otherwise there';
    return found.state === 'settled' ? { why, text: found.value } : { why };
  }
  if (kind === 'group') {
    const found = resolver.resolve({ kind, id: text });
    if (found.state === 'settled' && found.value === text) return undefined;
    const why = `its JQL names a group, "${text}", which may not be there`;
    return found.state === 'settled' ? { why, text: found.value } : { why };
  }
  if (/^\d+$/.test(text)) {
    if (DATES_OR_TEXT.has(of) || holdsNoIds(of, resolver)) return undefined;
    const why = 'its JQL compares with a number, which may be an id';
    const found = kind && resolver.resolve({ kind, id: text });
    return found?.state === 'settled' ? { why, text: found.value } : { why };
  }
  if (kind === 'project') {
    if (foldName(text) === foldName(resolver.homes.oldProject ?? '')) return undefined;
    return { why: `its JQL names project "${text}", which may not be there` };
  }
  if (kind === 'resolution' && foldName(text) === 'unresolved') return undefined;
  return kind && byName(kind, text, resolver);
}

/** A custom field of numbers, texts or dates: what it is compared with is no id. */
function holdsNoIds(of: string, resolver: Resolver): boolean {
  const id = /^cf\s*\[\s*(\d+)\s*\]$/.exec(of)?.[1];
  const named = (resolver.entries('old', 'field') ?? []).filter((entry) =>
    id === undefined ? entry.folded === foldName(of) : entry.id === `customfield_${id}`,
  );
  return named.length > 0 && named.every(({ type }) => NO_IDS.test(type));
}

const NO_IDS = /:(float|textfield|textarea|datepicker|datetime|url|labels)$/;

/** A name in JQL must be there, once. */
function byName(kind: ReferenceKind, text: string, resolver: Resolver): Found | undefined {
  const now = resolver.entries('new', kind);
  const old = resolver.entries('old', kind);
  if (now === undefined || old === undefined) return undefined;
  const folded = foldName(text);
  const there = now.filter((entry) => entry.folded === folded && entry.scope !== 'other');
  if (there.length === 1) return undefined;
  if (there.length > 1 && kind === 'status') return undefined;
  const why =
    there.length === 0
      ? `its JQL names ${kind === 'field' ? 'field' : 'value'} "${text}", which is not there`
      : `its JQL names "${text}", of which there are ${there.length}`;
  const before = old.filter((entry) => entry.folded === folded);
  const [only] = before;
  const found = before.length === 1 && only ? resolver.resolve({ kind, id: only.id }) : undefined;
  const counterpart = found?.state === 'settled' ? now.find(({ id }) => id === found.value) : undefined;
  if (!counterpart) return { why };
  return { why, text: kind === 'field' ? counterpart.id.replace(/^customfield_(\d+)$/, 'cf[$1]') : counterpart.id };
}
