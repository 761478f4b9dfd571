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
import { FOLDED, having, ID } from './lookup.ts';
import { nameInText, questionOf } from './nameInText.ts';
import { foldName } from './names.ts';
import type { ReferenceKind } from './references.ts';
import type { Resolution, Resolver } from './resolve.ts';

export interface JqlCheck {
  /** Why it cannot be passed on as it is; empty when it can. */
  reasons: string[];
  /** With the counterparts of all its words, where each has a single one. */
  proposal?: string;
  /** Questions whose answers would make the proposal whole. */
  waitsFor?: string[];
}

export function checkJql(jql: string, resolver: Resolver): JqlCheck {
  if (jql.trim() === '') return { reasons: [] };
  const words = wordsOfJql(jql);
  const reasons = new Set<string>();
  const replaced: { start: number; end: number; text: string }[] = [];
  const open: (string | undefined)[] = words.length > 0 ? [] : [undefined];
  if (words.length === 0 && !/^\s*order\s+by\s/i.test(jql)) reasons.add('its JQL cannot be read');
  for (const word of words) {
    const found = wordThere(word, resolver);
    if (found === undefined || (resolver.side.sameInstance && found.text === written(word))) continue;
    reasons.add(found.why);
    if (found.text === undefined) open.push(found.question);
    else replaced.push({ start: word.start, end: word.end, text: found.text });
  }
  const whole = reasons.size > 0 && open.length === 0;
  const waitsFor = new Set(open.filter((question) => question !== undefined));
  return {
    reasons: [...reasons],
    ...(whole ? { proposal: replaceWords(jql, replaced) } : {}),
    ...(waitsFor.size > 0 && !open.includes(undefined) ? { waitsFor: [...waitsFor] } : {}),
  };
}

/** What a word of the old instance is on the new one; `undefined` where it means the same. */
export const wordThere = (word: JqlWord, resolver: Resolver): Found | undefined =>
  word.role === 'field' ? fieldWord(word, resolver) : valueWord(word, resolver);

/** As a counterpart would be written. */
export const written = ({ text }: JqlWord): string => text.replace(/^cf\s*\[\s*(\d+)\s*\]$/i, 'cf[$1]');

interface Found {
  why: string;
  /** What it would be; absent when there is no single counterpart. */
  text?: string;
  /** The question that asks for it. */
  question?: string;
}

const became = (found: Resolution, why: string): Found =>
  found.state === 'settled' ? { why, text: found.value } : { why, ...questionOf(found) };

