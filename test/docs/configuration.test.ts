/** docs/configuration.md names every member with its default; the examples are accepted. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { loadConfig } from '../../src/config/load.ts';
import { configurationFile } from '../../src/config/schema.ts';
import { parseStart, startSchema } from '../../src/contract/schemas.ts';
import { ROOT } from './imports.ts';
import { codeOf, codesIn, readPage, tableOf } from './pages.ts';

const page = readPage('docs/configuration.md');
const members = tableOf(page, 'member', 'default').rows;
const startMembers = tableOf(page, 'member', 'needed').rows;

interface Shape {
  properties?: Record<string, Shape>;
  additionalProperties?: Shape | boolean;
  anyOf?: Shape[];
  required?: string[];
  default?: unknown;
}

const shapeOf = (schema: z.ZodType): Shape => z.toJSONSchema(schema, { io: 'input' }) as Shape;

interface Member {
  name: string;
  /** As the page writes it. */
  standard: string;
}

/** Every member of a schema by path; an instance stands for all as `<name>`. */
function membersOf(shape: Shape, prefix = ''): Member[] {
  const own = Object.entries(shape.properties ?? {}).flatMap(([name, member]): Member[] => [
    { name: `${prefix}${name}`, standard: standardOf(member, shape.required?.includes(name) ?? false) },
    ...membersOf(member, `${prefix}${name}.`),
  ]);
  const each = typeof shape.additionalProperties === 'object' ? shape.additionalProperties : undefined;
  return [
    ...own,
    ...(each ? membersOf(each, `${prefix}<name>.`) : []),
    ...(shape.anyOf ?? []).flatMap((one) => membersOf(one, prefix)),
  ];
}

function standardOf({ default: standard }: Shape, required: boolean): string {
  if (standard === undefined) return required ? 'required' : 'none';
  if (standard === '') return 'empty';
  return `\`${typeof standard === 'string' ? standard : JSON.stringify(standard)}\``;
}

describe('docs/configuration.md', () => {
  it('names every member of the file, and no other', () => {
    const known = membersOf(shapeOf(configurationFile)).map(({ name }) => name);
    expect(known).toContain('instances.<name>.backbone.vocabulary.running');
    expect(members.map(([name]) => codeOf(name)).sort()).toEqual(known.sort());
  });

  it.each(membersOf(shapeOf(configurationFile)))('says the default of $name', ({ name, standard }) => {
    expect(members.find(([cell]) => codeOf(cell) === name)?.[1]).toBe(standard);
  });

  it('names every member of the start object, and which are needed', () => {
    const { properties = {}, required = [] } = shapeOf(startSchema);
    expect(startMembers.map(([name]) => codeOf(name)).sort()).toEqual(Object.keys(properties).sort());
    const needed = startMembers.filter(([, need]) => need === 'yes').map(([name]) => codeOf(name));
    expect(needed.sort()).toEqual([...required].sort());
    for (const [name, , about = ''] of startMembers) {
      const inner = Object.keys(properties[codeOf(name)]?.properties ?? {});
      expect(inner.filter((each) => !codesIn(about).includes(each))).toEqual([]);
    }
  });
});

describe('the examples', () => {
  const env = { JIRA_OLD_PASSWORD: 'a', JIRA_NEW_TOKEN: 'b', PARTNER_USER: 'c', PARTNER_PASSWORD: 'd' };

  it('examples/migrator.yaml is accepted', async () => {
    const config = await loadConfig(path.join(ROOT, 'examples/migrator.yaml'), env);
    expect(Object.keys(config.instances)).toEqual(['jira-old', 'jira-new', 'jira-partner']);
    expect(config.policy.approvers).toEqual(['lee@example.com', 'sam@example.com']);
  });

  it('examples/migrator.yaml names no secret that is not told to be missing', async () => {
    const error = await loadConfig(path.join(ROOT, 'examples/migrator.yaml'), {}).catch((problem: unknown) => problem);
    for (const name of Object.keys(env)) expect(String(error)).toContain(name);
  });

  it('examples/start.json is accepted, and migrates: `migrator plan` makes a plan of it', () => {
    const start = parseStart(JSON.parse(readPage('examples/start.json')));
    expect(start).toMatchObject({ original: { instance: 'jira-old', synchronization: 'INT-16' } });
    expect(start).not.toHaveProperty('dryRun');
  });

  it('fit each other: the start names instances of the configuration', async () => {
    const config = await loadConfig(path.join(ROOT, 'examples/migrator.yaml'), env);
    const start = parseStart(JSON.parse(readPage('examples/start.json')));
    expect(Object.keys(config.instances)).toEqual(
      expect.arrayContaining([start.original.instance, start.new.instance]),
    );
  });

  it('the short file of the page is accepted', async () => {
    const yaml = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
    const folder = await mkdtemp(path.join(tmpdir(), 'short-'));
    try {
      await writeFile(path.join(folder, 'migrator.yaml'), yaml);
      const config = await loadConfig(path.join(folder, 'migrator.yaml'), env);
      expect(config.instances['jira-new']?.credentials?.kind).toBe('bearer');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
