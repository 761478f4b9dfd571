/**
 * Places the table does not know. A value there that may mean something on one instance only is never passed on in silence and
 * never rewritten by rule: a person says what it shall be. Documented examples: `sync.responsibilityConfiguration` (one field id
 * and two option ids in JSON), a JQL filter with `cf[10105]`.
 */
import { patternOf } from '../contract/text.ts';
import { checkJql } from './jqlCheck.ts';
import { readsAsJql } from './jqlTerms.ts';
import { thingWithId } from './knownIds.ts';
import { namesWord } from './names.ts';
import { BOTH_SIDES, inMapping, mayNameTransitions, NUMBER, nameOf } from './places.ts';
import { KIND_WORDS } from './references.ts';
import type { Resolver } from './resolve.ts';
import { namesOfWorkflow, numbersOfWorkflow } from './workflowText.ts';

export interface Suspicion {
  why: string;
  /** The whole value with its counterparts, where each has a single one. */
  proposal?: string;
  /** Questions whose answers would make the proposal whole. */
  waitsFor?: string[];
}

const CUSTOM_FIELD = /custom_?field[_-]?\d+|\bcf\[\d+\]/i;
const ACCOUNT_ID =
  /\b(?:qm:)?\w+:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b|\b[0-9a-f]{24}\b|\bJIRAUSER\d+\b|\baccountid:/i;
/** `[~kim]` in wiki text. */
const MENTION = /\[~[^\]\s[]+\]/;
const RESOURCE_NAME = /\bari:cloud:/;
/** Groups and teams of Cloud go by such ids. */
const UUID = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/i;

export const NAMES_JQL = /jql/i;
const NAMES_ROLE = /roles?(Ids?|Names?)?$/i;

/** Why a value at a place unknown to the table looks as if it meant something on one instance only. */
export function suspicion(path: readonly string[], text: string, resolver: Resolver): Suspicion | undefined {
  const name = nameOf(path);
  if (NAMES_JQL.test(name)) return suspicionOfJql(text, resolver);
  const jql = readsAsJql(text) ? suspicionOfJql(text, resolver) : undefined;
  if (jql) return jql;
  const { side, homes } = resolver;
  if (homes.oldProject !== homes.newProject && namesWord(text, homes.oldProject))
    return { why: `it names project ${homes.oldProject}, which is ${homes.newProject} now` };
  // Another project of the same instance has workflows of its own.
  const named = path[0] === 'workflowMappings' ? namesOfWorkflow(text, resolver) : undefined;
  if (named) return named;
  if (side.sameInstance) return mayNameTransitions(path, text) ? numbersOfWorkflow(text, resolver) : undefined;
  const person = knownPerson(text, resolver);
  if (person) return person;
  if (NAMES_ROLE.test(name)) return { why: 'its name says that it is a role, which cannot be looked up' };
  // All that follows has a digit or a sign in it. There can be millions of texts.
  if (!/[\d:~]/.test(text)) return undefined;
  if (CUSTOM_FIELD.test(text)) return { why: 'it names a custom field by id', ...withFields(text, resolver) };
  if (!side.accountsStay && ACCOUNT_ID.test(text)) return { why: 'it names a user by an id of one instance' };
  if (!side.accountsStay && MENTION.test(text)) return { why: 'it mentions a user, who may be named otherwise there' };
  if (RESOURCE_NAME.test(text)) return { why: 'it names something of one Cloud site' };
  if (UUID.test(text) && !side.accountsStay) return { why: 'it looks like an id' };
  if (homes.oldBaseUrl !== undefined && text.toLowerCase().includes(homes.oldBaseUrl))
    return { why: `it has the address of ${side.oldInstance}` };
  if (mayNameTransitions(path, text)) return numbersOfWorkflow(text, resolver);
  return numbersIn(path, name, text, resolver);
}

/** The key of the original itself: the new synchronization has another, also on a side that did not move. */
export function ownKey(text: string, whole: boolean, { homes }: Resolver): Suspicion | undefined {
  const { integration } = homes;
  if (integration === undefined || !(whole ? text === integration : namesKey(text, integration))) return undefined;
  return { why: `it names ${integration}, which the new synchronization takes the place of` };
}

/** Users and groups that were looked up because something near says that some are here. */
function knownPerson(text: string, resolver: Resolver): Suspicion | undefined {
  if (!resolver.knowsSomebody) return undefined;
  for (const kind of ['user', 'group'] as const) {
    if (!resolver.knows(kind, text)) continue;
    const found = resolver.resolve({ kind, id: text });
    if (found.state === 'settled' && found.value === text) continue;
    const there = found.state === 'settled' ? { proposal: found.value } : {};
    return { why: `it is the name of a ${KIND_WORDS[kind]} there`, ...there };
  }
  return undefined;
}

const namesKey = (text: string, key: string): boolean =>
  text.includes(key) && new RegExp(`(?<![\\w-])${patternOf(key)}(?![\\w-])`).test(text);

