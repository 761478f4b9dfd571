/** The README's "Use it", typed line by line by somebody who has just cloned it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/start.ts';
import { storePlaceAt } from '../../src/config/storePlace.ts';
import { connectClient } from '../../src/service/connection.ts';
import { openHome, readServiceFile } from '../../src/service/home.ts';
import { openStore } from '../../src/store/open.ts';
import { readPage } from '../docs/pages.ts';
import { controlOf } from '../support/control.ts';
import { SECRETS } from '../support/migration.ts';
import { temporalBinary } from '../support/temporal.ts';
import { bash, freePorts, hurried, ready, untilState, WORKFLOW_ID } from './place.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const [, block = ''] = /## Use it\n+```sh\n([\s\S]*?)\n```/.exec(readPage('README.md')) ?? [];
const LINES = block.split('\n');

/** As a clone has it after `npm ci`. */
async function clone(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'backbone-migrator-test-'));
  for (const name of ['package.json', 'src', 'node_modules']) await symlink(join(ROOT, name), join(folder, name));
  await cp(join(ROOT, 'examples'), join(folder, 'examples'), { recursive: true });
  return folder;
}

/** "Name your instances", and when the project was copied. */
async function fillIn(folder: string, { ready: { move } }: Sandbox, yaml: string): Promise<void> {
  await writeFile(join(folder, 'my.yaml'), yaml);
  const file = join(folder, 'examples/start.json');
  const start = JSON.parse(await readFile(file, 'utf8'));
  expect(Object.keys(start.move)).toEqual(Object.keys(move));
  await writeFile(file, JSON.stringify({ ...start, move }));
}

it('leads from nothing to the approved delete, typed as it stands', { timeout: 180_000 }, async () => {
  await using opened = new AsyncDisposableStack();
  const folder = await clone();
  opened.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const sandbox = await startSandbox({ interval: 50, issues: 8 });
  opened.defer(() => sandbox.close());
  const { TEMPORAL_ADDRESS: _, TEMPORAL_NAMESPACE: __, MIGRATOR_BY: ___, ...inherited } = process.env;
  const env = { ...inherited, ...SECRETS, TEMPORAL_CLI_PATH: temporalBinary() };
  const printed: Record<string, string> = {};
  for (const line of LINES) {
    const [, word = line] = /migrator -- (\w+)/.exec(line) ?? [];
    if (line.startsWith('npm start')) {
      const [typed = ''] = line.split(' #');
      const child: ChildProcess = spawn('bash', ['-c', `exec ${typed.trim()} ${(await freePorts()).join(' ')}`], {
        cwd: folder,
        env,
        stdio: ['ignore', 'pipe', 'inherit'],
        detached: true,
      });
      opened.defer(() => stopped(child));
      await ready(child);
      continue;
    }
    const decision = word === 'approve' ? await atTheGate(folder, sandbox) : '';
    // A plan that ends with 4 has questions, which nobody answers here: it is in nobody's way.
    printed[word] = await bash(line.replace('3f9ac2d1', decision.slice(0, 8)), folder, env, [0, 4]);
    if (line.startsWith('cp ')) await fillIn(folder, sandbox, hurried(sandbox.configuration()));
  }
  expect(Object.keys(printed).slice(1)).toEqual(['instances', 'plan', 'start', 'inbox', 'approve']);
  expect(printed.plan).toContain('# Plan: INT-16 on jira-old moves to jira-new');
  expect(printed.start).toContain(`Started ${WORKFLOW_ID}.`);
  expect(printed.start).not.toContain('dry run');
  expect(printed.approve).toContain('approve: accepted');
  await using service = await serviceOf(folder);
  await untilState({ ...service, sandbox, control: controlOf(sandbox) }, service.client, 'Completed');
  expect(await sandbox.verdict()).toMatchObject({ originalDeleted: true, duplicates: 0, lostChanges: 0 });
});

/** Ctrl-C reaches npm and all that it started, which share its output. */
async function stopped(child: ChildProcess): Promise<void> {
  const closed = new Promise((resolve) => child.once('close', resolve));
  child.stdout?.resume();
  if (child.pid !== undefined) process.kill(-child.pid, 'SIGINT');
  await closed;
}

/** Does what is asked of people on the way, and answers with the decision that is shown there. */
async function atTheGate(folder: string, sandbox: Sandbox): Promise<string> {
  await using service = await serviceOf(folder);
  const scene = { ...service, sandbox, control: controlOf(sandbox) };
  const { decision } = await untilState(scene, service.client, 'AwaitingApproval', true);
  return decision ?? '';
}

async function serviceOf(folder: string) {
  const file = await readServiceFile(await openHome(join(folder, '.backbone-migrator')));
  if (!file) throw new Error('the service left no service.json');
  const client = await connectClient(file);
  const store = await openStore(await storePlaceAt(file.store));
  return {
    client,
    store,
    [Symbol.asyncDispose]: async () => {
      await client.connection.close();
      await store.close();
    },
  };
}
