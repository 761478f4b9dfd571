/**
 * Finding the counterpart of one entry by what it is called. One entry of exactly the same name, type and scope, without a relative
 * of either side, is an answer; all else is for a person, with what speaks for each candidate.
 */

import { agreement, agreements, BASE_AND_TYPE, type Candidates, candidates, FOLDED_AND_TYPE } from './candidates.ts';
import type { Entry } from './catalogue.ts';
import { FOLDED, having, type Key, keyOf } from './lookup.ts';
import { compare, foldName, sameName } from './names.ts';

export type Match =
  | { single: Entry; evidence: string }
  /** No single answer, and why. */
  | { single?: undefined; why: string; candidates: Candidates };

/** By name, then id: the order in which candidates are shown that nothing else tells apart. */
export const inOrder = (entries: Entry[] | undefined): Entry[] | undefined =>
  entries?.sort((x, y) => compare(x.name, y.name) || compare(x.id, y.id));

const BASE: Key = ({ base }) => [base];
const SHOWN_BASE: Key = ({ shownBase }) => (shownBase === undefined ? [] : [shownBase]);
const ROOT_AND_TYPE: Key = ({ root, type }) => [keyOf(root, type)];

/** Both lists are in order, and not changed afterwards: what they are searched by is kept. */
export function matchByName(wanted: Entry, oldEntries: readonly Entry[], newEntries: readonly Entry[]): Match {
  const fitting = having(newEntries, BASE_AND_TYPE, keyOf(wanted.base, wanted.type));
  const because = (why: string): Match => ({ why, candidates: candidates(wanted, newEntries) });

  if (having(oldEntries, FOLDED_AND_TYPE, keyOf(wanted.folded, wanted.type)).length > 1)
    return because('the name is there more than once on the old instance');
  const [only] = fitting;
  if (wanted.folded === '') return because('it has no name');
  if (only === undefined) return because(noneFits(wanted, newEntries));
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
  const rival = rivalOf(wanted, only, oldEntries, newEntries);
  if (rival !== undefined) return because(rival);
  const lacking = (wanted.issueTypes ?? []).filter((type) => !hasIssueType(only, type));
  if (lacking.length > 0) return because(`it is seen there, but not for issues of type ${lacking.join(', ')}`);
  return { single: only, evidence: evidenceOf(wanted, only) };
}

/** The name could have been given to a new thing, and the old one renamed: what speaks for that. */
function rivalOf(
  wanted: Entry,
  only: Entry,
  oldEntries: readonly Entry[],
  newEntries: readonly Entry[],
): string | undefined {
  const strangers = strangersAmong(newEntries, oldEntries);
  const aside = having(strangers, ROOT_AND_TYPE, keyOf(wanted.root, wanted.type)).find((entry) => entry !== only);
  if (aside) return `"${aside.name}" is there too, which the old instance does not have`;
  const agree = agreement(wanted, only);
  if (agree === undefined || agree === wanted.options?.size) return undefined;
  const common = agreements(wanted, strangers);
  const better = strangers.find(
    (entry) => entry !== only && entry.type === wanted.type && (common.get(entry) ?? 0) > agree,
  );
  return better && `"${better.name}" has more of its options, and the old instance has no field of that name`;
}

const strangersOf = new WeakMap<readonly Entry[], { oldEntries: readonly Entry[]; strangers: readonly Entry[] }>();

/** Those whose name nothing on the old instance has. */
function strangersAmong(newEntries: readonly Entry[], oldEntries: readonly Entry[]): readonly Entry[] {
  const known = strangersOf.get(newEntries);
  if (known?.oldEntries === oldEntries) return known.strangers;
  const strangers = newEntries.filter(
    ({ scope, folded }) => scope !== 'other' && having(oldEntries, FOLDED, folded).length === 0,
  );
  strangersOf.set(newEntries, { oldEntries, strangers });
  return strangers;
}

const hasIssueType = ({ issueTypes = [] }: Entry, type: string): boolean =>
  issueTypes.some((each) => foldName(each) === foldName(type));

function noneFits({ base, shownBase }: Entry, all: readonly Entry[]): string {
  const based = having(all, BASE, base);
  if (based.some(({ scope }) => scope !== 'other')) return 'the name is there with another type';
  if (based.length > 0) return 'only another team-managed project has that name';
  const sharesShownName =
    having(all, SHOWN_BASE, base).length > 0 ||
    (shownBase !== undefined && [BASE, SHOWN_BASE].some((key) => having(all, key, shownBase).length > 0));
  return sharesShownName ? 'only a translated name agrees' : 'there is none of that name and type';
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
