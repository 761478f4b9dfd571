/** The whole of docker-compose.yml but the UI, run natively: full Temporal server, PostgreSQL, and the worker of the Dockerfile. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BatchPicture } from '../../src/contract/batch.ts';
import { isListening } from '../../src/server/ports.ts';
import { ROOT } from '../deploy/compose.ts';
import { migratorLines } from '../deploy/operating.ts';
import { batchOf, batchUntil, peopleAtWork, startBatch, tellBatch } from '../support/batch.ts';
import { effects, expectNoSecret, expectSoundEnd, WRITE_KINDS } from '../support/findings.ts';
import { APPROVER } from '../support/migration.ts';
import { act } from '../support/persons.ts';
import { until } from '../support/processes.ts';
import { startMigration } from '../support/rehearsal.ts';
import { type ClusterStage, stageCluster } from './stage.ts';

/** Commands of docs/operating.md that need nothing but what is there by then: no seal. */
const READING = /^(instances check|inbox|status|brake list|audit verify$)/;

let stage: ClusterStage;
beforeAll(async () => {
  // One for itself, and a batch of four.
  stage = await stageCluster({ migrations: 5, ambiguous: false, issues: 6 });
}, 300_000);
afterAll(() => stage?.[Symbol.asyncDispose](), 60_000);

describe('the cluster', () => {
  it('comes up once, and its health check agrees', async () => {
    const { cluster } = stage;
    expect(await cluster.exec(cluster.image.health)).toEqual({ code: 0, said: '' });
    // Not once did it find something that was not ready yet.
    expect(cluster.worker.restarts, cluster.log.join('\n')).toBe(0);
  }, 60_000);

  it('takes its one-shot services again without harm', async () => {
    const { cluster } = stage;
    await cluster.again('temporal-schema');
    await cluster.again('temporal-namespace');
  }, 120_000);

  it('migrates to the end though worker and server are killed in the middle', async () => {
    const { cluster, control, record, client, sandbox } = stage;
    await control('POST', 'people', { action: 'start', everyMs: 150, seed: 1 });
    const { method, path } = WRITE_KINDS.find(({ name }) => name === 'create') ?? { method: '', path: '' };
    await control('POST', 'faults', [{ action: 'kill', pid: cluster.worker.pid, method, path, when: 'after' }]);
    const handle = await startMigration(client, sandbox, '');

    const before = await act(stage, handle, { until: ({ step }) => step === 'resyncAToB', timeoutMs: 180_000 });
    expect(before.state).not.toBe('Completed');
    expect(cluster.worker.restarts).toBe(1);
    await killServer();

    const end = await act(stage, handle, { timeoutMs: 180_000 });
    expect(end.state).toBe('Completed');
    expect(cluster.worker.restarts).toBe(1);
    expect(effects(await record(), 'integration created')).toBe(1);
    expect(effects(await record(), 'integration deleted')).toBe(1);
    await expectNoSecret(stage, handle);
  }, 480_000);

  it('migrates a batch of four, approved as a list, though its worker is killed; nothing is doubled or lost', async () => {
    const { cluster, sandbox } = stage;
    const rest = peopleAtWork(stage);
    const migrations = sandbox.ready.starts.slice(1);
    expect(migrations).toHaveLength(4);
    const batch = await startBatch(stage, batchOf(stage, { migrations, concurrency: 2 }));
    await batchUntil(stage, ({ counts }) => counts.waiting >= 1, 'one that waits', 180_000);
    await killWorker();

    const approvable = ({ approvable: listed }: BatchPicture) => listed?.count === 4;
    const listed = await batchUntil(stage, approvable, 'four decisions', 240_000);
    const approval = { by: APPROVER, decisions: listed.approvable?.decisions, reason: 'CHG-4711' };
    expect(await tellBatch(batch, 'approve', approval)).toMatchObject({ accepted: true });
    expect(await batch.result()).toMatchObject({ state: 'Ended', counts: { done: 4, failed: 0 } });
    await rest();

    await expectSoundEnd(stage, 5);
    expect(cluster.worker.restarts).toBe(2);
  }, 600_000);

  it('answers commands in the container of the worker, which find store and server by themselves', async () => {
    const { cluster } = stage;
    const migrator = (line: string) => cluster.exec(['node', 'src/cli/main.ts', ...line.split(' ')]);
    expect(await migrator('audit verify --json')).toEqual({ code: 0, said: expect.stringContaining('"migrations":5') });
    const page = await readFile(join(ROOT, 'docs/operating.md'), 'utf8');
    const reading = migratorLines(page).filter((line) => READING.test(line) && !line.includes('<'));
    expect(reading.length).toBeGreaterThan(6);
    for (const line of reading) expect([line, (await migrator(line)).code]).toEqual([line, 0]);
  }, 120_000);

  it('stops the worker by SIGTERM, which ends what it does and says so', async () => {
    const { cluster } = stage;
    await cluster.worker.stop();
    expect(cluster.log.at(-1)).toContain('worker stopped');
  }, 60_000);
});

async function killWorker(): Promise<void> {
  const { worker } = stage.cluster;
  const { pid, restarts } = worker;
  if (pid === undefined) throw new Error('no worker runs');
  process.kill(pid, 'SIGKILL');
  await until(() => worker.restarts > restarts, 'the worker to be started again');
}

/** As by the kernel. It comes back by itself, and is waited for, since whoever sends it something would be refused meanwhile. */
async function killServer(): Promise<void> {
  const { temporal, address, client } = stage.cluster;
  const { pid, restarts } = temporal;
  if (pid === undefined) throw new Error('no server runs');
  process.kill(pid, 'SIGKILL');
  await until(() => temporal.restarts > restarts && temporal.pid !== undefined, 'the server to be started again');
  const [host = '', port = ''] = address.split(':');
  await until(() => isListening(host, Number(port)), 'the server to listen', 60_000);
  const answers = () => client.workflowService.describeNamespace({ namespace: 'default' });
  for (const end = Date.now() + 120_000; ; await sleep(500)) {
    const trouble = await answers().then(
      () => undefined,
      (error: unknown) => error,
    );
    if (trouble === undefined) return;
    if (Date.now() > end) throw new Error('the server does not answer', { cause: trouble });
  }
}