function fieldWord({ text }: JqlWord, resolver: Resolver): Found | undefined {
  const digits = /^cf\s*\[\s*(\d+)\s*\]$|^customfield_(\d+)$/i.exec(text);
  if (digits) {
    const found = resolver.resolve({ kind: 'field', id: `customfield_${digits[1] ?? digits[2]}` });
    const there = became(found, 'it names a custom field by id');
    return there.text === undefined ? there : { ...there, text: clauseOf(there.text) };
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
  return became(found, 'its JQL names users, who may be named otherwise there');
}

function ofGroup({ text }: JqlWord, resolver: Resolver): Found | undefined {
  const found = resolver.resolve({ kind: 'group', id: text });
  if (found.state === 'settled' && found.value === text) return undefined;
  return became(found, `its JQL names a group, "${text}", which may not be there`);
}

function ofNumber({ text, of }: JqlWord, kind: ReferenceKind | undefined, resolver: Resolver): Found | undefined {
  if (kind === undefined && fieldsOf(of, resolver).length > 0 && holdsNoIds(of, resolver)) return undefined;
  const why = 'its JQL compares with a number, which may be an id';
  const found = kind && resolver.resolve({ kind, id: text });
  return found ? became(found, why) : { why };
}

/** The side's own project is dealt with by the caller, who knows where it is now. */
function ofProject(key: string, what: string, resolver: Resolver): Found | undefined {
  if (foldName(key) === foldName(resolver.homes.oldProject ?? '')) return undefined;
  return { why: `its JQL names ${what} "${key}", which may not be there` };
}

/** Links are named in JQL by what they are called in either direction. */
export function linkType(text: string, { side }: Resolver, which: 'old' | 'new' = 'new'): Found | undefined {
  const folded = foldName(text);
  const there = side[which].linkTypes?.some(({ name, inward = name, outward = name }) =>
    [name, inward, outward].some((each) => foldName(each) === folded),
  );
  return there ? undefined : { why: `its JQL names link type "${text}", which is not there` };
}

/** The fields of an instance that a clause means. */
export function fieldsOf(of: string, resolver: Resolver, which: 'old' | 'new' = 'old'): readonly Entry[] {
  const id = /^cf\s*\[\s*(\d+)\s*\]$/.exec(of)?.[1];
  const fields = resolver.entries(which, 'field') ?? [];
  return id === undefined ? having(fields, FOLDED, foldName(of)) : having(fields, ID, `customfield_${id}`);
}

/** A custom field of numbers, texts or dates: what it is compared with is no id. */
const holdsNoIds = (of: string, resolver: Resolver): boolean =>
  fieldsOf(of, resolver).every(({ type }) => NO_IDS.test(type));

export const NO_IDS = /:(float|textfield|textarea|datepicker|datetime|url|labels)$/;

/** Options, users and others by the type of the field; a value of another type may mean something there alone. */
function ofCustomField(word: JqlWord, resolver: Resolver): Found | undefined {
  const fields = fieldsOf(word.of, resolver).filter(({ id }) => id.startsWith('customfield_'));
  const [field] = fields;
  // What is no field there is asked about as such, and so are arguments of functions that are not known.
  if (fields.length !== 1 || !field || NO_IDS.test(field.type)) return undefined;
  const kind = valueKind(resolver.side.old, field.id);
  if (kind === 'user') return ofUser(word, resolver);
  if (kind === 'group') return ofGroup(word, resolver);
  if (kind !== 'option') return byName(kind, word.text, resolver);
  const found = nameInText(kind, word.text, resolver, field.id);
  if (found.state === 'same') return undefined;
  const compared = `its JQL compares "${field.name}" with "${word.text}"`;
  if (found.state === 'other')
    return { why: `${compared}, which is ${nameThere(found.now)} there`, ...optionText(found.now, resolver, field.id) };
  const question = found.state === 'open' && found.question !== undefined ? { question: found.question } : {};
  return { why: `${compared}, which may not be there`, ...question };
}

/** Options go by their names, which people can read, unless two of one field share it. */
function optionText(now: Entry | undefined, resolver: Resolver, field: string): { text?: string } {
  if (!now) return {};
  const of = resolver.resolve({ kind: 'field', id: field });
  const all = of.state === 'settled' ? resolver.entries('new', 'option', of.value) : undefined;
  return { text: all?.filter(({ folded }) => folded === now.folded).length === 1 ? now.name : now.id };
}

/** A name in JQL goes through the same decision as an id. */
function byName(kind: ReferenceKind, text: string, resolver: Resolver): Found | undefined {
  const found = nameInText(kind, text, resolver);
  const thing = `its JQL names ${kind === 'field' ? 'field' : 'value'} "${text}"`;
  const absent = (there: number) =>
    there === 0 ? `${thing}, which is not there` : `its JQL names "${text}", of which there are ${there}`;
  switch (found.state) {
    case 'same':
      return undefined;
    case 'unread':
      return { why: `its JQL names value "${text}", which could not be looked up` };
    case 'open': {
      const question = found.question === undefined ? {} : { question: found.question };
      const why = found.there === 1 ? `${thing}, ${undecided(found.known, resolver)}` : absent(found.there);
      return { why, ...question };
    }
    case 'other': {
      const { now, there } = found;
      const why = there !== 1 ? absent(there) : `its JQL names "${text}", which is ${nameThere(now)} there`;
      return now ? { why, text: kind === 'field' ? clauseOf(now.id) : now.id } : { why };
    }
  }
}

const nameThere = (now: Entry | undefined): string => (now ? `"${now.name}" (${now.id})` : 'several things');

const undecided = (known: boolean, { side }: Resolver): string =>
  known ? 'and which that is there is not decided' : `which ${side.oldInstance} does not know`;

/** As JQL names a field by its id. */
export const clauseOf = (field: string): string => field.replace(/^customfield_(\d+)$/, 'cf[$1]');
