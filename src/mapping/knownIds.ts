/** What a number is on an instance, whatever stands around it. */
import type { Catalogue } from './catalogue.ts';
import { KIND_WORDS, type ReferenceKind } from './references.ts';

const known = new WeakMap<Catalogue, ReadonlyMap<string, string>>();

/** `option "Major"` for its id; `undefined` when nothing that was read has it. Of a custom field also the digits alone. */
export function thingWithId(catalogue: Catalogue, id: string): string | undefined {
  let things = known.get(catalogue);
  if (things === undefined) {
    things = thingsOf(catalogue);
    known.set(catalogue, things);
  }
  return things.get(id);
}

function thingsOf(catalogue: Catalogue): ReadonlyMap<string, string> {
  const things = new Map<string, string>();
  const { fields, options, issueTypes, statuses, priorities, resolutions, components, versions } = catalogue;
  const { linkTypes, transitions, project } = catalogue;
  const lists: Partial<Record<ReferenceKind, readonly { id: string; name: string }[] | undefined>> = {
    field: fields.map(({ id, name }) => ({ id: id.replace('customfield_', ''), name })),
    option: Object.values(options).flatMap((all) => all.map(({ id, value }) => ({ id, name: value }))),
    issueType: issueTypes,
    status: statuses,
    priority: priorities,
    resolution: resolutions,
    component: components,
    version: versions,
    linkType: linkTypes,
    transitionId: transitions,
    project: project && [{ id: project.id, name: project.key }],
  };
  for (const [kind, list] of Object.entries(lists))
    for (const { id, name } of list ?? []) {
      const [before, thing] = [things.get(id), `${KIND_WORDS[kind as ReferenceKind]} "${name}"`];
      things.set(id, before === undefined ? thing : `${before} and ${thing}`);
    }
  return things;
}
