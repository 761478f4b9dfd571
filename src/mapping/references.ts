/**
 * Where a configuration holds values that only mean something on one instance. A table as data: the shapes are assumed
 * (docs/assumptions.md), so a licensed Backbone that differs is met by changing rows here and nothing else.
 */
import { fits } from './document.ts';

/** A side of the new synchronization, by connector. */
export type SideName = 'first' | 'second';

/**
 * What people call each kind, and what holds for it. `digits`: its ids are digits. `named`: a counterpart is found by its name.
 * `official`: Atlassian's mapping can name it. `open`: an instance is not read as a whole for it, so any value may be the answer.
 */
const KINDS = {
  issueType: ['issue type', 'digits', 'named', 'official'],
  field: ['field', 'named', 'official'],
  option: ['option', 'digits', 'official'],
  status: ['status', 'digits', 'named', 'official'],
  priority: ['priority', 'named', 'official'],
  resolution: ['resolution', 'named', 'official'],
  component: ['component', 'digits', 'named', 'official'],
  version: ['version', 'digits', 'named', 'official'],
  linkType: ['link type', 'digits', 'named', 'official'],
  user: ['user', 'official', 'open'],
  group: ['group', 'named', 'official', 'open'],
  project: ['project', 'named', 'official', 'open'],
  /** By its name, which is the value. */
  transition: ['transition', 'named', 'open'],
  transitionId: ['transition', 'digits', 'named', 'open'],
  mappingType: ['mapping type', 'open'],
  connector: ['connector', 'open'],
} as const satisfies Record<string, readonly [word: string, ...Trait[]]>;

type Trait = 'digits' | 'named' | 'official' | 'open';

export type ReferenceKind = keyof typeof KINDS;

export const KIND_NAMES = Object.keys(KINDS) as ReferenceKind[];

export const KIND_WORDS = Object.fromEntries(KIND_NAMES.map((kind) => [kind, KINDS[kind][0]])) as Readonly<
  Record<ReferenceKind, string>
>;

export const isKind = (kind: ReferenceKind, trait: Trait): boolean =>
  (KINDS[kind] as readonly string[]).includes(trait, 1);

/** Segments of a path; `*` stands for every element of an array. Advanced settings have dots in their names, hence no dotted text. */
export type PathPattern = readonly string[];

export interface ReferenceRow {
  at: PathPattern;
  /** `either`: it belongs to both sides, and asks as soon as one of them moved. */
  side: SideName | 'either';
  kind: ReferenceKind;
  /** Where the field of an option stands. Its leading `*` are the same elements as those of `at`. */
  field?: PathPattern;
  /** The value may also be the name of what is meant, or a text where the field has no values of its own. */
  byName?: true;
}

const SIDES: readonly SideName[] = ['first', 'second'];

const rowsOf = (side: SideName): ReferenceRow[] => {
  const connector = `${side}Connector`;
  const defaultField = [connector, 'fieldDefaults', '*', 'fieldId'];
  const defaultValue = (...rest: string[]): ReferenceRow => ({
    at: [connector, 'fieldDefaults', '*', 'value', ...rest],
    side,
    kind: 'option',
    field: defaultField,
  });
  return [
    { at: ['issueTypeMappings', '*', `${side}IssueTypeId`], side, kind: 'issueType' },
    { at: ['fieldMappings', '*', `${side}FieldId`], side, kind: 'field' },
    {
      // Also priorities, resolutions, components, versions, link types and users: the field says which.
      at: ['fieldMappings', '*', 'values', '*', `${side}OptionId`],
      side,
      kind: 'option',
      field: ['fieldMappings', '*', `${side}FieldId`],
    },
    { at: ['workflowMappings', '*', `${side}IssueTypeId`], side, kind: 'issueType' },
    { at: ['workflowMappings', '*', 'statuses', '*', `${side}StatusId`], side, kind: 'status' },
    { at: defaultField, side, kind: 'field' },
    defaultValue('id'),
    // Multi-select and cascading fields, as Jira itself writes them.
    defaultValue('*', 'id'),
    defaultValue('child', 'id'),
    ...[[], ['*'], ['value'], ['name'], ['*', 'value'], ['*', 'name'], ['child', 'value']].map((rest) => ({
      ...defaultValue(...rest),
      byName: true as const,
    })),
    { at: [connector, 'advancedSettings', 'sync.correlationFieldId'], side, kind: 'field' },
    // Documented: the name of a looped transition.
    { at: [connector, 'advancedSettings', 'sync.editTransition'], side, kind: 'transition' },
  ];
};

