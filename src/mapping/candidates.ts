/** What speaks for each that could be the counterpart of an entry. A question shows the best; how many there are is counted. */
import type { Entry } from './catalogue.ts';
import { having, type Key, keyOf } from './lookup.ts';
import { sameName } from './names.ts';

export interface Candidate {
  entry: Entry;
  evidence: string;
}

/** The best first. */
export interface Candidates {
  shown: readonly Candidate[];
  /** How many there are with those that are not shown. */
  count: number;
}

/** A question shows no more, and there can be thousands of candidates. */
export const SHOWN = 100;

export const NONE: Candidates = { shown: [], count: 0 };

/** `best`, and after them whatever else is there. */
export function present(entries: readonly Entry[] = [], best: readonly Candidate[] = []): Candidates {
  const first = new Set(best.map(({ entry }) => entry));
  const shown = [...best];
  for (const entry of entries) {
    if (shown.length >= SHOWN) break;
    if (!first.has(entry)) shown.push({ entry, evidence: 'present' });
  }
  return { shown, count: entries.length };
}

/**
 * The best of all by name and type, then by common options and use; among equals the order of `all` stays. Where there are thousands,
 * only those are compared that can be among the shown ones: of what has the same rank these are the ones with common options, and
 * the first by use.
 */
export function candidates(wanted: Entry, all: readonly Entry[]): Candidates {
  const { type, base, shownBase, folded } = wanted;
  const sorted = byUse(all);
  const groups = [
    having(sorted, FOLDED_AND_TYPE, keyOf(folded, type)),
    having(sorted, BASE_AND_TYPE, keyOf(base, type)),
    having(sorted, SHOWN_BASE_AND_TYPE, keyOf(base, type)),
    ...(shownBase === undefined
      ? []
      : [BASE_AND_TYPE, SHOWN_BASE_AND_TYPE].map((key) => having(sorted, key, keyOf(shownBase, type)))),
    having(sorted, ELSEWHERE, keyOf(base, type)),
    having(sorted, BASE, base),
    having(sorted, TYPE, type),
  ];
  const agreeing = agreements(wanted, all);
  const places = placesOf(all);
  const likely = new Set([
    ...having(sorted, NAME_AND_TYPE, keyOf(wanted.name.normalize('NFC'), type)).slice(0, SHOWN),
    ...groups.flatMap((group) => group.slice(0, SHOWN)),
    ...agreeing.keys(),
  ]);
  const ranked = [...likely]
    .map((entry) => ({
      entry,
      rank: rankOf(wanted, entry),
      agree: agreeing.get(entry) ?? 0,
      at: places.get(entry) ?? 0,
    }))
    .filter(({ rank }) => rank < UNLIKE)
    .sort(
      (x, y) => x.rank - y.rank || y.agree - x.agree || (y.entry.filled ?? 0) - (x.entry.filled ?? 0) || x.at - y.at,
    );
  const both = keyOf(base, type);
  const ofOtherType = having(sorted, BASE, base).length - having(sorted, BASE_AND_TYPE, both).length;
  return {
    shown: ranked
      .slice(0, SHOWN)
      .map(({ entry, rank }) => ({ entry, evidence: speaksFor(wanted, entry, RANKS[rank] ?? '') })),
    count: having(sorted, TYPE, type).length + ofOtherType + having(sorted, ELSEWHERE, both).length,
  };
}

/** Of what no other team-managed project has for itself. */
const here =
  (key: Key): Key =>
  (entry) =>
    entry.scope === 'other' ? [] : key(entry);

const TYPE = here(({ type }) => [type]);
const BASE = here(({ base }) => [base]);
export const BASE_AND_TYPE = here(({ base, type }) => [keyOf(base, type)]);
export const FOLDED_AND_TYPE = here(({ folded, type }) => [keyOf(folded, type)]);
const NAME_AND_TYPE = here(({ name, type }) => [keyOf(name.normalize('NFC'), type)]);
const SHOWN_BASE_AND_TYPE = here(({ shownBase, type }) => (shownBase === undefined ? [] : [keyOf(shownBase, type)]));
const ELSEWHERE: Key = ({ scope, base, type }) => (scope === 'other' ? [keyOf(base, type)] : []);
const OPTIONS: Key = ({ options = [] }) => [...options];

const sortedByUse = new WeakMap<readonly Entry[], readonly Entry[]>();
const placesIn = new WeakMap<readonly Entry[], ReadonlyMap<Entry, number>>();

/** In how many issues they have a value, the most first. */
const byUse = (all: readonly Entry[]): readonly Entry[] =>
  onceFor(sortedByUse, all, () => all.toSorted((x, y) => (y.filled ?? 0) - (x.filled ?? 0)));

export const placesOf = (all: readonly Entry[]): ReadonlyMap<Entry, number> =>
  onceFor(placesIn, all, () => new Map(all.map((entry, at) => [entry, at])));

function onceFor<T>(known: WeakMap<readonly Entry[], T>, all: readonly Entry[], make: () => T): T {
  const made = known.get(all) ?? make();
  known.set(all, made);
  return made;
}

/** How many of the wanted field's options each has that has one of them. */
export function agreements({ options = new Set() }: Entry, all: readonly Entry[]): ReadonlyMap<Entry, number> {
  const counts = new Map<Entry, number>();
  for (const option of options)
    for (const entry of having(all, OPTIONS, option)) counts.set(entry, (counts.get(entry) ?? 0) + 1);
  return counts;
}

/** How many of the wanted field's options the other has too; `undefined` where either has none that we know. */
export function agreement({ options: wanted }: Entry, { options }: Entry): number | undefined {
  if (!wanted?.size || !options?.size) return undefined;
  let both = 0;
  for (const option of options) if (wanted.has(option)) both++;
  return both;
}

const sharesShownName = (wanted: Entry, entry: Entry): boolean =>
  entry.base === wanted.shownBase ||
  (entry.shownBase !== undefined && (entry.shownBase === wanted.base || entry.shownBase === wanted.shownBase));

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
