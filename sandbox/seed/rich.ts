/** What richer fields a seeded world has where that is asked for: a cascading field, labels, components, versions. */
import type { FieldMapping } from '../backbone/model.ts';
import { fieldIdFor, fieldOf } from '../world/lookup.ts';
import type { CustomField, Instance, LiveSide, NamedThing, Option } from '../world/model.ts';
import { optionValues } from './configuration.ts';

const REGIONS = [
  ['Europe', 'Berlin', 'Paris'],
  ['Asia', 'Tokyo', 'Delhi'],
] as const;

/** Ids of the options follow `firstOption`, the second level after the first. */
export function regionField(id: string, firstOption: number): CustomField {
  let next = firstOption;
  const above = REGIONS.map(([name]): Option => ({ id: String(next++), name }));
  const below = REGIONS.flatMap(([, ...names], n) =>
    names.map((name): Option => ({ id: String(next++), name, parent: above[n]?.id ?? '' })),
  );
  return { id, name: 'Region', type: 'cascadingselect', options: [...above, ...below], meaning: 'region' };
}

/** Components and versions of a project, under ids that follow its own. */
export function furnish(instance: Instance, projectKey: string): void {
  const project = instance.projects.get(projectKey);
  if (!project) return;
  const idOf = (n: number) => String(Number(project.id) * 10 + n);
  project.components.push(...['API', 'Docs', 'Web'].map((name, n) => ({ id: idOf(n), name })));
  project.versions.push({ id: idOf(0), name: '1.0', released: true }, { id: idOf(1), name: '2.0', released: false });
}

/** Of the nth issue. */
export function richMeanings(n: number): Record<string, string> {
  return {
    region: n % 2 === 0 ? 'Asia' : 'Europe - Berlin',
    ...(n % 3 === 0 ? {} : { labels: n % 2 === 0 ? 'backend customer' : 'customer' }),
    ...(n % 4 === 0 ? {} : { components: n % 2 === 0 ? 'API, Web' : 'Docs' }),
    ...(n % 5 === 0 ? {} : { fixVersions: n % 3 === 0 ? '1.0, 2.0' : '1.0' }),
  };
}

export function richMappings(first: LiveSide, second: LiveSide): FieldMapping[] {
  const region = ({ instance }: LiveSide) => fieldIdFor(instance, 'region') ?? '';
  const options = (side: LiveSide) => fieldOf(side.instance, region(side))?.options ?? [];
  const components = ({ instance, projectKey }: LiveSide): NamedThing[] =>
    instance.projects.get(projectKey)?.components ?? [];
  const mapping = (id: string, type: string, [firstFieldId, secondFieldId]: [string, string]): FieldMapping => {
    return { id, direction: 'EACH_OTHER', type, firstFieldId, secondFieldId };
  };
  return [
    {
      ...mapping('fm-6', 'correlation', [region(first), region(second)]),
      values: optionValues(options(first), options(second)),
    },
    mapping('fm-7', 'passthrough', ['labels', 'labels']),
    {
      ...mapping('fm-8', 'correlation', ['components', 'components']),
      values: optionValues(components(first), components(second)),
    },
    mapping('fm-9', 'passthrough', ['fixVersions', 'fixVersions']),
  ];
}
