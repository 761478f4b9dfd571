/** What an instance has under which id, as far as a configuration can point at it; and finding the counterpart of one entry. */
import type { FieldOption, IssueType, JiraField, JiraStatus } from '../jira/types.ts';
import { baseName, foldName } from './names.ts';
import type { ReferenceKind } from './references.ts';

/** Everything of one project's instance that a configuration can point at by id. */
export interface Catalogue {
  issueTypes: IssueType[];
  fields: JiraField[];
  /** By field id. A field that is not in here has no options that we could read. */
  options: Record<string, FieldOption[]>;
  statuses: JiraStatus[];
  priorities: { id: string; name: string }[];
}

/** Where one side of the new synchronization lived in the original, and where it lives now. */
export interface SideCatalogues {
  old: Catalogue;
  new: Catalogue;
  /** The side did not move: every id stays. */
  sameInstance: boolean;
  /** Nothing of it could be read; both catalogues are empty. */
  unread?: true;
  oldInstance: string;
  newInstance: string;
}

/** One thing that has an id, whatever it is. */
export interface Entry {
  id: string;
  name: string;
  /** What must be equal besides the name: schema type, sub-task flag, status category. Empty where there is none. */
  type: string;
  disabled: boolean;
}

/** The entries of one kind. For options: those of one field; `undefined` when they could not be read. */
export function entriesOf(catalogue: Catalogue, kind: ReferenceKind, field?: string): Entry[] | undefined {
  switch (kind) {
    case 'issueType':
      return catalogue.issueTypes.map(issueTypeEntry);
    case 'field':
      return catalogue.fields.map(({ id, name, type }) => ({ id, name, type, disabled: false }));
    case 'status':
      return catalogue.statuses.map(statusEntry);
    case 'option':
      return optionEntries(catalogue, field ?? '');
  }
}

const issueTypeEntry = ({ id, name, subtask }: IssueType): Entry => ({
  id,
  name,
  type: subtask ? 'sub-task' : 'standard',
  disabled: false,
});

const statusEntry = ({ id, name, category }: JiraStatus): Entry => ({ id, name, type: category, disabled: false });

/** Values of Jira's own fields are things with ids of their own. */
function optionEntries(catalogue: Catalogue, field: string): Entry[] | undefined {
  if (field === 'priority')
    return catalogue.priorities.map(({ id, name }) => ({ id, name, type: '', disabled: false }));
  if (field === 'issuetype') return catalogue.issueTypes.map(issueTypeEntry);
  if (field === 'status') return catalogue.statuses.map(statusEntry);
  if (!Object.hasOwn(catalogue.options, field)) return undefined;
  return catalogue.options[field]?.map(({ id, value, disabled }) => ({ id, name: value, type: '', disabled }));
}

export type Match =
  | { single: Entry; evidence: string }
  /** No single answer, and why. Candidates: the best first. */
  | { single?: undefined; why: string; candidates: { entry: Entry; evidence: string }[] };

/**
 * Rule "name and type". One entry of the same folded name and type, no twin on either side and no `(migrated)` relative: that is a
 * single answer. Everything else is for a person.
 */
export function matchByName(wanted: Entry, oldEntries: Entry[], newEntries: Entry[]): Match {
  const base = baseName(wanted.name);
  const folded = foldName(wanted.name);
  const relatives = newEntries.filter((entry) => baseName(entry.name) === base);
  const fitting = relatives.filter((entry) => entry.type === wanted.type);
  const [only] = fitting;
  const twins = oldEntries.filter((entry) => foldName(entry.name) === folded && entry.type === wanted.type).length;
  const because = (why: string): Match => ({ why, candidates: candidates(wanted, fitting, relatives, newEntries) });

  if (twins > 1) return because('the name is there more than once on the old instance');
  if (only === undefined) {
    return because(
      relatives.length > 0 ? 'the name is there with another type' : 'there is none of that name and type',
    );
  }
  if (fitting.length > 1) return because(`${fitting.length} have that name`);
  if (foldName(only.name) !== folded) return because('only a namesake marked as migrated is there');
  if (only.disabled && !wanted.disabled) return because('the only one of that name is disabled');
  return { single: only, evidence: evidenceOf(wanted, only) };
}

function evidenceOf(wanted: Entry, found: Entry): string {
  const type = wanted.type === '' ? '' : ` and type ${wanted.type}`;
  return wanted.name === found.name
    ? `the only one named "${found.name}"${type}`
    : `the only one named "${wanted.name}"${type}, apart from case or spaces ("${found.name}")`;
}

function candidates(wanted: Entry, fitting: Entry[], relatives: Entry[], all: Entry[]) {
  const rank = (entry: Entry): number => {
    if (fitting.includes(entry)) return foldName(entry.name) === foldName(wanted.name) ? 0 : 1;
    return relatives.includes(entry) ? 2 : 3;
  };
  return all
    .filter((entry) => relatives.includes(entry) || entry.type === wanted.type)
    .map((entry) => ({ entry, rank: rank(entry) }))
    .sort((x, y) => x.rank - y.rank || compare(x.entry.name, y.entry.name) || compare(x.entry.id, y.entry.id))
    .map(({ entry, rank: n }) => ({ entry, evidence: CANDIDATE_EVIDENCE[n] ?? '' }));
}

const CANDIDATE_EVIDENCE = [
  'same name and type',
  'same name but for "(migrated)", same type',
  'same name, other type',
  'same type',
];

/** By code unit: the same on every machine, whatever its language. */
export const compare = (x: string, y: string): number => (x < y ? -1 : x > y ? 1 : 0);