/** The same of the name of a member, which says nothing else than what it is. */
export function suspicionOfName(path: readonly string[], name: string, resolver: Resolver): Suspicion | undefined {
  const { oldProject, newProject } = resolver.homes;
  if (oldProject !== newProject && name === oldProject)
    return { why: `it names project ${oldProject}, which is ${newProject} now` };
  if (resolver.side.sameInstance) return undefined;
  const person = knownPerson(name, resolver);
  if (person) return person;
  if (!/[\d:]/.test(name)) return undefined;
  if (CUSTOM_FIELD.test(name)) return { why: 'it names a custom field by id', ...withFields(name, resolver) };
  if (!resolver.side.accountsStay && (ACCOUNT_ID.test(name) || UUID.test(name)))
    return { why: 'it names somebody or something by an id of one instance' };
  const holder = nameOf(path.slice(0, -1));
  return /^\d+$/.test(name) ? numbersIn(path, holder, name, resolver) : undefined;
}

const A_KIND =
  /(status|issueType|priority|priorities|option|field|resolution|component|version|transition|linkType)(e?s)?$/i;
/** What is measured is no id, however large. */
const A_MEASURE =
  /size|length|max|min|limit|count|interval|timeout|delay|second|milli|byte|width|height|year|date|time|port|order|position|index/i;

/** Numbers that are ids there, or may be, by where they stand. */
function numbersIn(path: readonly string[], name: string, text: string, { side }: Resolver): Suspicion | undefined {
  if (!/\d/.test(text)) return undefined;
  const alone = /^\s*\d+(?:[\s,;|]+\d+)*\s*$/.test(text);
  if (alone && /[a-z]Ids?$|^ids$/.test(name)) return { why: 'its name says that it is an id' };
  if (path.includes(BOTH_SIDES)) return { why: 'it stands where option ids stand' };
  if (/[a-z](?:Ids?|IDS?)\W{0,4}[:=]\W{0,4}\d/.test(text)) return { why: 'it says itself that it holds an id' };
  // In a sentence a number is an amount sooner than an id.
  const numbers = text.match(/\p{L}/u.test(text) ? BETWEEN_SIGNS : new RegExp(NUMBER, 'g')) ?? [];
  for (const number of numbers) {
    const thing =
      number.length >= 5 || (alone && (name === 'id' || A_KIND.test(name))) ? thingWithId(side.old, number) : undefined;
    if (thing !== undefined) return { why: `it holds ${number}, which is ${thing} there` };
  }
  if (!alone) return undefined;
  if (A_KIND.test(name)) return { why: 'its name says that it is an id' };
  const long = numbers.some((number) => number.length >= 5);
  return long && (name === 'id' || (inMapping(path) && !A_MEASURE.test(name)))
    ? { why: 'it looks like an id' }
    : undefined;
}

/** `"10300"`, `[10300,…`, `x=10300`, `10300 -> x`. */
const BETWEEN_SIGNS = /(?<=["'=:[({,;|>])\d+(?![\w.-])|(?<![\w.-])\d+(?=["'\])}]|\s*(?:=|->))/g;

function suspicionOfJql(jql: string, resolver: Resolver): Suspicion | undefined {
  const { reasons, proposal, waitsFor } = checkJql(jql, resolver);
  const waits = waitsFor ? { waitsFor } : {};
  const { oldProject, newProject } = resolver.homes;
  if (oldProject !== undefined && newProject !== undefined && oldProject !== newProject) {
    const named = new RegExp(`(?<!\\w)${patternOf(oldProject)}(?!\\w)`, 'gi');
    if (named.test(jql)) {
      const whole = proposal ?? (reasons.length === 0 ? jql : undefined);
      return {
        why: [...reasons, `its JQL names project ${oldProject}, which is ${newProject} now`].join(', and '),
        ...(whole === undefined ? waits : { proposal: whole.replace(named, () => newProject) }),
      };
    }
  }
  if (reasons.length === 0) return undefined;
  return { why: reasons.join(', and '), ...waits, ...(proposal === undefined || proposal === jql ? {} : { proposal }) };
}

/**
 * Each custom field's id replaced, when every one has a single answer; and, where the text is about one field, ids of its options,
 * as in `sync.responsibilityConfiguration`.
 */
function withFields(text: string, resolver: Resolver): Pick<Suspicion, 'proposal' | 'waitsFor'> {
  const open: string[] = [];
  let complete = true;
  const fields = new Set<string>();
  const swapId = (id: string): string => {
    fields.add(id);
    const found = resolver.resolve({ kind: 'field', id });
    if (found.state === 'settled') return found.value;
    if (found.state === 'asked') open.push(found.question.id);
    complete = false;
    return id;
  };
  const replaced = text
    .replace(/customfield_\d+/g, (id) => swapId(id))
    .replace(
      /\bcf\[(\d+)\]/g,
      (_, digits: string) => `cf[${swapId(`customfield_${digits}`).replace('customfield_', '')}]`,
    );
  const [field] = fields;
  const whole = fields.size === 1 && field !== undefined ? withOptions(replaced, field, resolver) : replaced;
  if (!complete) return { waitsFor: [...new Set(open)] };
  return whole === text ? {} : { proposal: whole };
}

function withOptions(text: string, field: string, resolver: Resolver): string {
  const ids = new Set(resolver.entries('old', 'option', field)?.map(({ id }) => id));
  return text.replace(/(?<=["'\s:,[])\d+(?=["'\s,}\]])/g, (id) => {
    const found = ids.has(id) ? resolver.resolve({ kind: 'option', id, field }) : undefined;
    return found?.state === 'settled' ? found.value : id;
  });
}
