/** P1: that the new one runs is believed of every node that may be behind, and not of one. */
import { it } from 'vitest';
import { atGate, INTEGRATIONS } from '../absence/behind.ts';
import { act, open, toGate } from '../rollback/journey.ts';
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

const CHANGES = [
  {
    what: 'a pair of the new one was deleted',
    world: 'workaround',
    where: { instance: 'jira-new', path: 'syncInformation' },
    happen: async ({ world }: Scene) => {
      const one = world.synchronizations.find(({ key }) => key === 'INT-5');
      one?.second.entries.delete(one.first.entries.get('PA-7')?.remoteIssueKey ?? '');
      one?.first.entries.delete('PA-7');
    },
  },
  {
    what: 'people worked on old A',
    world: 'moved',
    where: { instance: 'jira-old', path: 'rest/api' },
    happen: (scene: Scene) =>
      act(scene, { instance: 'jira-old', kind: 'edit', key: 'PA-3', field: 'summary', value: 'x' }),
  },
] as const;
const NODES = [
  { how: 'a node has not heard of it for two seconds', fault: { forMs: 2000 } },
  { how: 'every second answer is from before it for four seconds', fault: { every: 2, forMs: 4000 } },
];

it.concurrent.for(CHANGES.flatMap((change) => NODES.map((node) => ({ ...change, ...node }))))(
  'nothing is deleted when $what, and $how',
  { timeout: 120_000 },
  async ({ world, where, happen, fault }, { expect }) => {
    await using scene = await open({
      world,
      configure: ({ timing }) => {
        timing.staleness = 5000;
      },
    });
    const handle = await toGate(scene);
    await scene.control('POST', 'instances', { instance: where.instance, picture: 'before' });
    await happen(scene);
    await scene.control('POST', 'faults', { ...where, ...fault, action: 'stale', picture: 'before' });
    await approve(handle);
    expect(await spent(scene, handle)).toBe(true);
    expect(scene.world.original.deleted).toBe(false);
  },
);
