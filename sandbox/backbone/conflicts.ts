/** Validation: every id a configuration names must exist on the instance its connector points at. */
import { fieldOf, isSystemField } from '../world/lookup.ts';
import type { Instance, LiveSide, World } from '../world/model.ts';
import { choicesOf } from '../world/values.ts';
import type { Configuration, SideName, Synchronization } from './model.ts';
import { instanceOfSide } from './status.ts';

export interface Conflict {
  tab: string;
  path: string;
  message: string;
}

export function conflictsOf(world: World, one: Synchronization, configuration: Configuration): Conflict[] {
  const conflicts: Conflict[] = [];
  const add = (tab: string, path: string, message: string) => conflicts.push({ tab, path, message });
  if (configuration.issueTypeMappings.length === 0) add('Issue types', 'issueTypeMappings', 'No issue type is mapped');
  for (const name of ['first', 'second'] as const) {
    const side = one[name];
    const instance = instanceOfSide(world, one, side);
    if (!instance) {
      add('Connection', `${name}Connector.connection`, `No Jira answers at ${side.application?.baseUrl}`);
    } else if (!instance.projects.has(side.projectKey)) {
      add('Connection', `${name}Connector.projectKey`, `Project ${side.projectKey} does not exist`);
    } else {
      conflicts.push(...sideConflicts({ instance, projectKey: side.projectKey }, configuration, name));
    }
  }
  return conflicts;
}

function sideConflicts({ instance, projectKey }: LiveSide, configuration: Configuration, name: SideName): Conflict[] {
  const found: Conflict[] = [];
  const has = (list: readonly { id: string }[], id: string) => list.some((each) => each.id === id);
  const check = (fine: boolean, tab: string, path: string, message: string) => {
    if (!fine) found.push({ tab, path, message });
  };
  const typeMember = name === 'first' ? 'firstIssueTypeId' : 'secondIssueTypeId';
  const typeTest = (
    tab: string,
    list: string,
    mapping: { id: string; firstIssueTypeId: string; secondIssueTypeId: string },
  ) => {
    const id = mapping[typeMember];
    check(has(instance.issueTypes, id), tab, `${list}[${mapping.id}].${typeMember}`, `Issue type ${id} does not exist`);
  };
  for (const mapping of configuration.issueTypeMappings) typeTest('Issue types', 'issueTypeMappings', mapping);
  for (const mapping of configuration.workflowMappings) {
    typeTest('Workflows', 'workflowMappings', mapping);
    for (const status of mapping.statuses) {
      const member = name === 'first' ? 'firstStatusId' : 'secondStatusId';
      const path = `workflowMappings[${mapping.id}].statuses.${member}`;
      check(has(instance.statuses, status[member]), 'Workflows', path, `Status ${status[member]} does not exist`);
    }
  }
  for (const mapping of configuration.fieldMappings) {
    const member = name === 'first' ? 'firstFieldId' : 'secondFieldId';
    const id = mapping[member];
    const path = `fieldMappings[${mapping.id}].${member}`;
    if (!fieldExists(instance, id)) {
      check(false, 'Fields - Mappings', path, `Field ${id} does not exist`);
      continue;
    }
    const choices = choicesOf(instance, id, projectKey) ?? [];
    for (const value of mapping.values ?? []) {
      const option = value[name === 'first' ? 'firstOptionId' : 'secondOptionId'];
      check(
        has(choices, option),
        'Fields - Mappings',
        `fieldMappings[${mapping.id}].values`,
        `Option ${option} of ${id} does not exist`,
      );
    }
  }
  for (const { fieldDefaultKey, fieldId, value } of configuration[name].fieldDefaults) {
    const path = `${name}Connector.fieldDefaults[${fieldDefaultKey}]`;
    check(fieldExists(instance, fieldId), 'Fields - Default values', path, `Field ${fieldId} does not exist`);
    const option = typeof value === 'object' && value !== null && 'id' in value ? String(value.id) : undefined;
    const choices = choicesOf(instance, fieldId, projectKey);
    if (option !== undefined && choices)
      check(has(choices, option), 'Fields - Default values', path, `Option ${option} of ${fieldId} does not exist`);
  }
  const correlation = configuration[name].advancedSettings['sync.correlationFieldId'];
  if (typeof correlation === 'string') {
    const path = `${name}Connector.advancedSettings.sync.correlationFieldId`;
    check(fieldExists(instance, correlation), 'Advanced settings', path, `Field ${correlation} does not exist`);
  }
  return found;
}

function fieldExists(instance: Instance, fieldId: string): boolean {
  return isSystemField(fieldId) || fieldOf(instance, fieldId) !== undefined;
}
