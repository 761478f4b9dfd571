/** What an instance has under which id, as far as a configuration can point at it. */
import type {
  FieldOption,
  IssueType,
  JiraField,
  JiraGroup,
  JiraLinkType,
  JiraStatus,
  JiraTransition,
  JiraUser,
  NamedThing,
} from '../jira/types.ts';
import type { IdMapping } from './idMapping.ts';
import { baseName, compare, foldName, rootName } from './names.ts';
import type { ReferenceKind } from './references.ts';

/** Official mappings name users by their keys too. */
export interface CatalogueUser extends Omit<JiraUser, 'timeZone'> {
  /** What somebody of this Cloud site was called there before accounts had ids. */
  formerName?: string;
}

/**
 * Everything of one project's instance that a configuration can point at by id. What is absent was not read: a look-up there is a
 * question, not a guess.
 */
export interface Catalogue {
  issueTypes: IssueType[];
  fields: JiraField[];
  /** By field id. A field that is not in here has no options that we could read. */
  options: Record<string, FieldOption[]>;
  statuses: JiraStatus[];
  priorities: NamedThing[];
  resolutions?: NamedThing[];
  components?: NamedThing[];
  versions?: NamedThing[];
  linkTypes?: JiraLinkType[];
  /** Those that a configuration names, and their counterparts by e-mail; never all of an instance. */
  users?: CatalogueUser[];
  /** The same of groups, and some whose names are akin. */
  groups?: JiraGroup[];
  /** Of the project's workflows. */
  transitions?: JiraTransition[];
  /** Id and key of the project itself. */
  project?: { id: string; key: string };
  /** How many issues of the project have a value in a field; only counted for fields that are in question. */
  filled?: Record<string, number>;
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
  /** What Atlassian's migration wrote down, from the old instance to the new one. */
  official?: IdMapping;
  /** Both are Cloud sites: account ids are the same everywhere. */
  accountsStay?: boolean;
}

/** One thing that has an id, whatever it is. */
export interface Entry {
  id: string;
  /** Untranslated, where the instance says so. */
  name: string;
  /** The name in our user's language, where it differs. */
  shown?: string;
  /** What must be equal besides the name: schema type, sub-task flag, status category, parent option. Empty where there is none. */
  type: string;
  /** `project`: of this team-managed project alone. `other`: of another one. */
  scope: 'global' | 'project' | 'other';
  disabled: boolean;
  /** The name without "(migrated)", folded; twins have the same. */
  base: string;
  /** `base` without what people add to the name of a thing that they put aside. */
  root: string;
  folded: string;
  /** `base` of the name in our user's language, where that differs. */
  shownBase?: string;
  /** Names of a field's options, folded. */
  options?: ReadonlySet<string>;
  /** How many issues have a value in it. */
  filled?: number;
  email?: string;
  key?: string;
  formerName?: string;
  /** Names of the issue types that have it, where it is not of all. */
  issueTypes?: readonly string[];
}

/** The entries of one kind. For options: those of one field. `undefined` when they could not be read. */
export function entriesOf(catalogue: Catalogue, kind: ReferenceKind, field?: string): Entry[] | undefined {
  switch (kind) {
    case 'issueType':
      return catalogue.issueTypes.map((one) => entry(catalogue, one, one.subtask ? 'sub-task' : 'standard'));
    case 'field':
      return catalogue.fields.map((one) => fieldEntry(catalogue, one));
    case 'status':
      return catalogue.statuses.map((one) => entry(catalogue, one, one.category));
    case 'option':
      return optionEntries(catalogue, field ?? '');
    case 'user':
      return catalogue.users?.map(({ id, displayName, ...more }) => ({
        ...entry(catalogue, { id, name: displayName }, ''),
        ...more,
      }));
    case 'project':
      return catalogue.project && [entry(catalogue, { id: catalogue.project.id, name: catalogue.project.key }, '')];
    case 'transition':
      return catalogue.transitions && namesOfTransitions(catalogue, catalogue.transitions);
    case 'transitionId':
      return catalogue.transitions?.map((one) => ({
        ...entry(catalogue, one, goalOf(one)),
        issueTypes: one.issueTypes,
      }));
    case 'mappingType':
    case 'connector':
      return undefined;
    default:
      return catalogue[PLAIN[kind]]?.map((one) => entry(catalogue, one, ''));
  }
}

