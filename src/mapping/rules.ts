/**
 * The rules by which a value of the old instance gets its counterpart, in the order in which they are tried. The first that applies
 * decides: it has an answer with evidence, or it asks. What no rule knows is asked.
 */
import { personOf } from '../contract/people.ts';
import { type Entry, type SideCatalogues, valueKind } from './catalogue.ts';
import { type MappedId, mappedKey, officialUser } from './idMapping.ts';
import { type Candidate, matchByName } from './match.ts';
import { sameName } from './names.ts';
import { OWN_MAPPING_TYPES, type ReferenceKind } from './references.ts';

export const RULES = [
  'decided answer',
  'new home',
  'official mapping',
  'same instance',
  'system field',
  'part of Backbone',
  'account id',
  'e-mail',
  'name and type',
  'option set',
] as const;

export type Rule = (typeof RULES)[number];

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

export type Verdict = { value: string; evidence: string } | { ask: string; candidates: Candidate[] };

/** `undefined`: the rule has nothing to say about this. */
type Apply = (one: Case) => Verdict | undefined;

const decided: Apply = ({ answer, question, kind, newEntries, side }) => {
  if (answer === undefined) return undefined;
  // What could not be read cannot refute an answer.
  const refuted = !READ_IN_PART.has(kind) && newEntries !== undefined && !newEntries.some(({ id }) => id === answer);
  if (!refuted || (kind === 'project' && !/^\d+$/.test(answer)))
    return { value: answer, evidence: `answer to ${question}` };
  return { ask: `the answer "${answer}" is not on ${side.newInstance}`, candidates: [] };
};

/** Of these only what a configuration names is read, or what our user may see. */
const READ_IN_PART: ReadonlySet<ReferenceKind> = new Set<ReferenceKind>([
  'user',
  'group',
  'transition',
  'transitionId',
]);

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
    if (newEntries && !newEntries.some((entry) => entry.id === id)) return undefined;
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
  const entry = newEntries?.find((each) => each.id === target);
  const says = `${where} says ${id} became ${target}`;
  const candidates = entry ? [{ entry, evidence: says }] : [];
  const others = (newEntries ?? [])
    .filter((each) => each !== entry)
    .map((each) => ({ entry: each, evidence: 'present' }));
  if (newEntries !== undefined && entry === undefined && !READ_IN_PART.has(kind))
    return { ask: `${says}, which is not on ${side.newInstance}`, candidates: others };
  if (wanted && entry && wanted.type !== entry.type)
    return { ask: `${says}, which is of another type`, candidates: [...candidates, ...others] };
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
    return { ask: `it is no field of Jira itself, and ${side.newInstance} does not list it`, candidates: [] };
  return {
    value: id,
    evidence: `not a custom field: the same id everywhere${listed ? '' : `, although ${side.newInstance} does not list it`}`,
  };
};

const partOfBackbone: Apply = ({ kind, id, side }) => {
  if (kind !== 'mappingType') return undefined;
  if (OWN_MAPPING_TYPES.includes(id)) return { value: id, evidence: 'a mapping type of Backbone itself' };
  return { ask: `it may come from an app, which ${side.newInstance} needs too`, candidates: [] };
};

const ACCOUNT_ID = /^(?:[0-9a-f]{24}|(?:qm:)?[\w-]+:[\w-]{8,}(?::[\w-]+)?)$/;

const accountId: Apply = ({ kind, id, side }) =>
  kind === 'user' && side.accountsStay && ACCOUNT_ID.test(id)
    ? { value: id, evidence: 'an account id, which is the same on every Cloud site' }
    : undefined;

const email: Apply = ({ kind, id, side, wanted, newEntries }) => {
  if (kind !== 'user') return undefined;
  const fold = wanted?.email && personOf(wanted.email);
  const all = (newEntries ?? []).map((entry) => ({ entry, evidence: speaksForUser(entry, id, wanted) }));
  all.sort((x, y) => Number(y.evidence !== 'present') - Number(x.evidence !== 'present'));
  if (wanted === undefined) return { ask: `${side.oldInstance} does not know such a user`, candidates: all };
  if (fold === undefined) return { ask: `${side.oldInstance} does not show the e-mail address`, candidates: all };
  const same = (newEntries ?? []).filter((entry) => entry.email !== undefined && personOf(entry.email) === fold);
  const [only] = same;
  if (same.length === 1 && only)
    return { value: only.id, evidence: `the only one with the e-mail address of ${wanted.id}` };
  return {
    ask: only ? `${same.length} have that e-mail address` : 'nobody is seen there with that e-mail address',
    candidates: only ? same.map((entry) => ({ entry, evidence: 'same e-mail address' })) : all,
  };
};

