/** A cascading field, labels, components and versions: as Jira shows and takes them, and in mappings. */
import { expect, it } from 'vitest';
import type { RecordEntry } from '../../../sandbox/world/record.ts';
import { checkWorldFile } from '../../../sandbox/world-file/read.ts';
import { worldFileOf } from '../../../sandbox/world-file/write.ts';
import { BY_HAND, beat, effects, ORIGINAL, page, partnerOf } from '../acts.ts';
import { type Client, type Integration, open, person } from '../harness.ts';

const RICH = { ...BY_HAND, issues: 8, richFields: true };
const REGION = {
  'jira-old': 'customfield_10108',
  'jira-new': 'customfield_10323',
  'jira-partner': 'customfield_10210',
};

interface Option {
  id: string;
  value: string;
  child?: Option;
}
interface Values {
  labels: string[];
  components: { id: string; name: string; self: string }[];
  fixVersions: { id: string; name: string; released: boolean; archived: boolean }[];
  [field: string]: unknown;
}
type Place = keyof typeof REGION;

async function valuesOf(client: Client, instance: Place, key: string) {
  const { body } = await client.call<{ fields: Values }>(instance, 'GET', `/rest/api/2/issue/${key}`);
  const { labels, components, fixVersions, ...fields } = body.fields;
  const region = fields[REGION[instance]] as Option | null;
  return {
    labels,
    components: components.map(({ name }) => name),
    fixVersions: fixVersions.map(({ name }) => name),
    region: region && [region.value, region.child?.value],
    raw: { components, fixVersions, region },
  };
}

const edit = (client: Client, instance: Place, key: string, fields: Record<string, unknown>) =>
  client.call<{ errors?: unknown }>(instance, 'PUT', `/rest/api/2/issue/${key}`, { fields });

it('are in the list of fields with the schema that Jira gives them, and in the world only where that is asked for', async () => {
  await using client = await open(RICH);
  interface Field {
    id: string;
    clauseNames: string[];
    schema: Record<string, unknown>;
  }
  const { body } = await client.call<Field[]>('jira-new', 'GET', '/rest/api/2/field');
  const schemaOf = (id: string) => body.find((each) => each.id === id)?.schema;
  expect(schemaOf('labels')).toEqual({ type: 'array', items: 'string', system: 'labels' });
  expect(schemaOf('components')).toEqual({ type: 'array', items: 'component', system: 'components' });
  expect(schemaOf('fixVersions')).toEqual({ type: 'array', items: 'version', system: 'fixVersions' });
  expect(schemaOf(REGION['jira-new'])).toEqual({
    type: 'option-with-child',
    custom: 'com.atlassian.jira.plugin.system.customfieldtypes:cascadingselect',
    customId: 10323,
  });
  expect(body.find(({ id }) => id === 'fixVersions')?.clauseNames).toEqual(['fixVersion']);
  await using plain = await open({ issues: 3 });
  const { body: fields } = await plain.call<Field[]>('jira-new', 'GET', '/rest/api/2/field');
  expect(fields.filter(({ schema }) => schema.type === 'option-with-child')).toEqual([]);
  expect(plain.sandbox.world.instances.get('jira-new')?.projects.get('PA')?.components).toEqual([]);
});

it('components and versions belong to a project; the copy of a project has its own, under other ids', async () => {
  await using client = await open({ issues: 8, richFields: true });
  const namesOf = async (instance: string, what: string) =>
    (await client.call<{ id: string; name: string; self: string }[]>(instance, 'GET', `/rest/api/2/project/PA/${what}`))
      .body;
  for (const what of ['components', 'versions']) {
    const [old, copy] = [await namesOf('jira-old', what), await namesOf('jira-new', what)];
    expect(copy.map(({ name }) => name)).toEqual(old.map(({ name }) => name));
    expect(copy.filter(({ id }) => old.some((each) => each.id === id))).toEqual([]);
    const { body } = await client.call<Record<string, unknown[]>>('jira-new', 'GET', '/rest/api/2/project/PA');
    expect(body[what]).toEqual(copy);
  }
  expect((await client.call('jira-new', 'GET', '/rest/api/2/project/NONE/components')).status).toBe(404);
  const [a, b] = [await valuesOf(client, 'jira-old', 'PA-1'), await valuesOf(client, 'jira-new', 'PA-1')];
  const { raw: _a, ...ofOld } = a;
  const { raw: _b, ...ofCopy } = b;
  expect(ofCopy).toEqual(ofOld);
  expect(a.raw.components[0]?.id).not.toBe(b.raw.components[0]?.id);
});

