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
  const add = (kind: ReferenceKind, list: readonly { id: string; name: string }[] = []): void => {
    for (const { id, name } of list) {
      const thing = `${KIND_WORDS[kind]} "${name}"`;
      const before = things.get(id);
      things.set(id, before === undefined ? thing : `${before} and ${thing}`);
    }
  };
  add(
    'field',
    catalogue.fields.map(({ id, name }) => ({ id: id.replace('customfield_', ''), name })),
  );
  const options = Object.values(catalogue.options).flat();
  add(
    'option',
    options.map(({ id, value }) => ({ id, name: value })),
  );
  add('issueType', catalogue.issueTypes);
  add('status', catalogue.statuses);
  add('priority', catalogue.priorities);
  add('resolution', catalogue.resolutions);
  add('component', catalogue.components);
  add('version', catalogue.versions);
  add('linkType', catalogue.linkTypes);
  add('transitionId', catalogue.transitions);
  if (catalogue.project) add('project', [{ id: catalogue.project.id, name: catalogue.project.key }]);
  return things;
}
