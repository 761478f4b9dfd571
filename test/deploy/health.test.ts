/** src/health.ts as a container runs it: a process, whose exit code is all that counts. */
import { writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { Worker } from '@temporalio/worker';
import { expect, it } from 'vitest';
import { migrationsQueue } from '../../src/contract/names.ts';
import { temporaryDirectory } from '../support/directories.ts';
import { until } from '../support/processes.ts';
import { connectWorkers, temporalAddress, uniquePrefix, workflowBundle } from '../support/temporal.ts';
import { runNode } from './run.ts';

async function configured(prefix: string): Promise<string> {
  const file = join(await temporaryDirectory(), 'migrator.yaml');
  const instance = '{ baseUrl: "https://jira.example.com", deployment: dataCenter, access: none }';
  await writeFile(file, `instances: { jira: ${instance} }\ntaskQueuePrefix: ${prefix}\n`);
  return file;
}

const health = (config: string, address = temporalAddress()) =>
  runNode(['src/health.ts', '--config', config], { TEMPORAL_ADDRESS: address });

it('is well while the worker of this machine polls, and not by the worker of another one', async () => {
  const prefix = uniquePrefix('health');
  const config = await configured(prefix);
  expect(await health(config)).toEqual({
    code: 1,
    lines: [`no worker on ${hostname()} polls ${migrationsQueue(prefix)}.`],
  });

  const connection = await connectWorkers();
  const common = { connection, workflowBundle: workflowBundle(), taskQueue: migrationsQueue(prefix) };
  try {
    await (await Worker.create({ ...common, identity: '1@elsewhere' })).runUntil(async () => {
      await until(async () => (await polling(connection, prefix)).includes('1@elsewhere'), 'the other one to poll');
      expect((await health(config)).code).toBe(1);
    });
    await (await Worker.create(common)).runUntil(async () => {
      await until(
        async () => (await polling(connection, prefix)).includes(`${process.pid}@${hostname()}`),
        'ours to poll',
      );
      expect(await health(config)).toEqual({ code: 0, lines: [] });
    });
  } finally {
    await connection.close();
  }
});

async function polling(connection: Awaited<ReturnType<typeof connectWorkers>>, prefix: string): Promise<string[]> {
  const { pollers } = await connection.workflowService.describeTaskQueue({
    namespace: 'default',
    taskQueue: { name: migrationsQueue(prefix) },
    taskQueueType: 1,
  });
  return (pollers ?? []).map(({ identity }) => identity ?? '');
}

it('says in one line that Temporal does not answer', async () => {
  const { code, lines } = await health(await configured('any'), '127.0.0.1:1');
  expect(code).toBe(1);
  expect(lines).toEqual([expect.stringContaining('no Temporal server answers at 127.0.0.1:1.')]);
});
