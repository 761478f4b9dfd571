import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import { temporaryDirectory } from '../support/directories.ts';
import { temporalAddress } from '../support/temporal.ts';
import { migrator } from './command.ts';

/** A port on which nobody listens: 1 is reserved. */
const NOBODY = '127.0.0.1:1';
const START = [
  'start',
  ...['--original', 'jira-old/INT-16', '--new', 'jira-new', '--project', 'jira-old/PA=jira-new/PA'],
  ...['--copy-started', '2026-11-20T20:00:00Z', '--copy-finished', '2026-11-20T23:10:00Z'],
  ...['--frozen-since', '2026-11-20T19:55:00Z', '--by', 'kim@example.com', '--reason', "CHG-4711: Kim's"],
];

async function storeIn(directory: string): Promise<string> {
  const file = join(directory, 'store.db');
  const store = await openStore({ file });
  await store.close();
  return file;
}

describe('what is typed wrongly', () => {
  it.concurrent.each([
    [['nonsense'], "unknown command 'nonsense'"],
    [['status', '--colour'], "unknown option '--colour'"],
    [['approve', 'm-1', '--by', 'lee'], '--decision'],
    [['reject', 'm-1', '--by', 'lee', '--reason', 'x', '--then', 'burn'], 'keepBoth, rollback'],
    [['pause', 'm-1'], '--by'],
    [['approve', 'm-1', '--by', 'lee', '--decision', 'yes'], 'first eight or more characters'],
    [['answer', 'm-1', '--by', 'kim', '--task', 'preflight', '--set', 'copyGap'], 'id=value'],
    [['brake', 'on', '--by', 'kim', '--reason', 'x', '--instance', 'a', '--batch', 'b'], 'Give one of them'],
    [['artifact', 'get', 'abc'], '64 hex digits'],
    [['start', '--original', 'INT-16'], 'jira-old/INT-16'],
    [['start', '--file', '/no/such/start.yaml'], 'does not exist'],
    [['up'], '--config'],
  ])('ends with 2 and says what: %j', async (args, what) => {
    const { code, stderr, stdout } = await migrator(args, { cwd: tmpdir() });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(what);
    expect(stderr).not.toContain('    at ');
  });

  it('tells every problem of a start object at once, before anything is sent', async () => {
    const args = ['start', '--original', 'jira-old/INT-16', '--new', 'jira-new', '--project', 'PA=PB', '--json'];
    const { code, stderr, json } = await migrator([...args, '--order', 'odd', '--address', NOBODY]);
    expect(code).toBe(2);
    for (const member of ['requestedBy', 'reason', 'order', 'new.projects.PA', 'move'])
      expect(stderr).toContain(member);
    expect(json()).toMatchObject({ error: { code: 'InvalidStart' } });
  });

  it('reads a start object from YAML and JSON, and refuses what is neither without repeating it', async () => {
    const directory = await temporaryDirectory();
    const file = join(directory, 'start.yaml');
    await writeFile(
      file,
      'original: { instance: jira-old, synchronization: INT-16 }\nnew: { instance: jira-new, projects: {} }\nrequestedBy: kim@example.com\nreason: CHG-4711\n',
    );
    const ran = await migrator(['start', '--file', file, '--print', '--json', '--reason', 'CHG-4712'], {
      env: { MIGRATOR_BY: 'somebody@example.com' },
    });
    expect(ran.json()).toMatchObject({ start: { requestedBy: 'kim@example.com', reason: 'CHG-4712' } });
    await writeFile(file, 'password: "hunter2\n\t]');
    const wrong = await migrator(['start', '--file', file]);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('start.yaml:');
    expect(wrong.stderr).not.toContain('hunter2');
    await writeFile(file, '- a list');
    expect((await migrator(['start', '--file', file])).stderr).toContain('InvalidStart');
  });
});

describe('start --print', () => {
  it('shows how temporal, tctl and the UI would start it, and needs no server', async () => {
    const cwd = await temporaryDirectory();
    const home = join(cwd, 'home');
    const { code, json } = await migrator([...START, '--print', '--json', '--home', home, '--address', NOBODY], {
      cwd,
    });
    const printed = json<{ temporal: string; tctl: string; start: object }>();
    expect(code).toBe(0);
    for (const command of [printed.temporal, printed.tctl]) {
      expect(command).toContain(NOBODY);
      expect(command).toContain('migrate-jira-old-INT-16');
      // A shell must give the words back as they were.
      expect(command).toContain(String.raw`CHG-4711: Kim'\''s`);
    }
    expect(printed.temporal).toContain('--task-queue migrations --type migrateSynchronization');
    expect(existsSync(home)).toBe(false);
  });

  it('links to the form of the UI and takes queue and prefix from the running service', async () => {
    const home = await serviceWithPrefix({ address: NOBODY, namespace: 'moves', uiUrl: 'http://127.0.0.1:8233' });
    const { json } = await migrator([...START, '--print', '--json', '--home', home]);
    const { ui, temporal } = json<{ ui: string; temporal: string }>();
    expect(ui).toBe(
      'http://127.0.0.1:8233/namespaces/moves/workflows/start-workflow?workflowId=night-migrate-jira-old-INT-16&taskQueue=night-migrations&workflowType=migrateSynchronization',
    );
    expect(temporal).toContain('--namespace moves --task-queue night-migrations');
  });
});

