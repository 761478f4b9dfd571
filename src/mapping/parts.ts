/** What of a configuration a draft can carry (documented list), and what only a person's import can. */
import type { Synchronization } from '../backbone/types.ts';
import { isObject, type JsonObject, memberAt } from './json.ts';
import { isIdentity } from './references.ts';

/** Elements without the ids that the server allots: as they are added. */
export interface DraftParts {
  issueTypeMappings: JsonObject[];
  fieldMappings: JsonObject[];
  firstFieldDefaults: JsonObject[];
  secondFieldDefaults: JsonObject[];
}

export interface PersonParts {
  workflowMappings: unknown;
  comments: unknown;
  attachments: unknown;
  filter: unknown;
  firstAdvancedSettings: unknown;
  secondAdvancedSettings: unknown;
  /** Members nobody named, by path. They go with the configuration file only. Absent when there is none. */
  others?: JsonObject;
}

export const draftParts = (configuration: Synchronization): DraftParts => ({
  issueTypeMappings: elements(configuration, ['issueTypeMappings']),
  fieldMappings: elements(configuration, ['fieldMappings']),
  firstFieldDefaults: elements(configuration, ['firstConnector', 'fieldDefaults']),
  secondFieldDefaults: elements(configuration, ['secondConnector', 'fieldDefaults']),
});

export function personParts(configuration: Synchronization): PersonParts {
  const others = otherMembers(configuration);
  return {
    workflowMappings: configuration.workflowMappings,
    comments: configuration.comments,
    attachments: configuration.attachments,
    filter: configuration.filter,
    firstAdvancedSettings: configuration.firstConnector.advancedSettings,
    secondAdvancedSettings: configuration.secondConnector.advancedSettings,
    ...(Object.keys(others).length > 0 ? { others } : {}),
  };
}

function elements(configuration: Synchronization, path: string[]): JsonObject[] {
  const list = memberAt(configuration, path);
  if (!Array.isArray(list)) return [];
  return list.filter(isObject).map(({ id: _id, fieldDefaultKey: _key, ...element }) => element);
}

const NAMED = ['issueTypeMappings', 'fieldMappings', 'workflowMappings', 'comments', 'attachments', 'filter'];
const CONNECTORS = ['firstConnector', 'secondConnector'];

function otherMembers(configuration: Synchronization): JsonObject {
  const top = Object.entries(configuration).filter(
    ([name]) => !isIdentity([name]) && !NAMED.includes(name) && !CONNECTORS.includes(name),
  );
  const ofConnectors = CONNECTORS.flatMap((connector) => {
    const value = configuration[connector];
    if (!isObject(value)) return [];
    return Object.entries(value)
      .filter(([name]) => !isIdentity([connector, name]) && name !== 'fieldDefaults' && name !== 'advancedSettings')
      .map(([name, member]): [string, unknown] => [`${connector}.${name}`, member]);
  });
  return Object.fromEntries([...top, ...ofConnectors]);
}
