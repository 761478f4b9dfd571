/** P4: what people did under the new one is found, told and named though a node still answers from before it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { it, vi } from 'vitest';
import type { Scene } from '../support/migration.ts';
import { act, back, eventually, open, residueOf, TIME, toGate, untilOnB, valuesOf } from './journey.ts';

const STALENESS: NonNullable<Parameters<typeof open>[0]>['configure'] = ({ timing }) => {
  timing.staleness = 5000;
};

const partnerOf = ({ world }: Scene, key: string): string =>
  world.original.first.entries.get(key)?.remoteIssueKey ?? '';

function has(scene: Scene, instance: string, key: string, said: string): boolean {
  const project = scene.world.instances.get(instance)?.projects.get(key.split('-')[0] ?? '');
  return project?.issues.get(key)?.comments.some(({ body }) => body === said) ?? false;
}

const isBehind = (scene: Scene, instance: string, fault: object): Promise<unknown> =>
  scene.control('POST', 'faults', { instance, action: 'stale', picture: 'before', ...fault });

const NODES = [
  {
    what: 'two searches of the partner',
    instance: 'jira-partner',
    fault: { path: 'rest/api/2/(search|issue)', count: 2 },
  },
  { what: 'searches of the new home for a while', instance: 'jira-new', fault: { path: 'rest/api', forMs: 1500 } },
  {
    what: 'the pairs of the new one for a while',
    instance: 'jira-new',
    fault: { path: 'syncInformation', forMs: 1500 },
  },
];

it.concurrent.for(NODES)(
  'no comment is doubled though $what come from a node that is behind',
  TIME,
  async (node, { expect }) => {
    await using scene = await open({ world: 'workaround', configure: STALENESS });
    const handle = await toGate(scene);
    await scene.control('POST', 'instances', { instance: node.instance, picture: 'before' });
    const onB = partnerOf(scene, 'PA-6');
    await act(
      scene,
      { kind: 'comment', key: 'PA-5', value: 'said on A' },
      { kind: 'comment', instance: 'jira-partner', key: onB, value: 'said on B' },
    );
    await eventually(
      () =>
        has(scene, 'jira-partner', partnerOf(scene, 'PA-5'), 'said on A') &&
        has(scene, 'jira-new', 'PA-6', 'said on B'),
    );
    await sleep(300);
    await isBehind(scene, node.instance, node.fault);
    const { picture } = await back(handle);
    expect(picture.state).toMatch(/^RolledBack/);
    expect(await scene.sandbox.verdict(), residueOf(picture).join('\n')).toMatchObject({ duplicates: 0, details: [] });
  },
);

/** Both carried and on the new A alone. */
const workOnNewA = async (scene: Scene): Promise<void> => {
  await act(
    scene,
    { kind: 'comment', key: 'PA-5', value: 'said on A' },
    { kind: 'edit', key: 'PA-8', field: 'releaseNote', value: 'on the new A alone' },
  );
  await eventually(() => has(scene, 'jira-partner', partnerOf(scene, 'PA-5'), 'said on A'));
  await sleep(300);
};

it.concurrent(
  'where A moved, what is on the new A alone is named though a node is behind for a while',
  TIME,
  async ({ expect }) => {
    await using scene = await open({ configure: STALENESS });
    const handle = await toGate(scene);
    await scene.control('POST', 'instances', { instance: 'jira-new', picture: 'before' });
    await workOnNewA(scene);
    await isBehind(scene, 'jira-new', { path: 'rest/api', forMs: 4000 });
    const { picture, why = '' } = await back(handle);
    const told = [why, ...residueOf(picture)].join('\n');
    expect(told, picture.state).toMatch(/PA-5\b/);
    expect(told, picture.state).toMatch(/PA-8\b/);
  },
);

it.concurrent(
  'what has arrived on old A is not named, though one of its nodes has not heard of it',
  TIME,
  async ({ expect }) => {
    await using scene = await open({ configure: STALENESS });
    const handle = await toGate(scene);
    await scene.control('POST', 'instances', { instance: 'jira-old', picture: 'before' });
    await act(scene, { kind: 'edit', key: 'PA-3', field: 'summary', value: 'carried' });
    await act(scene, { kind: 'edit', key: 'PA-8', field: 'releaseNote', value: 'on the new A alone' });
    await untilOnB(scene, 'carried');
    const arrived = vi
      .waitUntil(() => valuesOf(scene, 'jira-old', 'PA-3').summary === 'carried', { timeout: 60_000, interval: 10 })
      .then(() => isBehind(scene, 'jira-old', { path: 'rest/api', forMs: 1500 }));
    const { picture } = await back(handle);
    await arrived;
    expect(picture.state).toMatch(/^RolledBack/);
    const named = residueOf(picture).join('\n');
    expect(named).toMatch(/PA-8\b/);
    expect(named).not.toMatch(/PA-3\b/);
  },
);
