/**
 * The rules by which a value of the old instance gets its counterpart, in the order in which they are tried. The first that applies
 * decides: it has an answer with evidence, or it asks. What no rule knows is asked.
 */
import { personOf } from '../contract/people.ts';
import { type Candidate, type Candidates, NONE, placesOf, present, SHOWN } from './candidates.ts';
import { type Entry, type SideCatalogues, valueKind } from './catalogue.ts';
import { type MappedId, mappedKey, officialUser } from './idMapping.ts';
import { FOLDED, having, ID, type Key, withId } from './lookup.ts';
import { matchByName } from './match.ts';
import { sameName } from './names.ts';
import { isKind, OWN_MAPPING_TYPES, type ReferenceKind } from './references.ts';

/** Project and connector of a side in the original and in the new synchronization, as far as they are known. */
export interface Homes {
  /** Of the Jira of the old project, in small letters. */
  oldBaseUrl?: string;
  oldProject?: string;
  newProject?: string;
  oldConnector?: string;
  /** Key of the original synchronization. */
  integration?: string;
}

/** All that a rule may look at. */
export interface Case {
  kind: ReferenceKind;
  id: string;
  /** For options: the field on the old instance. */
  field?: string;
  side: SideCatalogues;
  homes: Homes;
  /** The answer that a person gave, and the question it answers. */
  answer: string | undefined;
  question: string;
  /** What the value is called on the old instance; `undefined` when that does not know it. */
  wanted: Entry | undefined;
  oldEntries: Entry[] | undefined;
  newEntries: Entry[] | undefined;
}

export type Verdict = { value: string; evidence: string } | { ask: string; candidates: Candidates };

/** `undefined`: the rule has nothing to say about this. */
type Apply = (one: Case) => Verdict | undefined;

const decided: Apply = ({ answer, question, kind, newEntries, side }) => {
  if (answer === undefined) return undefined;
  // What could not be read cannot refute an answer.
  const refuted = !readInPart(kind) && newEntries !== undefined && !withId(newEntries, answer);
  if (!refuted || (kind === 'project' && !/^\d+$/.test(answer)))
    return { value: answer, evidence: `answer to ${question}` };
  return { ask: `the answer "${answer}" is not on ${side.newInstance}`, candidates: NONE };
};

/** Of these only what a configuration names is read, or what our user may see. */
const readInPart = (kind: ReferenceKind): boolean => isKind(kind, 'open') && kind !== 'project';

const newHome: Apply = ({ kind, id, homes, side }) => {
  const { oldProject, newProject, oldConnector } = homes;
  if (kind === 'connector' && id === oldConnector)
    return { value: id, evidence: 'filled in as soon as the new synchronization exists' };
  if (kind !== 'project') return undefined;
  const evidence = 'the start object says where the project lives';
  if (id === oldProject && newProject !== undefined) return { value: newProject, evidence };
  const now = side.new.project;
  return id === side.old.project?.id && now ? { value: now.id, evidence } : undefined;
};

const sameInstance: Apply = ({ kind, id, side, homes, newEntries }) => {
  if (!side.sameInstance || kind === 'connector') return undefined;
  // Another project there has components, versions, issue types and workflows of its own.
  if (homes.oldProject !== homes.newProject) {
    if (newEntries && !withId(newEntries, id)) return undefined;
    if (kind === 'transition' || kind === 'transitionId') return undefined;
  }
  const evidence = side.unread ? `same instance, ${side.newInstance} was not read` : `still on ${side.newInstance}`;
  return { value: id, evidence };
};

const official: Apply = (one) => {
  const { id, side, wanted, newEntries, kind } = one;
  const found = officialOf(one);
  if (!found) return undefined;
  const { target, where } = found;
  const entry = newEntries && withId(newEntries, target);
  const says = `${where} says ${id} became ${target}`;
  if (newEntries !== undefined && entry === undefined && !readInPart(kind))
    return { ask: `${says}, which is not on ${side.newInstance}`, candidates: present(newEntries) };
  if (wanted && entry && wanted.type !== entry.type)
    return { ask: `${says}, which is of another type`, candidates: present(newEntries, [{ entry, evidence: says }]) };
  const named = wanted && entry && !sameName(wanted.name, entry.name);
  return { value: target, evidence: `${says}${named ? `, and is named "${entry.name}" there` : ''}` };
};

