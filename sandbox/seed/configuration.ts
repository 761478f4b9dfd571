/** The configuration of the original synchronization, in the ids of the instances its connectors point at. */
import type { Configuration, FieldMapping, WorkflowMapping } from '../backbone/model.ts';
import { fieldIdFor, fieldOf } from '../world/lookup.ts';
import type { Instance, NamedThing } from '../world/model.ts';

function pairsByName(first: readonly NamedThing[], second: readonly NamedThing[]): [string, string][] {
  return first.flatMap((one): [string, string][] => {
    const other = second.find((each) => each.name === one.name);
    return other ? [[one.id, other.id]] : [];
  });
}

export function optionValues(first: readonly NamedThing[], second: readonly NamedThing[]) {
  return pairsByName(first, second).map(([firstOptionId, secondOptionId]) => ({ firstOptionId, secondOptionId }));
}

/** Field mappings summary, description, priority, Severity and Customer reference, all in both directions. */
export function seedConfiguration(first: Instance, second: Instance): Configuration {
  const id = (instance: Instance, meaning: string) => fieldIdFor(instance, meaning) ?? meaning;
  const severity = [first, second].map((instance) => fieldOf(instance, id(instance, 'severity'))?.options ?? []);
  const field = (key: string, meaning: string, type: string): FieldMapping => ({
    id: key,
    direction: 'EACH_OTHER',
    type,
    firstFieldId: id(first, meaning),
    secondFieldId: id(second, meaning),
  });
  const mappedTypes = pairsByName(first.issueTypes, second.issueTypes).slice(0, 3);
  const statuses = pairsByName(first.statuses, second.statuses);
  const major = severity.map((options) => options.find((option) => option.name === 'Major')?.id ?? '');
  const defaults = (key: string, instance: Instance, option: string | undefined) => [
    { fieldDefaultKey: key, fieldId: id(instance, 'severity'), value: { id: option ?? '' } },
  ];
  return {
    first: {
      fieldDefaults: defaults('fd-1', first, major[0]),
      advancedSettings: { 'sync.outgoingInterval': '5s' },
    },
    second: {
      fieldDefaults: defaults('fd-2', second, major[1]),
      advancedSettings: { 'sync.outgoingInterval': '5s' },
    },
    issueTypeMappings: mappedTypes.map(([firstIssueTypeId, secondIssueTypeId], n) => ({
      id: `itm-${n + 1}`,
      direction: 'EACH_OTHER',
      firstIssueTypeId,
      secondIssueTypeId,
    })),
    fieldMappings: [
      field('fm-1', 'summary', 'passthrough'),
      field('fm-2', 'description', 'passthrough'),
      { ...field('fm-3', 'priority', 'correlation'), values: optionValues(first.priorities, second.priorities) },
      { ...field('fm-4', 'severity', 'correlation'), values: optionValues(severity[0] ?? [], severity[1] ?? []) },
      field('fm-5', 'customerReference', 'passthrough'),
    ],
    workflowMappings: mappedTypes.map(
      ([firstIssueTypeId, secondIssueTypeId], n): WorkflowMapping => ({
        id: `wm-${n + 1}`,
        editor: 'default',
        firstIssueTypeId,
        secondIssueTypeId,
        statuses: statuses.map(([firstStatusId, secondStatusId]) => ({ firstStatusId, secondStatusId })),
      }),
    ),
    comments: { direction: 'EACH_OTHER', type: 'plain' },
    attachments: { direction: 'NONE' },
    filter: { firstJql: '', secondJql: '' },
    extra: { notifications: { recipients: ['admin'] } },
  };
}
