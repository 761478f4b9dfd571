/** Which words of a JQL text mean something on one instance only, and what they would be on the new one. */
import { type Entry, valueKind } from './catalogue.ts';
import { type JqlWord, replaceWords, wordsOfJql } from './jql.ts';
import {
  CLAUSES,
  DATES_OR_TEXT,
  HARMLESS,
  HARMLESS_FUNCTIONS,
  ISSUE_CLAUSES,
  isKnownFunction,
  kindIn,
  OF_ISSUES,
} from './jqlTerms.ts';
import { foldName } from './names.ts';
import type { ReferenceKind } from './references.ts';
import type { Resolver } from './resolve.ts';

export interface JqlCheck {
  /** Why it cannot be passed on as it is; empty when it can. */
  reasons: string[];
  /** With the counterparts of all its words, where each has a single one. */
  proposal?: string;
}

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
  if (Object.hasOwn(CLAUSES, lower) || HARMLESS.has(lower)) return undefined;
  return byName('field', text, resolver);
}

function valueWord(word: JqlWord, resolver: Resolver): Found | undefined {
  const { text, role, of } = word;
  if (role === 'function') {
    if (isKnownFunction(text.toLowerCase())) return undefined;
    return { why: `its JQL calls ${text}(), which may come from an app` };
  }
  if (of === 'filter' || of === 'savedfilter' || of === 'request')
    return { why: 'its JQL names a saved filter, which is another one there' };
  if (HARMLESS_FUNCTIONS.has(of) || DATES_OR_TEXT.has(of)) return undefined;
  const kind = kindIn(of);
  if (kind === 'user') return ofUser(word, resolver);
  if (kind === 'group') return ofGroup(word, resolver);
  const key = /^([a-z][a-z0-9_]+)-\d+$/i.exec(text)?.[1];
  if (key !== undefined && (ISSUE_CLAUSES.has(of) || OF_ISSUES.has(of)))
    return ofProject(key, 'an issue of project', resolver);
  if (OF_ISSUES.has(of)) return linkType(text, resolver);
  if (/^\d+$/.test(text)) return ofNumber(word, kind, resolver);
  if (kind === 'project') return ofProject(text, 'project', resolver);
  if (kind === 'resolution' && foldName(text) === 'unresolved') return undefined;
  if (kind === 'linkType') return linkType(text, resolver);
  if (kind !== undefined) return byName(kind, text, resolver);
  return ofCustomField(word, resolver);
}

function ofUser({ text, of }: JqlWord, resolver: Resolver): Found | undefined {
  // `updatedBy(kim, "-7d")`
  if (of === 'updatedby' && /^[-+]?\d/.test(text)) return undefined;
  const found = resolver.resolve({ kind: 'user', id: text });
  const why = 'its JQL names users, who may be named otherwise there';
  return found.state === 'settled' ? { why, text: found.value } : { why };
}

function ofGroup({ text }: JqlWord, resolver: Resolver): Found | undefined {
  const found = resolver.resolve({ kind: 'group', id: text });
  if (found.state === 'settled' && found.value === text) return undefined;
  const why = `its JQL names a group, "${text}", which may not be there`;
  return found.state === 'settled' ? { why, text: found.value } : { why };
}

function ofNumber({ text, of }: JqlWord, kind: ReferenceKind | undefined, resolver: Resolver): Found | undefined {
  if (kind === undefined && fieldsOf(of, resolver).length > 0 && holdsNoIds(of, resolver)) return undefined;
  const why = 'its JQL compares with a number, which may be an id';
  const found = kind && resolver.resolve({ kind, id: text });
  return found?.state === 'settled' ? { why, text: found.value } : { why };
}

/** The side's own project is dealt with by the caller, who knows where it is now. */
function ofProject(key: string, what: string, resolver: Resolver): Found | undefined {
  if (foldName(key) === foldName(resolver.homes.oldProject ?? '')) return undefined;
  return { why: `its JQL names ${what} "${key}", which may not be there` };
}

/** Links are named in JQL by what they are called in either direction. */
function linkType(text: string, { side }: Resolver): Found | undefined {
  const folded = foldName(text);
  const there = side.new.linkTypes?.some(({ name, inward = name, outward = name }) =>
    [name, inward, outward].some((each) => foldName(each) === folded),
  );
  return there ? undefined : { why: `its JQL names link type "${text}", which is not there` };
}

/** The fields of the old instance that a clause means. */
function fieldsOf(of: string, resolver: Resolver): Entry[] {
  const id = /^cf\s*\[\s*(\d+)\s*\]$/.exec(of)?.[1];
  return (resolver.entries('old', 'field') ?? []).filter((entry) =>
    id === undefined ? entry.folded === foldName(of) : entry.id === `customfield_${id}`,
  );
}

/** A custom field of numbers, texts or dates: what it is compared with is no id. */
const holdsNoIds = (of: string, resolver: Resolver): boolean =>
  fieldsOf(of, resolver).every(({ type }) => NO_IDS.test(type));

const NO_IDS = /:(float|textfield|textarea|datepicker|datetime|url|labels)$/;

/** Options, users and others by the type of the field; a value of another type may mean something there alone. */
function ofCustomField(word: JqlWord, resolver: Resolver): Found | undefined {
  const fields = fieldsOf(word.of, resolver).filter(({ id }) => id.startsWith('customfield_'));
  const [field] = fields;
  // What is no field there is asked about as such, and so are arguments of functions that are not known.
  if (fields.length !== 1 || !field || NO_IDS.test(field.type)) return undefined;
  const kind = valueKind(resolver.side.old, field.id);
  if (kind === 'user') return ofUser(word, resolver);
  if (kind === 'group') return ofGroup(word, resolver);
  const now = resolver.resolve({ kind: 'field', id: field.id });
  const values =
    kind !== 'option'
      ? resolver.entries('new', kind)
      : now.state === 'settled'
        ? resolver.entries('new', 'option', now.value)
        : undefined;
  if (values?.some(({ folded }) => folded === foldName(word.text))) return undefined;
  return { why: `its JQL compares "${field.name}" with "${word.text}", which may not be there` };
}

/** A name in JQL must be there, once. */
function byName(kind: ReferenceKind, text: string, resolver: Resolver): Found | undefined {
  const now = resolver.entries('new', kind);
  const old = resolver.entries('old', kind);
  if (now === undefined || old === undefined)
    return { why: `its JQL names value "${text}", which could not be looked up` };
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
