import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../../sandbox/start.ts';
import { openStore } from '../../src/store/open.ts';
import { catalogue, configuration, moved, SELECT, stayed } from '../mapping/world.ts';
import { temporaryDirectory } from '../support/directories.ts';
import { SECRETS } from '../support/migration.ts';
import { migrator } from './command.ts';

const SEVERITY = 'field:customfield_10105@jira-old->jira-new';

let folder = '';
let source: string[] = [];

/** A configuration file whose field Severity has a twin on the new instance, and what both instances have, as files. */
beforeEach(async () => {
  folder = await temporaryDirectory();
  const now = catalogue(500);
  now.fields.push({ id: 'customfield_10900', name: 'Severity (migrated)', custom: true, type: SELECT });
  now.filled = { customfield_10605: 812, customfield_10900: 3 };
  const sides = { v: 1, first: moved(catalogue(0), now), second: stayed(catalogue(700), 'jira-b') };
  const text = JSON.stringify(configuration(), null, 2).replace(
    '{',
    '{ "big": 9007199254740993, "big": 9007199254740993,',
  );
  await writeFile(join(folder, 'catalogues.json'), JSON.stringify(sides));
  await writeFile(join(folder, 'configuration.json'), text);
  source = ['--configuration', join(folder, 'configuration.json'), '--catalogues', join(folder, 'catalogues.json')];
});

const file = async (name: string, content: string | Uint8Array): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
};

