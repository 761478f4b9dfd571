/** Finding things in an instance, and what a value means whatever its id is there. */
import type { CustomField, Instance, Issue, NamedThing, Project, World } from './model.ts';

export function instanceNamed(world: Pick<World, 'instances'>, name: string): Instance {
  const found = world.instances.get(name);
  if (!found) throw new Error(`There is no instance ${name}`);
  return found;
}

export function instanceAt(world: World, baseUrl: string): Instance | undefined {
  const wanted = baseUrl.replace(/\/+$/, '');
  return [...world.instances.values()].find(
    ({ baseUrl: own, addresses }) => own === wanted || addresses.includes(wanted),
  );
}

export function projectOf(instance: Instance, key: string): Project {
  const found = instance.projects.get(key);
  if (!found) throw new Error(`${instance.name} has no project ${key}`);
  return found;
}

/** By key (any case, and keys from before a move, as Jira) or by numeric id. */
export function issueOf(instance: Instance, keyOrId: string): Issue | undefined {
  const asked = keyOrId.toUpperCase();
  const key = instance.movedKeys.get(asked) ?? asked;
  const project = instance.projects.get(key.slice(0, key.lastIndexOf('-')));
  const byKey = project?.issues.get(key);
  if (byKey || !/^\d+$/.test(keyOrId)) return byKey;
  for (const each of instance.projects.values()) {
    for (const issue of each.issues.values()) if (issue.id === keyOrId) return issue;
  }
  return undefined;
}

export function fieldOf(instance: Instance, fieldId: string): CustomField | undefined {
  return instance.fields.find((field) => field.id === fieldId);
}

const SYSTEM_NAMES: Record<string, string> = {
  summary: 'Summary',
  description: 'Description',
  priority: 'Priority',
  status: 'Status',
  issuetype: 'Issue Type',
};

export function isSystemField(fieldId: string): boolean {
  return fieldId in SYSTEM_NAMES;
}

export function fieldName(instance: Instance, fieldId: string): string {
  return SYSTEM_NAMES[fieldId] ?? fieldOf(instance, fieldId)?.name ?? fieldId;
}

/** The values a field can have, or undefined for free text. */
export function choicesOf(instance: Instance, fieldId: string): NamedThing[] | undefined {
  if (fieldId === 'priority') return instance.priorities;
  if (fieldId === 'status') return instance.statuses;
  if (fieldId === 'issuetype') return instance.issueTypes;
  const field = fieldOf(instance, fieldId);
  return field?.type === 'select' ? field.options : undefined;
}

/** What the field stands for: the same word on every instance. */
export function fieldMeaning(instance: Instance, fieldId: string): string {
  return fieldOf(instance, fieldId)?.meaning ?? fieldId;
}

export function fieldIdFor(instance: Instance, meaning: string): string | undefined {
  if (isSystemField(meaning)) return meaning;
  return instance.fields.find((field) => field.meaning === meaning)?.id;
}

/** The value as a person reads it; option names instead of ids. */
export function valueMeaning(instance: Instance, fieldId: string, value: string | null | undefined): string | null {
  if (value === undefined || value === null || value === '') return null;
  const choices = choicesOf(instance, fieldId);
  return choices ? (choices.find((choice) => choice.id === value)?.name ?? null) : value;
}

/** The id of a named choice, or the text itself. Undefined: this instance has no such choice. */
export function valueFor(instance: Instance, fieldId: string, meaning: string | null): string | null | undefined {
  if (meaning === null) return null;
  const choices = choicesOf(instance, fieldId);
  return choices ? choices.find((choice) => choice.name === meaning)?.id : meaning;
}