it('are written and read in the forms of Jira, also in histories', async () => {
  await using client = await open(RICH);
  const fields = {
    labels: ['zebra', 'alpha'],
    components: [{ name: 'Web' }, { name: 'API' }],
    fixVersions: [{ name: '2.0' }],
    [REGION['jira-new']]: { value: 'Asia', child: { value: 'Tokyo' } },
  };
  expect((await edit(client, 'jira-new', 'PA-1', fields)).status).toBe(204);
  const { raw, ...values } = await valuesOf(client, 'jira-new', 'PA-1');
  expect(values).toEqual({
    labels: ['alpha', 'zebra'],
    components: ['API', 'Web'],
    fixVersions: ['2.0'],
    region: ['Asia', 'Tokyo'],
  });
  const [api] = raw.components;
  expect(api?.self).toMatch(/\/rest\/api\/2\/component\/\d+$/);
  expect(raw.fixVersions[0]).toMatchObject({ released: false, archived: false });
  // By ids as well, the parent alone, and nothing.
  await edit(client, 'jira-new', 'PA-1', {
    components: [{ id: api?.id }],
    [REGION['jira-new']]: { id: raw.region?.id },
    labels: [],
    fixVersions: [],
  });
  const { raw: _raw, ...later } = await valuesOf(client, 'jira-new', 'PA-1');
  expect(later).toEqual({ labels: [], components: ['API'], fixVersions: [], region: ['Asia', undefined] });
  interface Item {
    field: string;
    from: string | null;
    fromString: string | null;
    to: string | null;
    toString: string | null;
  }
  const { body } = await client.call<{ changelog: { histories: { items: Item[] }[] } }>(
    'jira-new',
    'GET',
    '/rest/api/2/issue/PA-1?expand=changelog',
  );
  const items = body.changelog.histories.at(-1)?.items ?? [];
  const said = (field: string) =>
    items.filter((each) => each.field === field).map(({ fromString: was, toString: is }) => [was, is]);
  // One item for each component or version that went or came.
  expect(said('Component')).toEqual([['Web', null]]);
  expect(said('Fix Version')).toEqual([['2.0', null]]);
  expect(said('labels')).toEqual([['alpha zebra', '']]);
  const [asia, tokyo] = [raw.region?.id, raw.region?.child?.id];
  expect(said('Region')).toEqual([
    [`Parent values: Asia(${asia})Level 1 values: Tokyo(${tokyo})`, `Parent values: Asia(${asia})`],
  ]);
});

it('refuses what the field cannot hold', async () => {
  await using client = await open(RICH);
  const region = REGION['jira-new'];
  for (const fields of [
    { labels: ['two words'] },
    { labels: 'alpha' },
    { components: [{ name: 'Nowhere' }] },
    { fixVersions: { name: '2.0' } },
    { [region]: { value: 'Asia', child: { value: 'Berlin' } } },
    { [region]: { value: 'Tokyo' } },
  ]) {
    const { status, body } = await edit(client, 'jira-new', 'PA-1', fields);
    expect([status, Object.keys(body.errors ?? {})]).toEqual([400, Object.keys(fields)]);
  }
});

