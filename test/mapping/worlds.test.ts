/** Instances of all sorts: ids dealt anew, twins, renamed and missing things, users who moved, and members nobody knows. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Catalogue } from '../../src/mapping/catalogue.ts';
import { translateText } from '../../src/mapping/translate.ts';
import { moved, SELECT, stayed, TEXT, catalogue as worldCatalogue } from './world.ts';

const FIELD_NAMES = ['Severity', 'Kunde', 'Größe', 'Team'];
const OPTIONS = ['Minor', 'Major', 'Blocker'];
const STATUSES = ['To Do', 'In Progress', 'Done'];
const USERS = ['kim', 'lee', 'max'];

/** What becomes of a thing on its way: nothing, a twin beside it, another name, or it is lost. */
const fate = fc.constantFrom('kept', 'kept', 'kept', 'twin', 'renamed', 'cased', 'lost');

const world = fc.record({
  fields: fc.array(fate, { minLength: FIELD_NAMES.length, maxLength: FIELD_NAMES.length }),
  options: fc.array(fate, { minLength: OPTIONS.length, maxLength: OPTIONS.length }),
  statuses: fc.array(fate, { minLength: STATUSES.length, maxLength: STATUSES.length }),
  users: fc.array(fc.constantFrom('kept', 'moved', 'hidden', 'lost'), {
    minLength: USERS.length,
    maxLength: USERS.length,
  }),
  offset: fc.integer({ min: 0, max: 50 }).map((n) => n * 1000),
  unknown: fc.dictionary(
    fc.string().map((name) => `x${name}`),
    fc.jsonValue({ maxDepth: 2 }),
  ),
});

type World = typeof world extends fc.Arbitrary<infer T> ? T : never;

function things<T extends { id: string }>(names: string[], fates: string[], make: (name: string, n: number) => T): T[] {
  return names.flatMap((name, n) => {
    const kept = make(name, n);
    switch (fates[n]) {
      case 'twin':
        return [kept, make(`${name} (migrated)`, n + 500)];
      case 'renamed':
        return [make(`Other ${name}`, n)];
      case 'cased':
        return [make(`${name.toUpperCase()} `, n)];
      case 'lost':
        return [];
      default:
        return [kept];
    }
  });
}

const KEPT: World['fields'] = ['kept', 'kept', 'kept', 'kept'];
const typeOf = (name: string): string => (name.startsWith('Team') ? TEXT : SELECT);

function catalogueOf(
  offset: number,
  { fields, options, statuses }: Pick<World, 'fields' | 'options' | 'statuses'>,
): Catalogue {
  const id = (base: number, n: number) => String(base + offset + n);
  const made = things(FIELD_NAMES, fields, (name, n) => ({
    id: `customfield_${id(10000, n)}`,
    name,
    custom: true,
    type: typeOf(name),
  }));
  return {
    ...worldCatalogue(offset),
    fields: made,
    options: Object.fromEntries(
      made
        .filter(({ type }) => type === SELECT)
        .map((field, at) => [
          field.id,
          things(OPTIONS, options, (value, n) => ({ id: id(20000 + at * 10, n), name: value })).map(
            ({ id: option, name }) => ({
              id: option,
              value: name,
              disabled: false,
            }),
          ),
        ]),
    ),
    statuses: things(STATUSES, statuses, (name, n) => ({ id: id(1, n), name, category: 'new' })),
  };
}

const users = (fates: string[], now: boolean): NonNullable<Catalogue['users']> =>
  USERS.flatMap((name, n) => {
    const user = { id: name, displayName: name, email: `${name}@example.com` };
    if (!now || fates[n] === 'kept') return [user];
    if (fates[n] === 'moved') return [{ ...user, id: `acc-${name}` }];
    return fates[n] === 'hidden' ? [{ id: name, displayName: name }] : [];
  });

/** Every kind of place once, over all fields, options, statuses and users of the world. */
const source = ({ unknown }: World): string =>
  JSON.stringify({
    firstConnector: { connectorKey: 'CON-1-PA', projectKey: 'PA', ...unknown },
    secondConnector: { connectorKey: 'CON-2-PB', projectKey: 'PB' },
    fieldMappings: [
      ...FIELD_NAMES.map((name, n) => ({
        id: `fm-${n}`,
        type: 'correlation',
        firstFieldId: `customfield_${10000 + n}`,
        secondFieldId: 'summary',
        values: typeOf(name) === SELECT ? OPTIONS.map((_, k) => ({ firstOptionId: String(20000 + n * 10 + k) })) : [],
        ...unknown,
      })),
      {
        id: 'fm-users',
        type: 'correlation',
        firstFieldId: 'assignee',
        secondFieldId: 'assignee',
        values: USERS.map((name) => ({ firstOptionId: name, secondOptionId: 'x' })),
      },
    ],
    workflowMappings: [{ id: 'wm', statuses: STATUSES.map((_, n) => ({ firstStatusId: 1 + n })) }],
    ...unknown,
  });

