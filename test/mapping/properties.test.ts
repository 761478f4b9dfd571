import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Synchronization } from '../../src/backbone/types.ts';
import type { Catalogue } from '../../src/mapping/catalogue.ts';
import { sameConfiguration } from '../../src/mapping/compare.ts';
import { parseDocument, renderDocument } from '../../src/mapping/document.ts';
import { swapNode } from '../../src/mapping/swap.ts';
import { catalogue, configuration, moved, SELECT, stayed, TEXT, translate, translateConfiguration } from './world.ts';

const NAMES = ['Severity', 'Größe', 'Kunde', 'Sprint goal', 'Severity (migrated)', 'severity ', 'ÉTAT'];

interface Drawn {
  name: string;
  type: string;
  id: number;
  optionIds: number[];
}

const drawn = fc.record({
  name: fc.constantFrom(...NAMES),
  type: fc.constantFrom(SELECT, TEXT),
  id: fc.integer({ min: 10000, max: 10400 }),
  optionIds: fc.uniqueArray(fc.integer({ min: 20000, max: 20400 }), { minLength: 2, maxLength: 2 }),
});

const fieldsOf = (fields: Drawn[]): Pick<Catalogue, 'fields' | 'options'> => ({
  fields: fields.map(({ id, name, type }) => ({ id: `customfield_${id}`, name, type, custom: true })),
  options: Object.fromEntries(
    fields.map(({ id, optionIds: [one, two] }) => [
      `customfield_${id}`,
      [
        { id: String(one), value: 'Minor', disabled: false },
        { id: String(two), value: 'Major', disabled: false },
      ],
    ]),
  ),
});

const mappings = (fields: Drawn[]): Synchronization => ({
  ...configuration(),
  firstConnector: { connectorKey: 'CON-1', projectKey: 'PA' },
  workflowMappings: [],
  issueTypeMappings: [],
  fieldMappings: fields.map(({ id, optionIds: [one] }, n) => ({
    id: `fm-${n}`,
    firstFieldId: `customfield_${id}`,
    secondFieldId: 'summary',
    values: [{ firstOptionId: String(one) }],
  })),
});

const run = (oldFields: Drawn[], newFields: Drawn[], decided: Record<string, string> = {}) =>
  translateConfiguration({
    configuration: mappings(oldFields),
    swapped: false,
    sides: {
      first: moved({ ...catalogue(0), ...fieldsOf(oldFields) }, { ...catalogue(500), ...fieldsOf(newFields) }),
      second: stayed(catalogue(700), 'jira-b'),
    },
    projectKeys: { first: 'PA', second: 'PB' },
    decided,
  });

const uniqueById = fc.uniqueArray(drawn, { selector: ({ id }) => id, maxLength: 7 });
const uniqueByName = fc.uniqueArray(drawn, {
  comparator: (x, y) =>
    x.id === y.id ||
    x.name.trim().toLowerCase().replace(' (migrated)', '') === y.name.trim().toLowerCase().replace(' (migrated)', ''),
  maxLength: 5,
});

