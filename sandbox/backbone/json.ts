/** Synchronizations as REST shows them and as files bring them: the assumed shapes of docs/assumptions.md, in that order. */
import { asList, asObject, isObject, type JsonObject, textOf } from '../http/json.ts';
import { instanceNamed } from '../world/lookup.ts';
import type { World } from '../world/model.ts';
import { backboneStamp } from '../world/stamps.ts';
import type {
  Configuration,
  ConnectorConfiguration,
  Direction,
  FieldDefault,
  FieldMapping,
  IssueTypeMapping,
  Side,
  Synchronization,
  WorkflowMapping,
} from './model.ts';
import { statusJson } from './status.ts';

/** `GET integrations/{key}`; with `configuration`, the draft of it. Passwords are never shown. */
export function integrationJson(world: World, one: Synchronization, configuration = one.configuration): JsonObject {
  const home = instanceNamed(world, one.home);
  return {
    integrationKey: one.key,
    summary: one.summary,
    description: one.description,
    createdUser: one.createdUser,
    createdDate: backboneStamp(home, one.createdAt),
    lastModifiedUser: one.modifiedUser,
    lastModifiedDate: backboneStamp(home, one.modifiedAt),
    ...(world.switches.statusEmbedded ? { status: statusJson(world, one) } : {}),
    firstConnector: connectorJson(world, one.first, configuration.first),
    issueTypeMappings: configuration.issueTypeMappings,
    fieldMappings: configuration.fieldMappings,
    secondConnector: connectorJson(world, one.second, configuration.second),
    workflowMappings: configuration.workflowMappings,
    comments: configuration.comments,
    attachments: configuration.attachments,
    filter: configuration.filter,
    ...configuration.extra,
  };
}

function connectorJson(world: World, side: Side, configuration: ConnectorConfiguration): JsonObject {
  const slash = world.switches.connectorBaseUrl === 'slash' ? '/' : '';
  const connection = side.application
    ? { application: { baseUrl: `${side.application.baseUrl}${slash}`, user: side.application.user } }
    : {};
  return { connectorKey: side.connectorKey, projectKey: side.projectKey, connection, ...configuration };
}

const DIRECTIONS: readonly Direction[] = ['EACH_OTHER', 'FIRST_TO_SECOND', 'SECOND_TO_FIRST', 'NONE'];

export function readDirection(value: unknown, otherwise: Direction): Direction {
  return DIRECTIONS.find((each) => each === value) ?? otherwise;
}

/** Throws an Error that says which member is missing. */
function needed(value: unknown, member: string): string {
  const found = textOf(value, member);
  if (found === undefined || found === '') throw new Error(`${member} is missing`);
  return found;
}

export function readIssueTypeMapping(value: unknown, id: string): IssueTypeMapping {
  return {
    ...asObject(value),
    id,
    direction: readDirection(asObject(value).direction, 'EACH_OTHER'),
    firstIssueTypeId: needed(value, 'firstIssueTypeId'),
    secondIssueTypeId: needed(value, 'secondIssueTypeId'),
  };
}

export function readFieldMapping(value: unknown, id: string): FieldMapping {
  const values = asList(asObject(value).values).map((each) => ({
    firstOptionId: needed(each, 'firstOptionId'),
    secondOptionId: needed(each, 'secondOptionId'),
  }));
  return {
    ...asObject(value),
    id,
    direction: readDirection(asObject(value).direction, 'EACH_OTHER'),
    type: needed(value, 'type'),
    firstFieldId: needed(value, 'firstFieldId'),
    secondFieldId: needed(value, 'secondFieldId'),
    ...(isObject(value) && Array.isArray(value.values) ? { values } : {}),
  };
}

export function readFieldDefault(value: unknown, fieldDefaultKey: string): FieldDefault {
  return { ...asObject(value), fieldDefaultKey, fieldId: needed(value, 'fieldId'), value: asObject(value).value };
}

export function readWorkflowMapping(value: unknown, id: string): WorkflowMapping {
  return {
    ...asObject(value),
    id,
    editor: textOf(value, 'editor') ?? 'default',
    firstIssueTypeId: needed(value, 'firstIssueTypeId'),
    secondIssueTypeId: needed(value, 'secondIssueTypeId'),
    statuses: asList(asObject(value).statuses).map((each) => ({
      firstStatusId: needed(each, 'firstStatusId'),
      secondStatusId: needed(each, 'secondStatusId'),
    })),
  };
}

const KNOWN = [
  ...['integrationKey', 'summary', 'description', 'status', 'createdUser', 'createdDate', 'lastModifiedUser'],
  ...['lastModifiedDate', 'firstConnector', 'secondConnector', 'issueTypeMappings', 'fieldMappings'],
  ...['workflowMappings', 'comments', 'attachments', 'filter'],
];

/** An exported configuration. `idFor` decides whether a mapping keeps its id; identities and connections stay behind. */
export function readConfiguration(
  value: unknown,
  idFor: (kind: string, old: string | undefined) => string,
): Configuration {
  const file = asObject(value);
  const list = <T>(
    member: string,
    kind: string,
    read: (each: unknown, id: string) => T,
    idMember = 'id',
    from: JsonObject = file,
  ) => asList(from[member]).map((each) => read(each, idFor(kind, textOf(each, idMember))));
  const connector = (member: string): ConnectorConfiguration => {
    const from = asObject(file[member]);
    return {
      fieldDefaults: list('fieldDefaults', 'fd', readFieldDefault, 'fieldDefaultKey', from),
      advancedSettings: { ...asObject(from.advancedSettings) },
    };
  };
  return {
    first: connector('firstConnector'),
    second: connector('secondConnector'),
    issueTypeMappings: list('issueTypeMappings', 'itm', readIssueTypeMapping),
    fieldMappings: list('fieldMappings', 'fm', readFieldMapping),
    workflowMappings: list('workflowMappings', 'wm', readWorkflowMapping),
    comments: readComments(file.comments),
    attachments: {
      ...asObject(file.attachments),
      direction: readDirection(asObject(file.attachments).direction, 'NONE'),
    },
    filter: readFilter(file.filter),
    extra: Object.fromEntries(Object.entries(file).filter(([member]) => !KNOWN.includes(member))),
  };
}

export function readComments(value: unknown): Configuration['comments'] {
  const direction = readDirection(asObject(value).direction, 'NONE');
  return { ...asObject(value), direction, type: textOf(value, 'type') ?? 'plain' };
}

export function readFilter(value: unknown): Configuration['filter'] {
  return { firstJql: textOf(value, 'firstJql') ?? '', secondJql: textOf(value, 'secondJql') ?? '' };
}
