/** The field mappings of the new configuration, as what is compared and carried by them needs them. */
import type { Synchronization } from '../../backbone/types.ts';
import type { Side } from '../../contract/steps.ts';
import { textFrom } from '../../contract/text.ts';
import type { ComparableMapping } from '../../evidence/fieldValues.ts';
import type { DirectedMapping } from '../../pairs/directions.ts';
import { planOf, type StepContext } from '../context.ts';

/** Stands among field mappings although it is none: a resync of fields does not carry it, so it is only compared. */
export const STATUS = 'status';

/** Field mappings with both field ids; A is the new synchronization's first connector. */
export function fieldPairs(configuration: Synchronization): DirectedMapping[] {
  return mappingsOf(configuration).map((mapping) => ({
    id: textFrom(mapping.id),
    aField: textFrom(mapping.firstFieldId),
    bField: textFrom(mapping.secondFieldId),
    direction: textFrom(mapping.direction),
  }));
}

/** The same with what is needed to compare values of both sides; the status too, which workflow mappings carry. */
export function comparableMappings(configuration: Synchronization): ComparableMapping[] {
  const fields = mappingsOf(configuration).map((mapping) => ({
    id: textFrom(mapping.id),
    aField: textFrom(mapping.firstFieldId),
    bField: textFrom(mapping.secondFieldId),
    type: textFrom(mapping.type),
    values: listOf(mapping.values).map((entry) => ({
      first: textFrom(entry.firstOptionId),
      second: textFrom(entry.secondOptionId),
    })),
  }));
  const statuses = listOf(configuration.workflowMappings).flatMap((mapping) => listOf(mapping.statuses));
  if (statuses.length === 0) return fields;
  const values = statuses.map((entry) => ({
    first: textFrom(entry.firstStatusId),
    second: textFrom(entry.secondStatusId),
  }));
  return [...fields, { id: STATUS, aField: STATUS, bField: STATUS, type: 'correlation', values }];
}

/** Whether summaries can be expected to be equal: where something else is made of them, or nothing, they differ for good. */
export const isSummaryCarried = (configuration: Synchronization): boolean =>
  mappingsOf(configuration).some(
    ({ type, direction, firstFieldId, secondFieldId }) =>
      type === 'passthrough' && direction !== 'NONE' && firstFieldId === 'summary' && secondFieldId === 'summary',
  );

export const mappingsOf = ({ fieldMappings }: Synchronization): Record<string, unknown>[] => listOf(fieldMappings);

const listOf = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? value : []);

/** As `fieldPairs`, and the status; with the fields' names, by which histories list them where they have no ids. */
export async function historyMappings(
  context: StepContext,
  configuration: Synchronization,
): Promise<DirectedMapping[]> {
  const { a, b } = planOf(context);
  const [onA, onB] = await Promise.all([namesInHistory(context, a), namesInHistory(context, b)]);
  return [
    ...fieldPairs(configuration).map((mapping) => ({
      ...mapping,
      ...(onA.has(mapping.aField) ? { aName: onA.get(mapping.aField) } : {}),
      ...(onB.has(mapping.bField) ? { bName: onB.get(mapping.bField) } : {}),
    })),
    { id: STATUS, aField: STATUS, bField: STATUS, direction: 'EACH_OTHER' },
  ];
}

export interface HistoryName {
  name: string;
  /** Another field of this instance has it too: whose change it was cannot be told. */
  shared: boolean;
}

/** Histories have the names of these in the singular. */
const SINGULAR: Record<string, string> = { fixVersions: 'Fix Version', versions: 'Version', components: 'Component' };

/** By field id: histories on Data Center have no ids, and names of custom fields, which need not be one field's alone. */
export async function namesInHistory(context: StepContext, side: Side): Promise<Map<string, HistoryName>> {
  if (side.unread) return new Map();
  const fields = await context.open(side.instance).jira.fields();
  const names = fields.map(({ id, name, custom }) => ({ id, name: custom ? name : (SINGULAR[id] ?? id) }));
  const count = Map.groupBy(names, ({ name }) => name);
  return new Map(names.map(({ id, name }) => [id, { name, shared: (count.get(name)?.length ?? 0) > 1 }]));
}