describe('migrator mapping', { timeout: 60_000 }, () => {
  it('explains a file, exports what is open, takes it back filled in, and writes only what it translated', async () => {
    const out = join(folder, 'translated.json');
    const first = await migrator(['mapping', 'explain', ...source, '--out', out]);
    expect(first.code).toBe(4);
    expect(first.stdout).toContain(`? ${SEVERITY}`);
    expect(first.stdout).toContain('same name and type; 2 of 2 options; 812 issues have a value');
    expect(first.stdout).toContain('waits for field customfield_10105');
    expect(first.stdout).toContain('"big" stands twice in one object; both are kept');
    expect(first.stderr).toContain('Not written');
    await expect(readFile(out)).rejects.toThrow('ENOENT');

    const csv = join(folder, 'decided.csv');
    expect((await migrator(['mapping', 'export', ...source, '--out', csv, '--json'])).json()).toMatchObject({
      open: 1,
    });
    const filled = (await readFile(csv, 'utf8')).replace(`${SEVERITY},,`, `${SEVERITY},customfield_10605,`);
    await writeFile(csv, filled);
    const decided = ['--decided', csv];
    const second = await migrator(['mapping', 'explain', ...source, ...decided, '--out', out, '--json']);
    expect(second.code).toBe(0);
    const { changes } = second.json<{ changes: unknown[] }>();
    const [before, after] = [await readFile(join(folder, 'configuration.json'), 'utf8'), await readFile(out, 'utf8')];
    const lines = after.split('\n');
    expect(before.split('\n').filter((line, n) => line !== lines[n])).toHaveLength(changes.length);
    expect(after).toContain('"big": 9007199254740993, "big": 9007199254740993,');
  });

  it('uses an official id mapping with its line as evidence', async () => {
    const ids = await file('ids.csv', 'Server id;Cloud id\ncustomfield_10105;customfield_10900\n');
    const { code, json } = await migrator(['mapping', 'explain', ...source, '--id-mapping', ids, '--json']);
    expect(code).toBe(4);
    const { questions } = json<{ questions: { id: string; text: string }[] }>();
    // Its options are not known there: asked, not guessed.
    expect(questions.map(({ id }) => id)).toEqual([
      'option:customfield_10105/10301@jira-old->jira-new',
      'option:customfield_10105/10300@jira-old->jira-new',
    ]);
  });

  it('checks files and names each wrong line; the same files are refused everywhere', async () => {
    const good = await file('good.csv', `question,value\n${SEVERITY},customfield_10605\n`);
    const ids = await file('status.csv', 'old,new\n1,2\n1,2\n');
    const fine = await migrator(['mapping', 'check', good, ids, '--kind', 'status']);
    expect(fine.code).toBe(0);
    expect(fine.stdout).toContain('good.csv: decided answers, 1 answers');
    expect(fine.stdout).toMatch(/status\.csv:3 says again what .*status\.csv:2 says \(no harm\)/);

    const bad = await file('bad.csv', `question,value\n${SEVERITY},Severity\nnonsense,1\n`);
    const worse = await file('worse.csv', 'old,new\n1,3\nx\n');
    const wrong = await migrator(['mapping', 'check', bad, ids, worse, '--kind', 'status', '--json']);
    expect(wrong.code).toBe(2);
    const { problems } = wrong.json<{ problems: { file: string; line: number }[] }>();
    expect(problems.map(({ file: name, line }) => [name, line])).toEqual([
      [bad, 2],
      [bad, 3],
      [worse, 3],
    ]);
    for (const args of [
      ['mapping', 'explain', ...source, '--decided', bad],
      ['mapping', 'explain', ...source, '--id-mapping', worse, '--kind', 'status'],
      ['start', '--original', 'a/INT-1', '--new', 'b', '--by', 'kim', '--reason', 'x', '--mapping', bad],
    ]) {
      const { code, stderr } = await migrator(args);
      expect(code, args.join(' ')).toBe(2);
      expect(stderr).toMatch(/\.csv:\d/);
    }
  });

  it('refuses what is no configuration, by line', async () => {
    const broken = await file('broken.json', '{"firstConnector": {},\n "secondConnector": \n}');
    const said = await migrator(['mapping', 'explain', '--configuration', broken]);
    expect(said).toMatchObject({ code: 2, stdout: '' });
    expect(said.stderr).toContain('broken.json:3 is not JSON');
    const other = await migrator(['mapping', 'explain', '--configuration', await file('other.json', '{"a": 1}')]);
    expect(other.stderr).toContain('is no configuration (firstConnector');
    const nothing = await migrator(['mapping', 'explain']);
    expect(nothing.stderr).toContain('It is not said what to explain');
  });

  it('puts an official mapping into the store, where a start object can name it', async () => {
    const place = join(folder, 'store.db');
    await (await openStore({ file: place })).close();
    const ids = await file('fields.json', '{"jira/classic:customField": {"10105": "10605"}, "jira:issue": {"1": "2"}}');
    const args = ['mapping', 'store', ids, '--from', 'jira-old', '--to', 'jira-new', '--store', place, '--json'];
    const { code, json, stderr } = await migrator(args);
    expect(code).toBe(0);
    expect(stderr).toContain('Passed over: 1 lines of jira:issue');
    const { digest } = json<{ digest: string }>();
    const store = await openStore({ file: place });
    try {
      expect(await store.artifacts.getJson(digest)).toEqual({
        v: 1,
        kind: 'idMapping',
        from: 'jira-old',
        to: 'jira-new',
        pairs: [['field:customfield_10105', 'customfield_10605', `${ids}:1`]],
      });
    } finally {
      await store.close();
    }
  });

  it('reads the instances themselves, and what it saved of them gives the same again', async () => {
    await using sandbox = Object.assign(await startSandbox({ issues: 2, interval: 50 }), {
      async [Symbol.asyncDispose]() {
        await sandbox.close();
      },
    });
    const config = await file('migrator.yaml', sandbox.configuration());
    const env = { env: SECRETS };
    const base = /jira-old:\n\s+baseUrl: (\S+)/.exec(sandbox.configuration())?.[1];
    const exported = await fetch(`${base}/plugins/servlet/backbone-issue-sync/api/1/integrations/INT-16`, {
      headers: { authorization: `Basic ${Buffer.from(`migrator:${SECRETS.SANDBOX_PASSWORD}`).toString('base64')}` },
    });
    const original = await file('exported.json', await exported.text());
    const saved = join(folder, 'saved.json');
    const homes = ['--first', 'jira-old/PA=jira-new/PA', '--second', 'jira-partner/PB'];
    const live = await migrator(
      [
        'mapping',
        'explain',
        '--configuration',
        original,
        '--config',
        config,
        ...homes,
        '--save-catalogues',
        saved,
        '--json',
      ],
      env,
    );
    expect({ code: live.code, stderr: live.stderr }).toEqual({ code: 4, stderr: '' });
    const { changes, questions } = live.json<{
      changes: unknown[];
      questions: { choices: { evidence: string }[] }[];
    }>();
    expect(changes.length).toBeGreaterThan(10);
    // The sandbox has a twin of one field; who uses it is counted.
    expect(questions.map(({ choices }) => choices.map(({ evidence }) => evidence))).toEqual([
      ['same name and type; 2 issues have a value', 'same name and type; 0 issues have a value'],
    ]);
    const again = await migrator(['mapping', 'explain', '--configuration', original, '--catalogues', saved, '--json']);
    expect(again.stdout).toBe(live.stdout);
  });
});