export const REFERENCES: readonly ReferenceRow[] = [
  ...SIDES.flatMap(rowsOf),
  // Documented: apps add mapping types of their own, which are chosen by an identifier.
  { at: ['fieldMappings', '*', 'type'], side: 'either', kind: 'mappingType' },
];

/** By the last segment, since a configuration can have millions of members. */
const ROWS = Map.groupBy(REFERENCES, ({ at }) => at.at(-1) ?? '');

/** The row of the table that knows a place. */
export function rowFor(path: readonly string[]): ReferenceRow | undefined {
  const last = path.at(-1) ?? '';
  return [...(ROWS.get(last) ?? []), ...(ROWS.get('*') ?? [])].find(({ at }) => fits(path, at));
}

/** Mapping types of Backbone itself; every other one may come from an app, which the new home needs too. */
export const OWN_MAPPING_TYPES: readonly string[] = ['passthrough', 'correlation', 'toText'];

/**
 * Places of which only the name is known, because the manual names the setting and not its member: a fallback user, a default
 * component, versions, link types. The rules find a counterpart; where it is another value, a person confirms it.
 */
export const NAMED_PLACES: readonly { name: RegExp; kind: ReferenceKind; ids: 'numeric' | 'any' }[] = [
  { name: /issueTypes?(Ids?)?$/i, kind: 'issueType', ids: 'numeric' },
  { name: /statuse?s?Ids?$/i, kind: 'status', ids: 'numeric' },
  { name: /priorit(y|ies)(Ids?)?$/i, kind: 'priority', ids: 'numeric' },
  { name: /resolutions?(Ids?)?$/i, kind: 'resolution', ids: 'numeric' },
  { name: /components?(Ids?)?$/i, kind: 'component', ids: 'numeric' },
  { name: /versions?(Ids?)?$/i, kind: 'version', ids: 'numeric' },
  { name: /linkTypes?(Ids?)?$/i, kind: 'linkType', ids: 'numeric' },
  { name: /transitions?(Ids?)?$/i, kind: 'transitionId', ids: 'numeric' },
  { name: /projects?(Ids?|Keys?)$/i, kind: 'project', ids: 'any' },
  { name: /connectorKeys?$/i, kind: 'connector', ids: 'any' },
  { name: /(incoming|outgoing|Mapping)Type$/, kind: 'mappingType', ids: 'any' },
  { name: /groups?(Ids?|Names?)?$/i, kind: 'group', ids: 'any' },
  {
    name: /(users?|recipients?|assignee|reporter|watchers?|accountIds?)(Ids?|Names?|Keys?)?$/i,
    kind: 'user',
    ids: 'any',
  },
];

/** Members of the synchronization that say who it is, not how it works. The caller deals with them. */
export const IDENTITY_MEMBERS: readonly string[] = [
  'integrationKey',
  'summary',
  'description',
  'status',
  'createdUser',
  'createdDate',
  'lastModifiedUser',
  'lastModifiedDate',
];

/** The same, of a connector. */
export const CONNECTOR_IDENTITY_MEMBERS: readonly string[] = [
  'connectorKey',
  'projectKey',
  'connection',
  'createdUser',
  'createdDate',
  'lastModifiedUser',
  'lastModifiedDate',
];

/** Lists whose elements have an `id` that the server allots and that refers to nothing outside. */
export const LISTS_WITH_OWN_IDS: readonly string[] = ['issueTypeMappings', 'fieldMappings', 'workflowMappings'];

/** True when the member at this path is identity: it is neither translated nor compared. */
export function isIdentity(path: readonly string[]): boolean {
  const [top, member] = path;
  if (top === undefined) return false;
  if (path.length === 1) return IDENTITY_MEMBERS.includes(top);
  if (path.length === 2 && (top === 'firstConnector' || top === 'secondConnector')) {
    return member !== undefined && CONNECTOR_IDENTITY_MEMBERS.includes(member);
  }
  return false;
}

/** True when the member at this path is an id or key that the server allots for its own use. */
export function isServerAllotted(path: readonly string[]): boolean {
  const last = path.at(-1);
  if (last === 'fieldDefaultKey') return true;
  return last === 'id' && path.length === 3 && LISTS_WITH_OWN_IDS.includes(path[0] ?? '');
}
