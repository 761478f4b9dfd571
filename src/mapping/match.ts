/**
 * Finding the counterpart of one entry by what it is called. One entry of exactly the same name, type and scope, without a relative
 * of either side, is an answer; all else is for a person, with what speaks for each candidate.
 */
import type { Entry } from './catalogue.ts';
import { compare, foldName, sameName } from './names.ts';

export type Match =
  | { single: Entry; evidence: string }
  /** No single answer, and why. Candidates: the best first. */
  | { single?: undefined; why: string; candidates: Candidate[] };

export interface Candidate {
  entry: Entry;
  evidence: string;
}

/** By name, then id: the order in which candidates are shown that nothing else tells apart. */
export const inOrder = (entries: Entry[] | undefined): Entry[] | undefined =>
  entries?.sort((x, y) => compare(x.name, y.name) || compare(x.id, y.id));

/** @param newEntries in order. */
export function matchByName(wanted: Entry, oldEntries: Entry[], newEntries: Entry[]): Match {
  const kin = newEntries.filter((entry) => entry.root === wanted.root && entry.scope !== 'other');
  const relatives = kin.filter((entry) => entry.base === wanted.base);
  const fitting = relatives.filter((entry) => entry.type === wanted.type);
  const because = (why: string): Match => ({ why, candidates: candidates(wanted, newEntries) });

  const twins = oldEntries.filter(
    (entry) => entry.scope !== 'other' && entry.type === wanted.type && entry.folded === wanted.folded,
  );
  if (twins.length > 1) return because('the name is there more than once on the old instance');
  const [only] = fitting;
  if (wanted.folded === '') return because('it has no name');
  if (only === undefined) return because(noneFits(wanted, relatives, newEntries));
  if (fitting.length > 1) return because(`${fitting.length} have that name`);
  if (!sameName(only.name, wanted.name)) {
    return because(
      only.folded === wanted.folded
        ? 'the name there differs in case, spaces or width'
        : 'only a namesake marked as migrated is there',
    );
  }
  if (only.scope !== wanted.scope) return because('one of them belongs to a single project, the other to all');
  if (only.disabled && !wanted.disabled) return because('the only one of that name is disabled');
  if (agreement(wanted, only) === 0) return because('its namesake shares none of its options');
  const rival = rivalOf(wanted, only, oldEntries, kin, newEntries);
  if (rival !== undefined) return because(rival);
  const lacking = (wanted.issueTypes ?? []).filter((type) => !hasIssueType(only, type));
  if (lacking.length > 0) return because(`it is seen there, but not for issues of type ${lacking.join(', ')}`);
  return { single: only, evidence: evidenceOf(wanted, only) };
}

/** The name could have been given to a new thing, and the old one renamed: what speaks for that. */
function rivalOf(
  wanted: Entry,
  only: Entry,
  oldEntries: Entry[],
  kin: Entry[],
  newEntries: Entry[],
): string | undefined {
  const isNew = (entry: Entry): boolean =>
    entry !== only &&
    entry.scope !== 'other' &&
    entry.type === wanted.type &&
    !oldEntries.some(({ folded }) => folded === entry.folded);
  const aside = kin.find(isNew);
  if (aside) return `"${aside.name}" is there too, which the old instance does not have`;
  const agree = agreement(wanted, only);
  if (agree === undefined || agree === wanted.options?.size) return undefined;
  const better = newEntries.find((entry) => (agreement(wanted, entry) ?? 0) > agree && isNew(entry));
  return better && `"${better.name}" has more of its options, and the old instance has no field of that name`;
}

const hasIssueType = ({ issueTypes = [] }: Entry, type: string): boolean =>
  issueTypes.some((each) => foldName(each) === foldName(type));

function noneFits(wanted: Entry, relatives: Entry[], all: Entry[]): string {
  if (relatives.length > 0) return 'the name is there with another type';
  if (all.some((entry) => entry.scope === 'other' && entry.base === wanted.base))
    return 'only another team-managed project has that name';
  return all.some((entry) => sharesShownName(wanted, entry))
    ? 'only a translated name agrees'
    : 'there is none of that name and type';
}

const sharesShownName = (wanted: Entry, entry: Entry): boolean =>
  entry.base === wanted.shownBase ||
  (entry.shownBase !== undefined && (entry.shownBase === wanted.base || entry.shownBase === wanted.shownBase));

/** How many of the wanted field's options the other has too; `undefined` where either has none that we know. */
function agreement({ options: wanted }: Entry, { options }: Entry): number | undefined {
  if (!wanted?.size || !options?.size) return undefined;
  let both = 0;
  for (const option of options) if (wanted.has(option)) both++;
  return both;
}

function evidenceOf(wanted: Entry, found: Entry): string {
  const type = wanted.type === '' ? '' : ` and type ${wanted.type}`;
  const scope = wanted.scope === 'project' ? ', of this project alone' : '';
  const options = agreement(wanted, found);
  const seen = found.issueTypes ? `, seen for ${found.issueTypes.join(', ')}` : '';
  return `the only one named "${found.name}"${type}${scope}${seen}${
    options === undefined ? '' : `; it has ${options} of ${wanted.options?.size} options`
  }`;
}

/** Among equals the order of `all` stays, which is by name. */
function candidates(wanted: Entry, all: Entry[]): Candidate[] {
  return all
    .map((entry) => ({ entry, rank: rankOf(wanted, entry), agree: agreement(wanted, entry) ?? 0 }))
    .filter(({ rank }) => rank < UNLIKE)
    .sort((x, y) => x.rank - y.rank || y.agree - x.agree || (y.entry.filled ?? 0) - (x.entry.filled ?? 0))
    .map(({ entry, rank }, n) => ({ entry, evidence: n < SHOWN ? speaksFor(wanted, entry, RANKS[rank] ?? '') : '' }));
}

/** A question shows no more, and there can be thousands of candidates. */
export const SHOWN = 100;

const RANKS = [
  'same name and type',
  'same name but for case, spaces or width, same type',
  'same name but for "(migrated)", same type',
  'same name in our language only, same type',
  'same name and type, but of another team-managed project',
  'same name, other type',
  'same type',
];
const UNLIKE = RANKS.length;

function rankOf(wanted: Entry, entry: Entry): number {
  const sameType = entry.type === wanted.type;
  const related = entry.base === wanted.base;
  if (entry.scope === 'other') return related && sameType ? 4 : UNLIKE;
  if (related && !sameType) return 5;
  if (related) return sameName(entry.name, wanted.name) ? 0 : entry.folded === wanted.folded ? 1 : 2;
  if (!sameType) return UNLIKE;
  return sharesShownName(wanted, entry) ? 3 : 6;
}

/** What a person would look up for each: its name in our language, its options, and whether anybody uses it. */
function speaksFor(wanted: Entry, entry: Entry, rank: string): string {
  const options = agreement(wanted, entry);
  return [
    rank,
    ...(entry.shown === undefined || entry.shown === entry.name ? [] : [`shown as "${entry.shown}"`]),
    ...(entry.scope === 'project' && wanted.scope !== 'project' ? ['of this project alone'] : []),
    ...(entry.issueTypes ? [`seen for ${entry.issueTypes.join(', ')}`] : []),
    ...(options === undefined ? [] : [`${options} of ${wanted.options?.size} options`]),
    ...(entry.filled === undefined ? [] : [`${entry.filled} issues have a value`]),
  ].join('; ');
}