it.each([
  ['labels = zebra', 1],
  ['labels is not empty and labels in (zebra)', 1],
  ['component = Web', 1],
  ['fixVersion = "2.0"', 1],
  ['Region = Tokyo', 1],
  ['component = Docs and key = PA-1', 0],
])('are found by JQL: %s', async (jql, count) => {
  await using client = await open(RICH);
  for (let n = 1; n <= 8; n++) {
    const nothing = { labels: [], components: [], fixVersions: [], [REGION['jira-new']]: null };
    await edit(client, 'jira-new', `PA-${n}`, nothing);
  }
  await edit(client, 'jira-new', 'PA-1', {
    labels: ['zebra', 'alpha'],
    components: [{ name: 'Web' }, { name: 'API' }],
    fixVersions: [{ name: '2.0' }],
    [REGION['jira-new']]: { value: 'Asia', child: { value: 'Tokyo' } },
  });
  const { body } = await client.call<{ total: number }>(
    'jira-new',
    'GET',
    `/rest/api/2/search?jql=${encodeURIComponent(`project = PA and ${jql}`)}`,
  );
  expect(body.total).toBe(count);
});

it('options of a cascading field name the levels below on Data Center, the one above on Cloud', async () => {
  await using client = await open({ ...RICH, cloud: ['jira-partner'] });
  interface Below {
    options: { id: number; value: string; childrenIds: number[] }[];
  }
  const { body: below } = await client.call<Below>('jira-new', 'GET', '/rest/api/2/customFields/10323/options');
  const asia = below.options.find(({ value }) => value === 'Asia');
  const tokyo = below.options.find(({ value }) => value === 'Tokyo');
  expect(asia?.childrenIds).toContain(tokyo?.id);
  expect(tokyo?.childrenIds).toEqual([]);
  const as = { Authorization: `Basic ${Buffer.from('migrator@example.com:sandbox-password').toString('base64')}` };
  const cloud = <T>(path: string) => client.call<T>('jira-partner', 'GET', `/rest/api/3${path}`, undefined, as);
  interface Above {
    values: { id: string; value: string; optionId?: string }[];
  }
  const { body: above } = await cloud<Above>('/field/customfield_10210/context/110210/option');
  const parent = above.values.find(({ value }) => value === 'Asia');
  expect(parent).not.toHaveProperty('optionId');
  expect(above.values.find(({ value }) => value === 'Tokyo')?.optionId).toBe(parent?.id);
  const key = await partnerOf(client, 'PA-1');
  const { body: issue } = await cloud<{ fields: Values }>(`/issue/${key}`);
  expect(issue.fields.components[0]?.self).toContain('/rest/api/3/component/');
  expect((await cloud<unknown[]>('/project/PB/versions')).body.length).toBeGreaterThan(1);
});

it('travel by the mappings of the seeded configuration, each in its way', async () => {
  await using client = await open(RICH);
  const { body } = await client.backbone<Integration>('jira-old', 'GET', ORIGINAL);
  expect(body.fieldMappings.slice(5).map(({ firstFieldId, type }) => [firstFieldId, type])).toEqual([
    [REGION['jira-new'], 'correlation'],
    ['labels', 'passthrough'],
    ['components', 'correlation'],
    ['fixVersions', 'passthrough'],
  ]);
  const there = await partnerOf(client, 'PA-2');
  for (const [field, value] of [
    ['labels', 'alpha zebra'],
    ['components', 'API, Docs'],
    ['fixVersions', '1.0, 2.0'],
    ['region', 'Europe - Paris'],
  ]) {
    await person(client, { kind: 'edit', instance: 'jira-new', key: 'PA-2', field: field ?? '', value: value ?? '' });
  }
  await beat(client, 4);
  const { raw: here, ...values } = await valuesOf(client, 'jira-new', 'PA-2');
  const { raw, ...copy } = await valuesOf(client, 'jira-partner', there);
  expect(copy).toEqual(values);
  expect(values).toEqual({
    labels: ['alpha', 'zebra'],
    components: ['API', 'Docs'],
    fixVersions: ['1.0', '2.0'],
    region: ['Europe', 'Paris'],
  });
  expect(raw.region?.child?.id).not.toBe(here.region?.child?.id);
  // And back, to nothing.
  await person(client, { kind: 'edit', instance: 'jira-partner', key: there, field: 'components', value: '' });
  await beat(client, 4);
  expect((await valuesOf(client, 'jira-new', 'PA-2')).components).toEqual([]);
  expect(await client.sandbox.verdict(0)).toMatchObject({ lostChanges: 0, duplicates: 0 });
});

