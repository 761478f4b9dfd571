/** What values of fields are made of, and what they mean whatever the ids are on an instance. */
import { fieldOf } from './lookup.ts';
import type { Instance, Option } from './model.ts';

/** `choices`: any number of them; `cascade`: one, and perhaps one below it. */
export type ValueKind = 'text' | 'labels' | 'choice' | 'choices' | 'cascade';

const SYSTEM_KINDS: Record<string, ValueKind> = {
  priority: 'choice',
  status: 'choice',
  issuetype: 'choice',
  labels: 'labels',
  components: 'choices',
  fixVersions: 'choices',
};

export function kindOfValue(instance: Instance, fieldId: string): ValueKind {
  const system = SYSTEM_KINDS[fieldId];
  if (system) return system;
  const type = fieldOf(instance, fieldId)?.type;
  if (type === 'cascadingselect') return 'cascade';
  return type === 'select' ? 'choice' : 'text';
}

/** The choices of a field, or undefined for free text. Components and versions are a project's; of all projects where none is named. */
export function choicesOf(instance: Instance, fieldId: string, projectKey?: string): Option[] | undefined {
  if (fieldId === 'priority') return instance.priorities;
  if (fieldId === 'status') return instance.statuses;
  if (fieldId === 'issuetype') return instance.issueTypes;
  if (fieldId === 'components' || fieldId === 'fixVersions') {
    const all = [...instance.projects.values()].filter(({ key }) => projectKey === undefined || key === projectKey);
    return all.flatMap(({ components, versions }): Option[] => (fieldId === 'components' ? components : versions));
  }
  const kind = kindOfValue(instance, fieldId);
  return kind === 'choice' || kind === 'cascade' ? fieldOf(instance, fieldId)?.options : undefined;
}

/** Ids that a value holds, the level above first. */
export function idsIn(instance: Instance, fieldId: string, value: string): string[] {
  const kind = kindOfValue(instance, fieldId);
  if (kind === 'choices') return value.split(',');
  return kind === 'cascade' ? value.split(':') : [value];
}

/** Null where there are none. */
export function valueOfIds(instance: Instance, fieldId: string, ids: readonly string[]): string | null {
  if (ids.length === 0) return null;
  if (kindOfValue(instance, fieldId) === 'cascade') return ids.slice(0, 2).join(':');
  return [...new Set(ids)].sort((one, other) => Number(one) - Number(other)).join(',');
}

/** The choices that a value holds, as far as they exist. */
export function choicesIn(instance: Instance, fieldId: string, value: string | undefined): Option[] {
  if (value === undefined || value === '') return [];
  const choices = choicesOf(instance, fieldId) ?? [];
  return idsIn(instance, fieldId, value).flatMap((id) => choices.find((choice) => choice.id === id) ?? []);
}

/** Sorted, each once. */
export const labelsValue = (labels: readonly string[]): string | null =>
  labels.length === 0 ? null : [...new Set(labels)].sort().join(' ');

export const labelsIn = (value: string | undefined): string[] => (value ? value.split(' ') : []);

/** The value as a person reads it: `High`, `API, Web`, `Europe - Paris`, `label another`. */
export function valueMeaning(instance: Instance, fieldId: string, value: string | null | undefined): string | null {
  if (value === undefined || value === null || value === '') return null;
  const kind = kindOfValue(instance, fieldId);
  if (kind === 'text' || kind === 'labels') return value;
  const names = choicesIn(instance, fieldId, value).map(({ name }) => name);
  if (names.length === 0) return null;
  return kind === 'cascade' ? names.join(' - ') : names.sort().join(', ');
}

/** The value that means this in this project. Undefined: there is no such choice. */
export function valueFor(
  instance: Instance,
  fieldId: string,
  meaning: string | null,
  projectKey?: string,
): string | null | undefined {
  if (meaning === null) return null;
  const kind = kindOfValue(instance, fieldId);
  if (kind === 'text') return meaning;
  if (kind === 'labels') return labelsValue(meaning.split(/\s+/).filter((label) => label !== ''));
  const choices = choicesOf(instance, fieldId, projectKey) ?? [];
  if (kind === 'choice') return choices.find((choice) => choice.name === meaning)?.id;
  const ids = kind === 'cascade' ? levels(choices, meaning) : meaning.split(', ').map((name) => named(choices, name));
  return ids.includes(undefined)
    ? undefined
    : valueOfIds(
        instance,
        fieldId,
        ids.flatMap((id) => id ?? []),
      );
}

const named = (choices: readonly Option[], name: string, parent?: string): string | undefined =>
  choices.find((choice) => choice.name === name && choice.parent === parent)?.id;

function levels(choices: readonly Option[], meaning: string): (string | undefined)[] {
  const above = choices.find(
    ({ name, parent }) => parent === undefined && (meaning === name || meaning.startsWith(`${name} - `)),
  );
  if (!above) return [undefined];
  const below = meaning.slice(above.name.length + ' - '.length);
  return below === '' ? [above.id] : [above.id, named(choices, below, above.id)];
}