describe('translation, whatever the instances look like', () => {
  it('finds every field and option by name when ids are dealt anew', () => {
    fc.assert(
      fc.property(
        uniqueByName,
        fc.uniqueArray(fc.integer({ min: 30000, max: 39000 }), { minLength: 15, maxLength: 15 }),
        (fields, ids) => {
          const now = fields
            .map((field, n) => ({ ...field, id: ids[n] ?? 0, optionIds: [ids[5 + n] ?? 0, ids[10 + n] ?? 0] }))
            .toReversed();
          const { configuration: translated, questions } = run(fields, now);
          expect(questions).toEqual([]);
          const found = translated.fieldMappings as { firstFieldId: string; values: { firstOptionId: string }[] }[];
          for (const [n, { name }] of fields.entries()) {
            const counterpart = now.find((each) => each.name === name);
            expect(found[n]?.firstFieldId).toBe(`customfield_${counterpart?.id}`);
            expect(found[n]?.values[0]?.firstOptionId).toBe(String(counterpart?.optionIds[0]));
          }
        },
      ),
    );
  });

  it('never chooses in silence: what changed has exactly one namesake of its type, all else is a question', () => {
    fc.assert(
      fc.property(uniqueById, uniqueById, (oldFields, newFields) => {
        const { references, questions, unresolved, configuration: translated } = run(oldFields, newFields);
        const base = (name: string) => name.trim().toLowerCase().replace(' (migrated)', '');
        for (const { path, old, new: now, rule } of references.filter(({ path }) => path.endsWith('firstFieldId'))) {
          expect(rule, path).toBe('name and type');
          const wanted = oldFields.find(({ id }) => `customfield_${id}` === old);
          const fitting = newFields.filter(
            ({ name, type }) => type === wanted?.type && base(name) === base(wanted?.name ?? ''),
          );
          expect(fitting.map(({ id }) => `customfield_${id}`)).toEqual([now]);
        }
        const settled = references.filter(
          ({ path }) => path.startsWith('fieldMappings') && !path.includes('second'),
        ).length;
        expect(settled + unresolved.length).toBe(2 * oldFields.length);
        expect(questions.length === 0).toBe(unresolved.length === 0);
        // What is not settled is as it was.
        const text = JSON.stringify(translated);
        for (const entry of unresolved) expect(text).toContain(entry.split(' ')[1]);
      }),
    );
  });

  it('ends: answering every question with its first choice leaves none', () => {
    fc.assert(
      fc.property(
        uniqueById,
        fc.uniqueArray(drawn, { selector: ({ id }) => id, minLength: 1, maxLength: 7 }),
        (oldFields, newFields) => {
          const decided: Record<string, string> = {};
          for (let round = 0; round < 3; round++) {
            for (const { id, choices } of run(oldFields, newFields, decided).questions) {
              decided[id] = choices[0]?.value ?? `customfield_${newFields[0]?.id}`;
            }
          }
          const { questions, unresolved } = run(oldFields, newFields, decided);
          expect(questions).toEqual([]);
          expect(unresolved).toEqual([]);
        },
      ),
    );
  });

  it('is a fixpoint: translated once more between equal catalogues, nothing changes', () => {
    const { configuration: once } = translate();
    for (const first of [stayed(catalogue(500), 'jira-new'), moved(catalogue(500), catalogue(500))]) {
      const again = translate({ configuration: once, sides: { first, second: stayed(catalogue(700), 'jira-b') } });
      expect(again.changes).toEqual([]);
      expect(again.questions).toEqual([]);
      expect(JSON.stringify(again.configuration)).toBe(JSON.stringify(once));
    }
  });

  it('loses no unknown member, wherever it stands, and keeps the order of members', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string().map((name) => `x-${name}`),
          // As an answer brings it: JSON has no -0.
          fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value))),
        ),
        (unknown) => {
          const source = configuration();
          Object.assign(source, unknown);
          Object.assign(source.firstConnector, unknown);
          const mapping = (source.fieldMappings as Record<string, unknown>[])[0];
          if (mapping) Object.assign(mapping, unknown);
          const { configuration: translated } = translate({ configuration: source });
          expect(Object.keys(translated)).toEqual(Object.keys(source));
          expect(translated).toMatchObject(unknown);
          expect(Object.keys(translated.firstConnector)).toEqual(Object.keys(source.firstConnector));
          expect((translated.fieldMappings as unknown[])[0]).toEqual(mapping);
        },
      ),
    );
  });

  it('never passes on a custom field id of a moved side at a place it does not know', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(), fc.string(), (around, number, name) => {
        const source = configuration();
        source[`x${name}`] = [around, { [`y${name}`]: `a customfield_${number} b` }];
        const { questions, unresolved } = translate({ configuration: source });
        expect(questions.some(({ text }) => text.includes(`customfield_${number}`))).toBe(true);
        expect(unresolved.length).toBeGreaterThan(0);
      }),
    );
  });
});