function officialOf({ kind, id, side, wanted }: Case): MappedId | undefined {
  if (kind !== 'user') return side.official?.get(mappedKey(kind, id));
  return officialUser(side.official, wanted ?? { id });
}

const CUSTOM_FIELD = /^customfield_\d+$/;

/** Fields of Jira itself. An instance lists only those that our user sees somewhere. */
const SYSTEM_FIELDS: ReadonlySet<string> = new Set(
  'summary description environment issuetype project status priority resolution assignee reporter creator labels components versions fixVersions duedate created updated resolutiondate lastViewed comment attachment issuelinks worklog timetracking watches votes security parent subtasks timespent timeestimate timeoriginalestimate aggregatetimespent aggregatetimeestimate aggregatetimeoriginalestimate progress aggregateprogress workratio issuekey thumbnail statusCategory statuscategorychangedate'.split(
    ' ',
  ),
);

const systemField: Apply = ({ kind, id, side }) => {
  if (kind !== 'field' || CUSTOM_FIELD.test(id)) return undefined;
  const listed = side.new.fields.some((field) => field.id === id);
  if (!listed && !SYSTEM_FIELDS.has(id))
    return { ask: `it is no field of Jira itself, and ${side.newInstance} does not list it`, candidates: NONE };
  return {
    value: id,
    evidence: `not a custom field: the same id everywhere${listed ? '' : `, although ${side.newInstance} does not list it`}`,
  };
};

const partOfBackbone: Apply = ({ kind, id, side }) => {
  if (kind !== 'mappingType') return undefined;
  if (OWN_MAPPING_TYPES.includes(id)) return { value: id, evidence: 'a mapping type of Backbone itself' };
  return { ask: `it may come from an app, which ${side.newInstance} needs too`, candidates: NONE };
};

const ACCOUNT_ID = /^(?:[0-9a-f]{24}|(?:qm:)?[\w-]+:[\w-]{8,}(?::[\w-]+)?)$/;

const accountId: Apply = ({ kind, id, side }) =>
  kind === 'user' && side.accountsStay && ACCOUNT_ID.test(id)
    ? { value: id, evidence: 'an account id, which is the same on every Cloud site' }
    : undefined;

const email: Apply = ({ kind, id, side, wanted, newEntries = [] }) => {
  if (kind !== 'user') return undefined;
  const fold = wanted?.email && personOf(wanted.email);
  const all = () => present(newEntries, alike(id, wanted, newEntries));
  if (wanted === undefined) return { ask: `${side.oldInstance} does not know such a user`, candidates: all() };
  if (fold === undefined) return { ask: `${side.oldInstance} does not show the e-mail address`, candidates: all() };
  const same = having(newEntries, EMAIL, fold);
  const [only] = same;
  if (same.length === 1 && only)
    return { value: only.id, evidence: `the only one with the e-mail address of ${wanted.id}` };
  if (only === undefined) return { ask: 'nobody is seen there with that e-mail address', candidates: all() };
  const shown = same.slice(0, SHOWN).map((entry) => ({ entry, evidence: 'same e-mail address' }));
  return { ask: `${same.length} have that e-mail address`, candidates: { shown, count: same.length } };
};

const EMAIL: Key = ({ email }) => (email === undefined ? [] : [personOf(email)]);
const FORMER_NAME: Key = ({ formerName }) => (formerName === undefined ? [] : [formerName]);

/** Users who were called so once, or have the name. */
function alike(id: string, wanted: Entry | undefined, all: readonly Entry[]): Candidate[] {
  const former = having(all, FORMER_NAME, id).slice(0, SHOWN);
  const namesakes = wanted ? having(all, FOLDED, wanted.folded).slice(0, SHOWN) : [];
  const places = placesOf(all);
  return [...new Set([...former, ...namesakes])]
    .sort((x, y) => (places.get(x) ?? 0) - (places.get(y) ?? 0))
    .slice(0, SHOWN)
    .map((entry) => ({
      entry,
      evidence:
        entry.formerName === id ? `was called ${id} on that site once, as somebody else may have been` : 'same name',
    }));
}