function speaksForUser({ formerName, folded }: Entry, id: string, wanted: Entry | undefined): string {
  if (formerName === id) return `was called ${id} on that site once, as somebody else may have been`;
  return folded === wanted?.folded ? 'same name' : 'present';
}

const byName: Apply = ({ kind, id, side, wanted, oldEntries, newEntries }) => {
  if (kind === 'option' || !BY_NAME.has(kind)) return undefined;
  const verdict = named(side, wanted, oldEntries, newEntries);
  if (kind === 'transitionId') return unlessShared(id, oldEntries, verdict);
  if (kind !== 'group' || !('value' in verdict) || id !== wanted?.name) return verdict;
  // What was called by its name stays so.
  return { ...verdict, value: newEntries?.find((entry) => entry.id === verdict.value)?.name ?? verdict.value };
};

/** Ids of transitions are those of a workflow, and which one is meant is not said. */
function unlessShared(id: string, oldEntries: Entry[] | undefined, verdict: Verdict): Verdict {
  const others = (oldEntries ?? []).filter((entry) => entry.id === id);
  if (others.length < 2) return verdict;
  const names = others.map(({ name, type }) => `"${name}" (${type})`).join(' and ');
  const candidates = 'ask' in verdict ? verdict.candidates : [];
  return { ask: `in the workflows of the old project it is ${names}`, candidates };
}

const BY_NAME: ReadonlySet<ReferenceKind> = new Set<ReferenceKind>([
  'issueType',
  'field',
  'status',
  'priority',
  'resolution',
  'component',
  'version',
  'linkType',
  'group',
  'project',
  'transition',
  'transitionId',
]);

/** The options of one field among those of its counterpart. */
const optionSet: Apply = ({ kind, side, wanted, oldEntries, newEntries }) =>
  kind === 'option' ? named(side, wanted, oldEntries, newEntries) : undefined;

function named(
  side: SideCatalogues,
  wanted: Entry | undefined,
  oldEntries: Entry[] | undefined,
  newEntries: Entry[] | undefined,
): Verdict {
  const candidates = (newEntries ?? []).map((entry) => ({ entry, evidence: 'present' }));
  if (oldEntries === undefined) return { ask: `what ${side.oldInstance} has could not be read`, candidates };
  if (wanted === undefined) return { ask: `${side.oldInstance} does not know it`, candidates };
  if (newEntries === undefined) return { ask: `the candidates on ${side.newInstance} could not be read`, candidates };
  const match = matchByName(wanted, oldEntries, newEntries);
  return match.single
    ? { value: match.single.id, evidence: match.evidence }
    : { ask: match.why, candidates: match.candidates };
}

const APPLY = {
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
} satisfies Record<Rule, Apply>;

export function applyRules(one: Case): { rule?: Rule; verdict: Verdict } {
  for (const rule of RULES) {
    const verdict = APPLY[rule](one);
    if (verdict === undefined) continue;
    if (rule !== 'decided answer' || 'value' in verdict) return { rule, verdict };
    // A wrong answer is asked again, with what the other rules would offer.
    return {
      rule,
      verdict: { ...verdict, candidates: offered(one, applyRules({ ...one, answer: undefined }).verdict) },
    };
  }
  return { verdict: { ask: `${one.side.newInstance} cannot be asked for it`, candidates: [] } };
}

/** The candidates of a question, whose best is what a rule has found, if it has. */
export function offered({ newEntries = [] }: Case, verdict: Verdict): Candidate[] {
  const found = 'value' in verdict ? newEntries.find(({ id }) => id === verdict.value) : undefined;
  const best = 'ask' in verdict ? verdict.candidates : found ? [{ entry: found, evidence: verdict.evidence }] : [];
  if ('ask' in verdict) return best;
  const rest = newEntries.filter((entry) => entry !== found).map((entry) => ({ entry, evidence: 'present' }));
  return [...best, ...rest];
}

/** The kind whose rules hold: the values of Jira's own fields are things of their own. */
export const kindOf = (kind: ReferenceKind, field: string | undefined, side: SideCatalogues): ReferenceKind =>
  kind === 'option' && field !== undefined ? valueKind(side.old, field) : kind;
