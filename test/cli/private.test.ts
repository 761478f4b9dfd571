/** What other users of the machine get of us: nothing. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startSandbox } from '../../sandbox/start.ts';
import { homeAt, openHome, writeServiceFile } from '../../src/service/home.ts';
import { openStore } from '../../src/store/open.ts';
import { runNode } from '../deploy/run.ts';
import { block } from '../starting/page.ts';
import { openPlace, WORKFLOW_ID } from '../starting/place.ts';
import { temporaryDirectory } from '../support/directories.ts';
import { SECRETS } from '../support/migration.ts';
import { migrator } from './command.ts';

const bits = async (file: string): Promise<string> => ((await stat(file)).mode & 0o777).toString(8);

/** Reads as somebody else who knows where everything is. Only root can play somebody else. */
const asAnother = async (command: string): Promise<string> =>
  promisify(execFile)('setpriv', ['--reuid=65534', '--regid=65534', '--clear-groups', 'sh', '-c', command]).then(
    ({ stdout }) => stdout,
    ({ stderr }: { stderr: string }) => stderr,
  );

const environmentOf = async (pid: number | string): Promise<string> => readFile(`/proc/${pid}/environ`, 'utf8');

it('keeps home, store, logs and handed-over files from other users, though the shell that started it keeps nothing', {
  timeout: 120_000,
}, async () => {
  const before = process.umask(0o000);
  try {
    await using place = await openPlace();
    const home = join(place.folder, '.backbone-migrator');
    await writeFile(join(place.folder, 'start.json'), block('start.json', place));
    await place.bash(block('migrator-start', place));
    await place.until('WaitingForPerson');
    expect(await bits(home)).toBe('700');
    // A journal of a database comes and goes.
    const files = (await place.bash(`find ${home} -type f ! -name '*-journal'`)).trim().split('\n');
    expect(files).toEqual(
      expect.arrayContaining(
        ['store.db', 'temporal.db', 'logs/worker.log', 'logs/temporal.log', 'service.json'].map((name) =>
          join(home, name),
        ),
      ),
    );
    for (const file of files) expect([file, await bits(file)]).toEqual([file, '600']);
    // The folder above is open, as anybody's project is.
    await chmod(place.folder, 0o755);
    // Whoever runs this: nobody else can enter any folder of it, whatever the files in it say.
    const folders = (await place.bash(`find ${home} -type d`)).trim().split('\n');
    for (const folder of folders) {
      expect([folder, await bits(folder)]).toEqual([folder, '700']);
      expect((await stat(folder)).uid).toBe(process.getuid?.());
    }
    if (process.getuid?.() === 0)
      for (const file of files) expect(await asAnother(`cat ${file}`)).toContain('Permission denied');

    const migration = (await place.store.projections.byWorkflowId(WORKFLOW_ID))?.migration ?? '';
    const entries = await place.store.ledger.read(migration);
    const digest = entries.findLast(({ digests }) => digests.plan !== undefined)?.digests.plan;
    const said = await place.bash(`migrator artifact get ${digest} --out handed.json`);
    expect(said).toContain('Only you can read this file');
    expect(await bits(join(place.folder, 'handed.json'))).toBe('600');
  } finally {
    process.umask(before);
  }
});

it('keeps the store of a worker that runs by itself from other users', { timeout: 60_000 }, async () => {
  const sandbox = await startSandbox();
  const folder = await temporaryDirectory();
  const config = join(folder, 'migrator.yaml');
  await writeFile(config, sandbox.configuration());
  const store = join(folder, 'store.db');
  const before = process.umask(0o000);
  try {
    // It opens its store, and finds no server then.
    const ended = await runNode(['src/worker.ts', '--config', config, '--store', store, '--address', '127.0.0.1:1'], {
      ...SECRETS,
    });
    expect(ended.code).not.toBe(0);
  } finally {
    process.umask(before);
    await sandbox.close();
  }
  expect(await bits(store)).toBe('600');
});

it('gives its programs the environment they need: the secrets of instances to the worker, to Temporal none', {
  timeout: 120_000,
}, async () => {
  process.env.SOMEBODY_ELSES_TOKEN = 'not-for-anybody';
  try {
    await using place = await openPlace();
    const children = (await place.bash(`pgrep -P ${place.service.pid}`)).trim().split('\n');
    expect(children.length).toBeGreaterThan(1);
    const seen = new Map<string, string>();
    for (const pid of children) seen.set(await readFile(`/proc/${pid}/cmdline`, 'utf8'), await environmentOf(pid));
    const temporal = [...seen].find(([line]) => line.includes('start-dev'))?.[1] ?? '';
    const worker = [...seen].find(([line]) => line.includes('worker.ts'))?.[1] ?? '';
    for (const secret of Object.values(SECRETS)) {
      expect(worker).toContain(secret);
      for (const [line, environment] of seen)
        if (environment !== worker) expect(line + environment).not.toContain(secret);
    }
    expect(temporal).toContain('PATH=');
    for (const [, environment] of seen) expect(environment).not.toContain('not-for-anybody');
  } finally {
    delete process.env.SOMEBODY_ELSES_TOKEN;
  }
});