function translate(one: World, decided: Record<string, string> = {}) {
  const all = { fields: KEPT, options: KEPT, statuses: KEPT };
  const old = { ...catalogueOf(0, all), users: users([], false) };
  const now = { ...catalogueOf(one.offset, one), users: users(one.users, true) };
  const task = {
    swapped: false,
    sides: { first: moved(old, now), second: stayed(worldCatalogue(0), 'jira-b') },
    projectKeys: { first: 'PA', second: 'PB' },
    decided,
  };
  return { old, now, ...translateText(source(one), task) };
}

/** What a person would say of each name: only what was kept, and has no twin, goes without a question. */
const clear = (fates: string[], n: number): boolean => fates[n] === 'kept';

describe('whatever happened to the instances', () => {
  it('what was kept is found, what was not is asked, and nothing is chosen in silence', () => {
    fc.assert(
      fc.property(world, (one) => {
        const { references, questions } = translate(one);
        const asked = new Set(questions.map(({ id }) => id.split('@')[0]));
        const found = (path: string) => references.find((each) => each.path === path)?.new;
        for (const n of FIELD_NAMES.keys()) {
          const id = `customfield_${10000 + n}`;
          expect(asked.has(`field:${id}`)).toBe(!fieldIsClear(one, n));
          expect(found(`fieldMappings[fm-${n}].firstFieldId`)).toBe(
            fieldIsClear(one, n) ? `customfield_${10000 + one.offset + n}` : undefined,
          );
        }
        for (const [n, status] of STATUSES.entries()) {
          expect(asked.has(`status:${1 + n}`), status).toBe(!clear(one.statuses, n));
        }
        for (const [n, user] of USERS.entries()) {
          expect(asked.has(`user:${user}`)).toBe(!['kept', 'moved'].includes(one.users[n] ?? ''));
        }
      }),
    );
  });

  it('every place is either a reference with its rule or unresolved, never neither', () => {
    fc.assert(
      fc.property(world, (one) => {
        const { references, unresolved, questions } = translate({ ...one, unknown: {} });
        const selects = FIELD_NAMES.filter((name) => typeOf(name) === SELECT).length;
        const types = FIELD_NAMES.length + 1;
        const fieldIds = 2 * types;
        const values = selects * OPTIONS.length + 2 * USERS.length;
        expect(references.length + unresolved.length).toBe(types + fieldIds + values + STATUSES.length);
        expect(questions.length > 0).toBe(unresolved.length > 0);
        for (const { rule, evidence } of references) expect(`${rule}: ${evidence}`).toMatch(/^.+: .+$/);
      }),
    );
  });

  it('gives the same bytes twice, and changes nothing when what it made is translated again', () => {
    fc.assert(
      fc.property(world, (one) => {
        const once = translate(one);
        expect(JSON.stringify(translate(one))).toBe(JSON.stringify(once));
        const known = {
          ...one,
          fields: KEPT,
          options: KEPT,
          statuses: KEPT,
          users: one.users.map(reachable),
          unknown: { xNote: 'kept', xNumber: 1.5 },
        };
        const made = translate(known);
        expect(made.questions).toEqual([]);
        const again = translateText(made.text, {
          swapped: false,
          sides: { first: moved(made.now, made.now), second: stayed(worldCatalogue(0), 'jira-b') },
          projectKeys: { first: 'PA', second: 'PB' },
          decided: {},
        });
        expect(again.text).toBe(made.text);
        expect(again.changes).toEqual([]);
      }),
    );
  });

  it('keeps every member it does not know, and every value it asks about', () => {
    fc.assert(
      fc.property(world, (one) => {
        const { text, references } = translate(one);
        const restored = references.reduce((all, { path, old }) => withOld(all, path, old), JSON.parse(text));
        expect(restored).toEqual(JSON.parse(source(one)));
      }),
    );
  });
});

const reachable = (fateOf: World['users'][number]) => (fateOf === 'moved' ? fateOf : 'kept');

/** A field whose options all changed their names is in doubt too. */
function fieldIsClear(one: World, n: number): boolean {
  if (!clear(one.fields, n)) return false;
  if (typeOf(FIELD_NAMES[n] ?? '') !== SELECT) return true;
  const left = one.options.filter((fateOf) => fateOf !== 'lost');
  return left.length === 0 || left.some((fateOf) => fateOf !== 'renamed');
}

/** Puts the old value back at a path like `fieldMappings[fm-1].values[0].firstOptionId`. */
function withOld(root: unknown, path: string, old: string): unknown {
  const parts = path.split(/[.[\]]+/).filter((part) => part !== '');
  let at: unknown = root;
  for (const part of parts.slice(0, -1)) {
    at = Array.isArray(at) ? (at.find((each) => each?.id === part) ?? at[Number(part)]) : Reflect.get(Object(at), part);
  }
  const last = parts.at(-1) ?? '';
  const value: unknown = Reflect.get(Object(at), last);
  Reflect.set(Object(at), last, typeof value === 'number' ? Number(old) : old);
  return root;
}
