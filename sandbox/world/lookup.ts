/** Finding things in an instance, and what a value means whatever its id is there. */
import type { CustomField, Instance, Issue, Project, World } from './model.ts';

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
  labels: 'labels',
  components: 'Component',
  fixVersions: 'Fix Version',
};

export function isSystemField(fieldId: string): boolean {
  return fieldId in SYSTEM_NAMES;
}

export function fieldName(instance: Instance, fieldId: string): string {
  return SYSTEM_NAMES[fieldId] ?? fieldOf(instance, fieldId)?.name ?? fieldId;
}

/** What the field stands for: the same word on every instance. */
export function fieldMeaning(instance: Instance, fieldId: string): string {
  return fieldOf(instance, fieldId)?.meaning ?? fieldId;
}

export function fieldIdFor(instance: Instance, meaning: string): string | undefined {
  if (isSystemField(meaning)) return meaning;
  return instance.fields.find((field) => field.meaning === meaning)?.id;
}
