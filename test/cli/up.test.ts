import { type ChildProcess, spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startSandbox } from '../../sandbox/start.ts';
import { MIGRATE_WORKFLOW, migrationsQueue } from '../../src/contract/names.ts';
import type { MigrationPicture } from '../../src/contract/status.ts';
import { freePort } from '../../src/server/ports.ts';
import { connectClient } from '../../src/service/connection.ts';
import type { ServiceFile } from '../../src/service/home.ts';
import { answersTo } from '../support/carefulPerson.ts';
import { temporaryDirectory } from '../support/directories.ts';
import { SECRETS } from '../support/migration.ts';
import { until } from '../support/processes.ts';
import { temporalBinary } from '../support/temporal.ts';
import { migrator } from './command.ts';

/** `migrator up` as its user starts it; resolves when it says that it is ready. */
async function up(args: string[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['src/cli/main.ts', 'up', ...args], {
    env: { ...process.env, ...SECRETS, TEMPORAL_CLI_PATH: temporalBinary() },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout?.on('data', (bytes: Buffer) => {
    output += bytes.toString();
  });
  await until(() => output.includes('Ready.') || child.exitCode !== null, `up is ready: ${output}`, 60_000);
  return child;
}

async function stop(child: ChildProcess): Promise<number | null> {
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.kill('SIGINT');
  return exited;
}

it('goes on after Ctrl-C and a new start where it was', { timeout: 150_000 }, async () => {
  await using opened = new AsyncDisposableStack();
  const sandbox = await startSandbox({ issues: 6, interval: 50 });
  opened.defer(() => sandbox.close());
  const home = await temporaryDirectory();
  const config = join(home, 'migrator.yaml');
  await writeFile(config, sandbox.configuration());
  const [port, uiPort] = [await freePort('127.0.0.1'), await freePort('127.0.0.1')];
  const args = ['--config', config, '--home', home, '--port', String(port), '--ui-port', String(uiPort)];
  const first = await up(args);
  opened.defer(() => void first.kill('SIGKILL'));
  const file: ServiceFile = JSON.parse(await readFile(join(home, 'service.json'), 'utf8'));
  const client = await connectClient(file);
  opened.defer(() => client.connection.close());
  const handle = await client.workflow.start(MIGRATE_WORKFLOW, {
    taskQueue: migrationsQueue(),
    workflowId: 'survives',
    args: [
      {
        original: { instance: 'jira-old', synchronization: 'INT-16' },
        new: { instance: 'jira-new', projects: { 'jira-old/PA': 'jira-new/PA' } },
        move: sandbox.ready.move,
        requestedBy: 'kim@example.com',
        reason: 'CHG-4711',
      },
    ],
  });
  const picture = () => handle.query<MigrationPicture | null>('status').catch(() => null);
  await until(async () => (await picture())?.state === 'WaitingForPerson', 'it asks', 60_000);
  expect(await stop(first)).toBe(0);

  const second = await up(args);
  opened.defer(() => void second.kill('SIGKILL'));
  await until(async () => (await picture())?.state === 'WaitingForPerson', 'it still asks', 60_000);
  const task = (await picture())?.tasks[0];
  await handle.executeUpdate('answer', {
    args: [{ by: 'kim@example.com', task: task?.id, answers: answersTo(task?.questions ?? []) }],
  });
  await until(async () => (await picture())?.step === 'importConfiguration', 'it goes on', 60_000);
  expect(await stop(second)).toBe(0);
});

it('does not start with a configuration file that is not valid, and says which line', async () => {
  const home = await temporaryDirectory();
  const config = join(home, 'migrator.yaml');
  await writeFile(config, 'instances:\n  jira-old:\n    baseUrl: ftp://jira-old\n    deployment: dataCenter\n');
  const { code, stdout, stderr } = await migrator(['up', '--config', config, '--home', home]);
  expect(code).not.toBe(0);
  expect(stdout).not.toContain('Ready');
  expect(stderr).toContain('migrator.yaml:3');
});

it('says what to do when it has no Temporal server', async () => {
  const home = await temporaryDirectory();
  const config = join(home, 'migrator.yaml');
  const instance =
    '{ baseUrl: "https://jira-old.example.com", deployment: dataCenter, credentials: { token: env:TOKEN } }';
  await writeFile(config, `instances:\n  jira-old: ${instance}\n`);
  const { code, stderr } = await migrator(['up', '--config', config, '--home', home], {
    env: { TOKEN: 'x', TEMPORAL_CLI_PATH: join(home, 'nothing') },
  });
  expect(code).toBe(1);
  expect(stderr).toMatch(/^TemporalCliPathInvalid: .* Point it at a working `temporal` command/);
});