it('finds what the store does not know by the workflow id that the service gives', async () => {
  const home = await serviceWithPrefix({ address: temporalAddress(), namespace: 'default' });
  const { stderr } = await migrator(['cancel', 'jira-old/INT-16', '--home', home]);
  expect(stderr).toContain('No open workflow night-migrate-jira-old-INT-16 is on this server.');
});

/** Answers its home. */
async function serviceWithPrefix(members: object): Promise<string> {
  const home = await temporaryDirectory();
  const config = join(home, 'migrator.yaml');
  await writeFile(config, 'taskQueuePrefix: night-\n');
  const service = { pid: 1, store: join(home, 'store.db'), config, ...members };
  await writeFile(join(home, 'service.json'), JSON.stringify(service));
  return home;
}

describe('without a service', () => {
  it.concurrent.each([[['status']], [['inbox']], [['watch']], [['report', 'm-1']], [['brake', 'list']]])(
    '%j says that there is no store, where it looked, and makes none',
    async (args) => {
      const cwd = await mkdtemp(join(tmpdir(), 'backbone-migrator-test-'));
      const { code, stderr } = await migrator(args, { cwd });
      expect(code).toBe(1);
      expect(stderr).toContain('NoStore: There is no store at');
      expect(stderr).toContain('migrator up');
      expect(await readdir(cwd)).toEqual([]);
      await rm(cwd, { recursive: true });
    },
  );

  it('a verb says that no server answers', async () => {
    const cwd = await temporaryDirectory();
    const { code, stderr, json } = await migrator(
      ['pause', 'jira-old/INT-16', '--by', 'kim', '--json', '--address', NOBODY],
      { cwd },
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(/^NoService: .*127\.0\.0\.1:1/);
    expect(json()).toMatchObject({ error: { code: 'NoService' } });
  });
});

describe('with a store alone', () => {
  it('lists nothing, knows no migration and no artifact', async () => {
    const store = await storeIn(await temporaryDirectory());
    const run = (...args: string[]) => migrator([...args, '--store', store]);
    expect((await run('status')).stdout).toBe('No migration.\n');
    expect((await run('inbox', '--json')).json()).toEqual([]);
    const unknown = await run('status', 'jira-old/INT-16');
    expect(unknown).toMatchObject({ code: 1, stdout: '' });
    expect(unknown.stderr).toContain('NotFound: The store knows no migration "jira-old/INT-16"');
    const artifact = await run('artifact', 'get', 'a'.repeat(64));
    expect(artifact).toMatchObject({ code: 1, stdout: '' });
    expect(artifact.stderr).toContain('NotFound');
  });

  it('puts the brake on and releases it', async () => {
    const store = await storeIn(await temporaryDirectory());
    const brake = (...args: string[]) => migrator(['brake', ...args, '--store', store, '--json']);
    await brake('on', '--by', 'kim@example.com', '--reason', 'Jira is being restarted', '--instance', 'jira-new');
    expect((await brake('list')).json()).toMatchObject([
      { scope: 'instance:jira-new', by: 'kim@example.com', why: 'Jira is being restarted' },
    ]);
    expect((await brake('off', '--by', 'lee')).json()).toMatchObject({
      scope: 'all',
      was: false,
      others: ['instance:jira-new'],
    });
    expect((await brake('off', '--by', 'lee', '--instance', 'jira-new')).json()).toMatchObject({
      was: true,
      others: [],
    });
  });

  it('writes an artifact byte for byte, and nothing when it is damaged', async () => {
    const directory = await temporaryDirectory();
    const file = join(directory, 'store.db');
    const store = await openStore({ file });
    const digest = await store.artifacts.put(Buffer.from('exactly\nthis'), 'text/plain');
    await store.close();
    const { stdout } = await migrator(['artifact', 'get', digest, '--store', file]);
    expect(stdout).toBe('exactly\nthis');
    const out = join(directory, 'out.txt');
    const ran = await migrator(['artifact', 'get', digest.toUpperCase(), '--store', file, '--out', out, '--json']);
    expect(ran.json()).toEqual({ digest, file: out });
    const nowhere = await migrator(['artifact', 'get', digest, '--store', file, '--out', join(directory, 'no', 'out')]);
    expect(nowhere.code).toBe(1);
  });
});

describe('sandbox', () => {
  it('hands all options to the program, which is not imported', async () => {
    const { code, stdout } = await migrator(['sandbox', '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('--write-config FILE');
    expect((await migrator(['sandbox', '--world', 'flat'])).code).toBe(2);
  });

  it('says so when the folder is absent', async () => {
    const { code, stderr } = await migrator(['sandbox'], { env: { MIGRATOR_SANDBOX: '/no/such/main.ts' } });
    expect(code).toBe(1);
    expect(stderr).toContain('NotFound: The sandbox is not part of this installation');
  });
});

it('a command ends without a word when whoever read it has gone', async () => {
  expect(await migrator(['--help'], { unread: true })).toMatchObject({ code: 0, stderr: '' });
});