const byName: Apply = ({ kind, id, side, wanted, oldEntries, newEntries }) => {
  if (!isKind(kind, 'named')) return undefined;
  const verdict = named(side, wanted, oldEntries, newEntries);
  if (kind === 'transitionId') return unlessShared(id, oldEntries, verdict);
  if (kind !== 'group' || !('value' in verdict) || id !== wanted?.name) return verdict;
  // What was called by its name stays so.
  return { ...verdict, value: (newEntries && withId(newEntries, verdict.value)?.name) ?? verdict.value };
};

/** Ids of transitions are those of a workflow, and which one is meant is not said. */
function unlessShared(id: string, oldEntries: Entry[] | undefined, verdict: Verdict): Verdict {
  const others = having(oldEntries ?? [], ID, id);
  if (others.length < 2) return verdict;
  const names = others.map(({ name, type }) => `"${name}" (${type})`).join(' and ');
  const candidates = 'ask' in verdict ? verdict.candidates : NONE;
  return { ask: `in the workflows of the old project it is ${names}`, candidates };
}

/** The options of one field among those of its counterpart. */
const optionSet: Apply = ({ kind, side, wanted, oldEntries, newEntries }) =>
  kind === 'option' ? named(side, wanted, oldEntries, newEntries) : undefined;

function named(
  side: SideCatalogues,
  wanted: Entry | undefined,
  oldEntries: Entry[] | undefined,
  newEntries: Entry[] | undefined,
): Verdict {
  if (oldEntries === undefined)
    return { ask: `what ${side.oldInstance} has could not be read`, candidates: present(newEntries) };
  if (wanted === undefined) return { ask: `${side.oldInstance} does not know it`, candidates: present(newEntries) };
  if (newEntries === undefined)
    return { ask: `the candidates on ${side.newInstance} could not be read`, candidates: NONE };
  const match = matchByName(wanted, oldEntries, newEntries);
  return match.single
    ? { value: match.single.id, evidence: match.evidence }
    : { ask: match.why, candidates: match.candidates };
}

/** In this order. */
const RULES = {
  'decided answer': decided,
  'new home': newHome,
  'official mapping': official,
  'same instance': sameInstance,
  'system field': systemField,
  'part of Backbone': partOfBackbone,
  'account id': accountId,
  'e-mail': email,
  'name and type': byName,
  'option set': optionSet,
} satisfies Record<string, Apply>;

export type Rule = keyof typeof RULES;

export function applyRules(one: Case): { rule?: Rule; verdict: Verdict } {
  for (const rule of Object.keys(RULES) as Rule[]) {
    const verdict = RULES[rule](one);
    if (verdict === undefined) continue;
    if (rule !== 'decided answer' || 'value' in verdict) return { rule, verdict };
    // A wrong answer is asked again, with what the other rules would offer.
    return {
      rule,
      verdict: { ...verdict, candidates: offered(one, applyRules({ ...one, answer: undefined }).verdict) },
    };
  }
  return { verdict: { ask: `${one.side.newInstance} cannot be asked for it`, candidates: NONE } };
}

/** The candidates of a question, whose best is what a rule has found, if it has. */
export function offered({ newEntries = [] }: Case, verdict: Verdict): Candidates {
  if ('ask' in verdict) return verdict.candidates;
  const entry = withId(newEntries, verdict.value);
  return present(newEntries, entry ? [{ entry, evidence: verdict.evidence }] : []);
}

/** The kind whose rules hold: the values of Jira's own fields are things of their own. */
export const kindOf = (kind: ReferenceKind, field: string | undefined, side: SideCatalogues): ReferenceKind =>
  kind === 'option' && field !== undefined ? valueKind(side.old, field) : kind;
