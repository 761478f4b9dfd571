/** Whatever has an id of the old instance, at whatever place nobody knows, is asked about and kept. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { catalogue, configuration, translate } from './world.ts';

const old = catalogue(0);
const IDS = [
  ...old.issueTypes.map(({ id }) => id),
  ...Object.values(old.options).flatMap((options) => options.map(({ id }) => id)),
  ...old.fields.filter(({ custom }) => custom).flatMap(({ id }) => [id, id.replace('customfield_', '')]),
  old.project?.id ?? '',
];

/** Names of one letter repeated: no name of the table or of a kind of thing. */
const name = fc.tuple(fc.constantFrom('q', 'w', 'x', 'z'), fc.integer({ min: 2, max: 6 })).map(([c, n]) => c.repeat(n));

const SHAPES: ((id: string, name: string) => unknown)[] = [
  (id, at) => ({ [at]: id }),
  (id, at) => ({ [at]: [id, 'a'] }),
  (id, at) => ({ [at]: { [id]: 'a' } }),
  (id, at) => ({ [at]: [[{ [at]: id }]] }),
  (id, at) => ({ [at]: `a=${id}` }),
  (id, at) => ({ [at]: `${id};${id}` }),
  (id, at) => ({ [at]: JSON.stringify({ [at]: id }) }),
  (id, at) => ({ [at]: /^\d+$/.test(id) ? Number(id) : id }),
];

it('finds every id of the old instance, as a text, a number, a name, in lists, tables and JSON', () => {
  const place = fc.constantFrom('top', 'firstConnector', 'fieldMapping', 'workflowMapping', 'comments');
  fc.assert(
    fc.property(place, name, fc.constantFrom(...IDS), fc.constantFrom(...SHAPES), (where, at, id, shape) => {
      const source = configuration();
      const [mapping] = source.fieldMappings as object[];
      const [workflow] = source.workflowMappings as object[];
      const holders = {
        top: source,
        firstConnector: source.firstConnector,
        fieldMapping: mapping,
        workflowMapping: workflow,
        comments: source.comments,
      };
      Object.assign(holders[where] ?? {}, shape(id, at));
      const before = translate().questions.length;
      const { questions, configuration: translated } = translate({ configuration: source });
      expect(questions.length).toBeGreaterThan(before);
      expect(JSON.stringify(translated)).toContain(id);
    }),
  );
});
