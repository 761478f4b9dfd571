/**
 * Where a configuration holds values that only mean something on one instance. A table as data: the shapes are assumed
 * (docs/assumptions.md), so a licensed Backbone that differs is met by changing rows here and nothing else.
 */

/** A side of the new synchronization, by connector. */
export type SideName = 'first' | 'second';

export type ReferenceKind = 'issueType' | 'field' | 'option' | 'status';

/** Segments of a path; `*` stands for every element of an array. Advanced settings have dots in their names, hence no dotted text. */
export type PathPattern = readonly string[];

export interface ReferenceRow {
  at: PathPattern;
  side: SideName;
  kind: ReferenceKind;
  /** Where the field of an option stands. Its leading `*` are the same elements as those of `at`. */
  field?: PathPattern;
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
    { at: [connector, 'advancedSettings', 'sync.correlationFieldId'], side, kind: 'field' },
  ];
};

export const REFERENCES: readonly ReferenceRow[] = SIDES.flatMap(rowsOf);

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