describe('a home folder that others can enter', () => {
  it('is closed, and said to be, where it is ours', async () => {
    const home = join(await temporaryDirectory(), 'home');
    await mkdir(home);
    await writeFile(join(home, 'store.db'), '');
    await chmod(home, 0o755);
    const told: string[] = [];
    await openHome(home, (line) => told.push(line));
    expect(await bits(home)).toBe('700');
    expect(told).toEqual([expect.stringContaining(home)]);
    await openHome(home, (line) => told.push(line));
    expect(told).toHaveLength(1);
  });

  it('is refused where other things are in it, and left as it is', async () => {
    const home = join(await temporaryDirectory(), 'project');
    await mkdir(home);
    await writeFile(join(home, 'README.md'), '');
    await chmod(home, 0o750);
    await expect(openHome(home)).rejects.toMatchObject({
      code: 'InvalidConfiguration',
      message: expect.stringContaining('chmod 700'),
    });
    expect(await bits(home)).toBe('750');
  });
});

describe('a home folder that is not ours alone to write', () => {
  /** With a service that points wherever somebody else likes; who is sent to is counted. */
  async function planted() {
    const home = await temporaryDirectory();
    const heard: unknown[] = [];
    const listener = createServer((socket) => {
      heard.push(socket.destroy());
    }).listen(0, '127.0.0.1');
    await once(listener, 'listening');
    onTestFinished(() => void listener.close());
    const store = join(home, 'store.db');
    await (await openStore({ file: store })).close();
    const { port } = listener.address() as AddressInfo;
    await writeServiceFile(homeAt(home), {
      pid: process.pid,
      address: `127.0.0.1:${port}`,
      namespace: 'default',
      store,
      config: 'x',
    });
    await chmod(home, 0o700);
    return { home, heard };
  }

  const COMMANDS = [
    ['pause', 'some-workflow', '--by', 'kim@example.com'],
    ['status'],
    ['audit', 'keys', 'show'],
    ['audit', 'seal', '--out', 'seal.json'],
  ];

  it.each<[string, (home: string) => Promise<void>]>([
    ['that all can write into', (home) => chmod(home, 0o777)],
    ['that a group can write into', (home) => chmod(home, 0o770)],
    ['whose service.json all can write', (home) => chmod(join(home, 'service.json'), 0o666)],
    ...(process.getuid?.() === 0
      ? ([
          ['of another user', (home) => chown(home, 65_534, 65_534)],
          ['with a store of another user', (home) => chown(join(home, 'store.db'), 65_534, 65_534)],
        ] as [string, (home: string) => Promise<void>][])
      : []),
  ])('is refused by every command that would read it: one %s', { timeout: 120_000 }, async (_, open) => {
    const { home, heard } = await planted();
    await open(home);
    for (const command of COMMANDS) {
      const ran = await migrator([...command, '--home', home], { cwd: await temporaryDirectory() });
      expect([command, ran.stderr]).toEqual([command, expect.stringContaining('InvalidConfiguration')]);
      expect(ran.code).not.toBe(0);
    }
    expect(heard).toEqual([]);
  });

  it('is taken where others can only enter it, or where there is none yet', { timeout: 60_000 }, async () => {
    const { home } = await planted();
    await chmod(home, 0o755);
    expect((await migrator(['status', '--home', home])).stderr).toBe('');
    expect((await migrator(['status', '--home', join(home, 'none')])).stderr).toContain('There is no store');
  });
});

describe('a connection string with a password', () => {
  const URL = 'postgres://migrator:very-secret@127.0.0.1:1/migrator';
  it.each([
    ['as an address', URL],
    ['with capitals', URL.replace('postgres', 'POSTGRESQL')],
    ['as words', 'host=127.0.0.1 user=migrator password = very-secret'],
  ])('is refused as a place of the store, %s, and never repeated', async (_, place) => {
    const home = await temporaryDirectory();
    for (const args of [
      ['status', '--store', place, '--home', home],
      ['audit', 'list', '--store', place, '--home', home, '--json'],
    ]) {
      const { code, stdout, stderr } = await migrator(args);
      expect(code).not.toBe(0);
      expect(stderr).toContain('file:/path or env:NAME');
      expect(stdout + stderr).not.toContain('very-secret');
    }
  });

  it.each(['', ' and spaces', '@@@:99999'])('is not repeated when its file holds a wrong one (%j)', async (wrong) => {
    const home = await temporaryDirectory();
    await writeFile(join(home, 'url'), `postgres://migrator:very-secret@127.0.0.1:1${wrong}/migrator`);
    const { code, stdout, stderr } = await migrator([
      '--verbose',
      'status',
      '--store',
      `file:${home}/url`,
      '--home',
      home,
    ]);
    expect(code).not.toBe(0);
    expect(stdout + stderr).not.toContain('very-secret');
  });
});