/** Kinds of which nothing but the name tells one from another. */
const PLAIN = {
  priority: 'priorities',
  resolution: 'resolutions',
  component: 'components',
  version: 'versions',
  linkType: 'linkTypes',
  group: 'groups',
} as const satisfies Partial<Record<ReferenceKind, keyof Catalogue>>;

function entry(
  { project }: Catalogue,
  { id, name, shownName, scope }: NamedThing & { shownName?: string; scope?: string },
  type: string,
): Entry {
  const base = baseName(name);
  return {
    id,
    name,
    ...(shownName === undefined ? {} : { shown: shownName, shownBase: baseName(shownName) }),
    type,
    scope: scope === undefined ? 'global' : scope === project?.id ? 'project' : 'other',
    disabled: false,
    folded: foldName(name),
    base,
    root: rootName(base),
  };
}

function fieldEntry(catalogue: Catalogue, field: JiraField): Entry {
  const options = Object.hasOwn(catalogue.options, field.id) ? catalogue.options[field.id] : undefined;
  const filled = catalogue.filled && Object.hasOwn(catalogue.filled, field.id) ? catalogue.filled[field.id] : undefined;
  return {
    ...entry(catalogue, field, field.type),
    ...(options === undefined ? {} : { options: new Set(options.map(({ value }) => foldName(value))) }),
    ...(filled === undefined ? {} : { filled }),
  };
}

const goalOf = ({ to }: JiraTransition): string => (to === undefined ? 'looped' : `to "${to}"`);

/** Several workflows can have a transition of one name: it is one entry, since only the name is meant. */
function namesOfTransitions(catalogue: Catalogue, transitions: readonly JiraTransition[]): Entry[] {
  return [...Map.groupBy(transitions, ({ name }) => name)].map(([name, all]) => {
    const goals = new Set(all.map((one) => (one.to === undefined ? 'looped' : 'not looped')));
    const type = [...goals].sort(compare).join(' and ');
    return {
      ...entry(catalogue, { id: name, name }, type),
      issueTypes: [...new Set(all.flatMap(({ issueTypes }) => issueTypes))].sort(compare),
    };
  });
}

/** Of which kind the values of a field are: Jira's own fields and some types hold things with ids of their own. */
export function valueKind(catalogue: Catalogue, field: string): ReferenceKind {
  const own = VALUE_KINDS[field];
  if (own !== undefined && Object.hasOwn(VALUE_KINDS, field)) return own;
  const type = catalogue.fields.find(({ id }) => id === field)?.type ?? '';
  return VALUE_TYPES.find(([end]) => end.test(type))?.[1] ?? 'option';
}

const VALUE_KINDS: Readonly<Record<string, ReferenceKind>> = {
  priority: 'priority',
  issuetype: 'issueType',
  status: 'status',
  resolution: 'resolution',
  components: 'component',
  versions: 'version',
  fixVersions: 'version',
  issuelinks: 'linkType',
  assignee: 'user',
  reporter: 'user',
  creator: 'user',
};

const VALUE_TYPES: readonly [RegExp, ReferenceKind][] = [
  [/:(version|multiversion)$/, 'version'],
  [/:(userpicker|multiuserpicker)$/, 'user'],
  [/:(grouppicker|multigrouppicker)$/, 'group'],
  [/:project$/, 'project'],
];

function optionEntries(catalogue: Catalogue, field: string): Entry[] | undefined {
  if (!Object.hasOwn(catalogue.options, field)) return undefined;
  const options = catalogue.options[field] ?? [];
  const values = new Map(options.map(({ id, value }) => [id, value]));
  return options.map(({ id, value, disabled, parent }) => ({
    ...entry(catalogue, { id, name: value }, parent === undefined ? '' : `below "${values.get(parent) ?? parent}"`),
    disabled,
  }));
}