it('a value that the partner does not have is an error; one that no entry correlates is ignored', async () => {
  await using client = await open(RICH);
  const partner = client.sandbox.world.instances.get('jira-partner')?.projects.get('PB');
  partner?.versions.splice(0);
  await person(client, { kind: 'edit', instance: 'jira-new', key: 'PA-3', field: 'fixVersions', value: '2.0' });
  await beat(client, 4);
  expect(await effects(client, 'message in error')).toMatchObject([
    { detail: { error: 'fixVersions has no option "2.0"' } },
  ]);
  const { body } = await client.backbone<Integration>('jira-old', 'GET', ORIGINAL);
  const fieldMappings = body.fieldMappings.map((each) => ({
    ...each,
    ...(each.firstFieldId === 'components' ? { values: each.values?.slice(1) } : {}),
  }));
  await page(client, 'edit-configuration', { members: { fieldMappings } });
  const first = client.sandbox.world.instances.get('jira-new')?.projects.get('PA')?.components[0]?.name ?? '';
  const other = client.sandbox.world.instances.get('jira-new')?.projects.get('PA')?.components[1]?.name ?? '';
  await person(client, {
    kind: 'edit',
    instance: 'jira-new',
    key: 'PA-4',
    field: 'components',
    value: [first, other].sort().join(', '),
  });
  await beat(client, 4);
  expect((await valuesOf(client, 'jira-partner', await partnerOf(client, 'PA-4'))).components).toEqual([other]);
});

it('a configuration that names a component or an option that is not there is in conflict', async () => {
  await using client = await open(RICH);
  client.sandbox.world.instances.get('jira-partner')?.projects.get('PB')?.components.shift();
  const { body } = await client.backbone<{ message: string }[]>('jira-old', 'GET', `${ORIGINAL}/conflicts`);
  expect(body.map(({ message }) => message)).toEqual([
    expect.stringMatching(/^Option \d+ of components does not exist$/),
  ]);
});

it('are kept in a world file, by name', async () => {
  await using client = await open(RICH);
  const file = checkWorldFile('written.json', JSON.parse(JSON.stringify(worldFileOf(client.sandbox.world))));
  await using again = await open({ file, interval: BY_HAND.interval });
  expect(worldFileOf(again.sandbox.world)).toEqual(file);
  const { raw: _before, ...before } = await valuesOf(client, 'jira-new', 'PA-1');
  const { raw: _after, ...after } = await valuesOf(again, 'jira-new', 'PA-1');
  expect(after).toEqual(before);
  expect(Object.values(before).flat()).not.toContain(null);
  const issue = file.instances[1]?.projects?.find(({ key }) => key === 'PA')?.issues?.[0];
  Object.assign(issue?.fields ?? {}, { components: 'Nowhere' });
  expect(() => checkWorldFile('broken.json', file)).toThrow('jira-new has no "Nowhere" there');
});

it('everything else of a seeded world is as without them', async () => {
  await using plain = await open({ issues: 6, seed: 3 });
  await using rich = await open({ issues: 6, seed: 3, richFields: true });
  const texts = (client: Client) =>
    [...client.sandbox.world.instances.values()].flatMap(({ projects }) =>
      [...projects.values()].flatMap(({ issues }) =>
        [...issues.values()].map(({ key, values }) => [key, values.get('summary')]),
      ),
    );
  expect(texts(rich)).toEqual(texts(plain));
  const { body } = await rich.control<RecordEntry[]>('GET', '/sandbox/record');
  expect(body.filter(({ kind }) => kind === 'edit')).toEqual([]);
});
