/** P1: that the new one runs is believed of every node that may be behind, and not of one. */
import { it } from 'vitest';
import { atGate, INTEGRATIONS } from '../absence/behind.ts';
import { approve, type Scene } from '../support/migration.ts';
import { spent } from './spent.ts';

const stop = ({ control }: Scene, integrationKey: string) =>
  control('POST', 'ui/stop', { instance: 'jira-new', integrationKey, by: 'otto' });

it.concurrent.for([1, 2])(
  'nothing is deleted when one node says that the new one is stopped and the other that it runs (answer %i of two)',
  { timeout: 90_000 },
  async (nth, { expect }) => {
    await using reached = await atGate({
      configure: ({ timing }) => {
        timing.staleness = 60_000;
      },
    });
    const { scene, handle, fresh } = reached;
    await scene.control('POST', 'instances', { instance: 'jira-new', picture: 'running' });
    await stop(scene, fresh);
    const fault = { instance: 'jira-new', path: INTEGRATIONS, action: 'stale', every: 2, nth, picture: 'running' };
    await scene.control('POST', 'faults', fault);
    await approve(handle);
    expect(await spent(scene, handle)).toBe(true);
    expect(scene.world.original.deleted).toBe(false);
  },
);

it.concurrent('nor when the node that is behind catches up while it is confirmed', { timeout: 90_000 }, async ({
  expect,
}) => {
  await using reached = await atGate();
  const { scene, handle, fresh } = reached;
  await scene.control('POST', 'instances', { instance: 'jira-new', picture: 'running' });
  await stop(scene, fresh);
  const status = `${INTEGRATIONS}/${fresh}/status$`;
  await scene.control('POST', 'faults', {
    ...{ instance: 'jira-new', path: status, action: 'stale', picture: 'running', every: 1, count: 8 },
  });
  await approve(handle);
  expect(await spent(scene, handle)).toBe(true);
  expect(scene.world.original.deleted).toBe(false);
});
