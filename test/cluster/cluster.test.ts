/** The whole of docker-compose.yml but the UI, run natively: full Temporal server, PostgreSQL, and the worker of the Dockerfile. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isListening } from '../../src/server/ports.ts';
import { effects, expectNoSecret, expectSoundEnd, WRITE_KINDS } from '../support/findings.ts';
import { act } from '../support/persons.ts';
import { until } from '../support/processes.ts';
import { startMigration } from '../support/rehearsal.ts';
import { type ClusterStage, stageCluster } from './stage.ts';

let stage: ClusterStage;
beforeAll(async () => {
  stage = await stageCluster();
}, 300_000);
afterAll(() => stage?.[Symbol.asyncDispose](), 60_000);

describe('the cluster', () => {
  it('is healthy as soon as the worker has started', async () => {
    const { cluster } = stage;
    expect(await cluster.health()).toEqual({ code: 0, said: '' });
    // Not once did it find something that was not ready yet.
    expect(cluster.worker.restarts, cluster.log.join('\n')).toBe(0);
  });

  it('takes its one-shot services again without harm', async () => {
    const { cluster } = stage;
    await cluster.again('temporal-schema');
    await cluster.again('temporal-namespace');
  }, 120_000);

  it('migrates to the end though worker and server are killed in the middle; nothing is doubled or lost', async () => {
    const { cluster, control, record } = stage;
    await control('POST', 'people', { action: 'start', everyMs: 150, seed: 1 });
    const { method, path } = WRITE_KINDS.find(({ name }) => name === 'create') ?? { method: '', path: '' };
    await control('POST', 'faults', [{ action: 'kill', pid: cluster.worker.pid, method, path, when: 'after' }]);
    const handle = await startMigration(cluster.client, stage.sandbox, '');

    const paired = await act(stage, handle, { until: ({ step }) => step === 'resyncAToB', timeoutMs: 180_000 });
    expect(paired.state).not.toBe('Completed');
    expect(cluster.worker.restarts).toBe(1);
    await killServer();

    const end = await act(stage, handle, { timeoutMs: 180_000 });
    expect(end.state).toBe('Completed');
    expect(cluster.worker.restarts).toBe(1);
    expect(effects(await record(), 'integration created')).toBe(1);
    await expectSoundEnd(stage);
    await expectNoSecret(stage, handle);
  }, 480_000);

  it('stops the worker by SIGTERM, which ends what it does and says so', async () => {
    const { cluster } = stage;
    await cluster.worker.stop();
    expect(cluster.log.at(-1)).toContain('worker stopped');
  }, 60_000);
});

/** As by the kernel. It comes back by itself, and is waited for, since whoever sends it something would be refused meanwhile. */
async function killServer(): Promise<void> {
  const { temporal, address, client } = stage.cluster;
  const { pid, restarts } = temporal;
  if (pid === undefined) throw new Error('no server runs');
  process.kill(pid, 'SIGKILL');
  await until(() => temporal.restarts > restarts && temporal.pid !== undefined, 'the server to be started again');
  const [host = '', port = ''] = address.split(':');
  await until(() => isListening(host, Number(port)), 'the server to listen', 60_000);
  await until(
    () =>
      client.workflowService.describeNamespace({ namespace: 'default' }).then(
        () => true,
        () => false,
      ),
    'the server to answer',
    120_000,
  );
}