describe('exchanging sides', () => {
  const directions = fc.constantFrom('FIRST_TO_SECOND', 'SECOND_TO_FIRST', 'EACH_OTHER');
  const names = fc.oneof(
    fc.constantFrom(
      'firstFieldId',
      'secondFieldId',
      'firstConnector',
      'secondConnector',
      'firstToSecond',
      'secondToFirst',
      'firstname',
    ),
    fc.string(),
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      directions,
      fc.string(),
      fc.integer(),
      fc.array(tie('tree')),
      fc.dictionary(names, tie('tree')),
    ),
  }));

  function swapSides<T>(value: T): T {
    const document = parseDocument(JSON.stringify(value));
    swapNode(document.root);
    return JSON.parse(renderDocument(document));
  }

  it('twice gives back the same bytes', () => {
    fc.assert(
      fc.property(tree, (value) => {
        expect(JSON.stringify(swapSides(swapSides(value)))).toBe(JSON.stringify(value));
      }),
      // Texts that every object inherits a member for.
      { examples: [['valueOf'], [{ constructor: 'toString' }], [['__proto__']]] },
    );
  });

  it('turns members, directions and connectors, and keeps the order of members', () => {
    const swapped = swapSides(configuration());
    expect(Object.keys(swapped)).toEqual(Object.keys(configuration()));
    expect(swapped.firstConnector.connectorKey).toBe('CON-49-PB');
    expect((swapped.fieldMappings as { direction: string }[]).map(({ direction }) => direction)).toEqual([
      'EACH_OTHER',
      'EACH_OTHER',
      'FIRST_TO_SECOND',
    ]);
    expect(swapped.summary).toBe('PA <> PB');
  });
});

describe('comparing configurations', () => {
  it('sees no difference in ids that the server allots, in identity, or in order', () => {
    const other = configuration();
    other.integrationKey = 'INT-99';
    other.lastModifiedUser = 'somebody';
    other.firstConnector.connectorKey = 'CON-77-PA';
    other.firstConnector.fieldDefaults = [
      { fieldDefaultKey: 'fd-900', fieldId: 'customfield_10105', value: { id: '10301' } },
    ];
    other.fieldMappings = (other.fieldMappings as { id: string }[])
      .map((one) => ({ ...one, id: `new-${one.id}` }))
      .toReversed();
    other.labels = [];
    expect(sameConfiguration(other, configuration())).toEqual({ equal: true, differences: [], details: [] });
  });

  it('names the path of each difference', () => {
    const other = configuration();
    const [first, second, third] = other.fieldMappings as Record<string, unknown>[];
    other.fieldMappings = [{ ...first, direction: 'NONE' }, third, { ...second, secondFieldId: 'labels' }];
    other.comments = { direction: 'NONE', type: 'plain' };
    other.firstConnector.advancedSettings = { 'sync.outgoingInterval': '5s' };
    other.extra = { a: 1 };
    const { equal, details } = sameConfiguration(other, configuration());
    expect(equal).toBe(false);
    expect(details).toEqual([
      { path: 'comments.direction', kind: 'differs', live: 'NONE', wanted: 'EACH_OTHER' },
      { path: 'extra', kind: 'extra', live: { a: 1 } },
      { path: 'fieldMappings[priority|priority].secondFieldId', kind: 'differs', live: 'labels', wanted: 'priority' },
      { path: 'fieldMappings[summary|summary].direction', kind: 'differs', live: 'NONE', wanted: 'EACH_OTHER' },
      {
        path: 'firstConnector.advancedSettings["sync.correlationFieldId"]',
        kind: 'missing',
        wanted: expect.any(String),
      },
    ]);
  });

  it('sees a value that is there twice', () => {
    const other = configuration();
    other.fieldMappings = [...(other.fieldMappings as object[]), (other.fieldMappings as object[])[0]];
    expect(sameConfiguration(other, configuration()).differences).toEqual(['fieldMappings[summary|summary]']);
  });

  it('sees every change of a known value', () => {
    fc.assert(
      fc.property(fc.constantFrom('issueTypeMappings', 'fieldMappings', 'workflowMappings'), fc.nat(5), (list, n) => {
        const other = configuration();
        const elements = other[list] as Record<string, unknown>[];
        const element = elements[n % elements.length] ?? {};
        const [name] = Object.keys(element)
          .filter((each) => each !== 'id')
          .slice(n % 3);
        element[name ?? ''] = 'something else';
        expect(sameConfiguration(other, configuration()).equal).toBe(false);
        expect(sameConfiguration(configuration(), other).equal).toBe(false);
      }),
    );
  });
});
